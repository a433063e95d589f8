"""The till: Amara pays three things from two shops with one press."""

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.cart import coupons
from marketplace.catalogue.product_cards import product_url
from marketplace.models import Checkout, Coupon, Order
from tests import market as scene
from tests.shopping import warm

pytestmark = pytest.mark.django_db
PAY = "/checkout/payment/"


def at_the_till(market: scene.Market, client: Client) -> dict[str, str]:
    """Amara, signed in, with the form of the payment page as it stands."""
    client.force_login(market.amara)
    client.cookies["region"] = "GB"
    return at_the_till_again(client)


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
    warm()

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


def refused(client: Client, form: dict[str, str], status: int) -> str:
    """The page that says no: nothing was placed."""
    answer = client.post(PAY, form)
    assert answer.status_code == status
    assert not Checkout.objects.exists()
    return str(answer.content.decode())


def test_too_little_says_exactly_what_is_missing_and_offers_demo_credit(client: Client) -> None:
    market = filled(wallet=12_000)
    form = at_the_till(market, client)
    page = client.get(PAY).content.decode()
    assert "£8.00 short for this order." in page
    assert "Your wallet holds £120.00 and the total is £128.00." in page
    assert "demo credit" in page

    said = refused(client, form, 402)

    assert "£8.00 short for this order." in said
    assert "Nothing was charged." in said
    assert market.wallet() == 12_000


def test_demo_credit_leads_back_to_the_till(client: Client) -> None:
    market = filled(wallet=12_000)
    at_the_till(market, client)
    answer = client.post("/account/wallet/demo-credit/", {"currency": "GBP", "next": PAY})
    assert answer.headers["Location"] == PAY
    assert "£92.00 will be left in your wallet." in client.get(PAY).content.decode()


def test_a_price_that_changed_is_shown_before_it_is_paid(client: Client) -> None:
    market = filled()
    form = at_the_till(market, client)
    market.basket.offers.update(amount=5_000)

    said = refused(client, form, 409)

    assert "The total has changed to £132.00." in said
    assert "Pay £132.00" in said
    assert "Back to cart" in said
    again = {**form, "expected_total": "13200"}
    assert client.post(PAY, again).status_code == 302  # the same key: nothing was done with it


def test_what_was_sold_meanwhile_is_named_and_leads_back_to_the_cart(client: Client) -> None:
    market = filled()
    form = at_the_till(market, client)
    type(market.basket).objects.filter(pk=market.basket.pk).update(stock=1)

    said = refused(client, form, 409)

    assert "Only 1 left." in said
    assert "Bolga market basket" in said
    assert 'href="/cart/"' in said
    assert 'form="pay"' not in said  # no button that cannot work


def test_a_coupon_that_was_used_up_meanwhile(client: Client) -> None:
    market = filled()
    coupon = Coupon.objects.create(code="WARM10", percent_bps=1000, limit=1)
    coupons.apply_coupon(market.amara.cart, "warm10")
    form = at_the_till(market, client)
    Coupon.objects.filter(pk=coupon.pk).update(used=1)

    said = refused(client, form, 409)

    assert "This code has been used up." in said
    assert "The total is now without the code" in said

    again = client.get(PAY).content.decode()
    assert "It is not counted in the total." in again
    paid = client.post(PAY, at_the_till_again(client))
    assert paid.status_code == 302


def test_an_address_that_was_not_verified_cannot_pay(client: Client) -> None:
    market = filled()
    form = at_the_till(market, client)
    EmailAddress.objects.update(verified=False)
    assert "Complete your account information" in client.get(PAY).content.decode()
    assert "Complete your account information" in refused(client, form, 400)


def test_somebody_elses_address_is_none(client: Client) -> None:
    market = filled()
    form = at_the_till(market, client)
    other = scene.address(market.zuri.user)
    for pk in (other.pk, "", "0", "-1", "٣", "9" * 30, "x"):
        assert "Please add a billing address" in refused(client, {**form, "address": str(pk)}, 400)


@pytest.mark.parametrize("total", ["", "-1", "12800.0", "1e4", "٣", "12799", "9" * 40])
def test_a_total_that_was_not_shown_is_not_paid(client: Client, total: str) -> None:
    form = at_the_till(filled(), client)
    assert "The total has changed" in refused(client, {**form, "expected_total": total}, 409)


def test_without_its_key_nothing_is_paid(client: Client) -> None:
    form = at_the_till(filled(), client)
    answer = client.post(PAY, {**form, "key": ""}, follow=True)
    assert "Nothing was charged." in answer.content.decode()
    assert not Checkout.objects.exists()


def test_an_empty_cart_leads_to_the_cart(client: Client) -> None:
    market = filled()
    form = at_the_till(market, client)
    market.amara.cart.items.all().delete()
    assert client.get(PAY).headers["Location"] == "/cart/"
    answer = client.post(PAY, form, follow=True)
    assert answer.redirect_chain[-1][0] == "/cart/"
    assert "Cart is empty" in answer.content.decode()


def test_what_costs_nothing_is_placed_without_a_payment(client: Client) -> None:
    market = scene.opened(wallet=0)
    free = scene.listing(market.zuri, "A free sample", price=0, stock=None, kind="digital")
    scene.put_in_cart(market.amara, (free, 1))
    form = at_the_till(market, client)
    assert "Place the order" in client.get(PAY).content.decode()
    assert client.post(PAY, form).status_code == 302
    assert Order.objects.get().status == "fulfilled"


def test_the_proof_is_its_buyers_alone(client: Client) -> None:
    market = filled()
    client.post(PAY, at_the_till(market, client))
    number = Checkout.objects.get().number
    client.force_login(market.zuri.user)
    answer = client.get(f"/checkout/done/{number}/")
    assert answer.status_code == 404
    assert "Amara" not in answer.content.decode()


def test_the_till_asks_who_is_there(client: Client) -> None:
    for path in (PAY, "/checkout/address/", "/checkout/done/B-1/"):
        assert client.get(path).headers["Location"] == f"/accounts/login/?next={path}"
        assert client.post(path).status_code in (302, 405)


def test_the_way_through_the_till_costs_at_most_33_statements_and_the_placing_sends_no_other(
    client: Client,
) -> None:
    market = filled()
    client.force_login(market.amara)
    client.cookies["region"] = "GB"
    warm()
    address = market.amara.addresses.get()
    with CaptureQueriesContext(connection) as statements:
        assert client.post("/checkout/address/", {"address": address.pk}).headers["Location"] == PAY
        form = at_the_till_again(client)
        before = len(statements)
        assert client.post(PAY, form).status_code == 302
    placing = [one["sql"] for one in statements.captured_queries[before:]]
    assert Checkout.objects.count() == 1
    assert len(statements) - len([one for one in placing if "SAVEPOINT" in one]) <= 33
    # the test's own transaction makes the outer one a savepoint; there is no other
    assert len([one for one in placing if "SAVEPOINT" in one]) == 2


def test_a_whole_purchase_of_two_lines_costs_at_most_45_statements(client: Client) -> None:
    market = scene.opened(wallet=20_000)
    client.force_login(market.amara)
    client.cookies["region"] = "GB"
    warm()

    with CaptureQueriesContext(connection) as statements:
        for variant in (market.basket, market.jar):
            assert client.get(product_url(variant.product.slug, variant.product_id)).status_code == 200
            assert client.post("/cart/add/", {"variant": variant.pk, "quantity": "1"}).status_code == 302
        assert client.post(PAY, at_the_till_again(client)).status_code == 302

    assert Checkout.objects.get().paid_at is not None
    said = [one["sql"] for one in statements.captured_queries if "SAVEPOINT" not in one["sql"]]
    said = [one for one in said if one not in ("BEGIN", "COMMIT")]
    assert len(said) <= 45, "\n".join(one[:160] for one in said)


def at_the_till_again(client: Client) -> dict[str, str]:
    """The form of the payment page."""
    context = client.get(PAY).context
    return {
        "key": context["key"],
        "address": str(context["address"].pk),
        "expected_total": str(context["summary"].total.amount),
        "method": "wallet",
    }
