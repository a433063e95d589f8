"""The till: Amara pays three things from two shops with one press."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.models import Checkout, Order
from tests import market as scene

pytestmark = pytest.mark.django_db
PAY = "/checkout/payment/"


def at_the_till(market: scene.Market, client: Client) -> dict[str, str]:
    """Amara, signed in, with the form of the payment page as it stands."""
    client.force_login(market.amara)
    client.cookies["region"] = "GB"
    page = client.get(PAY)
    assert page.status_code == 200, page.headers
    context = page.context
    return {
        "key": context["key"],
        "address": str(context["address"].pk),
        "expected_total": str(context["summary"].total.amount),
        "method": "wallet",
    }


def filled(wallet: int = 20_000) -> scene.Market:
    market = scene.opened(wallet=wallet)
    scene.put_in_cart(market.amara, (market.basket, 2), (market.jar, 1), (market.zine, 1))
    return market


def test_the_button_carries_the_amount_and_leads_to_the_proof(client: Client) -> None:
    market = filled()
    form = at_the_till(market, client)
    page = client.get(PAY).content.decode()
    assert "Pay £128.00" in page
    assert "£72.00 will be left in your wallet." in page
    assert "2 shops, one payment" in page

    answer = client.post(PAY, form, follow=True)

    checkout = Checkout.objects.get()
    assert answer.redirect_chain == [(f"/checkout/done/{checkout.number}/", 302)]
    proof = answer.content.decode()
    assert "Paid £128.00" in proof
    assert checkout.number in proof
    assert market.wallet() == 7_200


def test_the_placing_request_costs_at_most_22_statements(client: Client) -> None:
    form = at_the_till(filled(), client)

    with CaptureQueriesContext(connection) as statements:
        answer = client.post(PAY, form)

    assert answer.status_code == 302
    said = [one["sql"] for one in statements.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(said) <= 22, said


def test_pressed_twice_it_is_paid_once_and_answers_the_same(client: Client) -> None:
    market = filled()
    form = at_the_till(market, client)

    first, second = client.post(PAY, form), client.post(PAY, form)

    assert first.headers["Location"] == second.headers["Location"]
    assert Checkout.objects.count() == 1
    assert Order.objects.count() == 2
    assert market.wallet() == 7_200
