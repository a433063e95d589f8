"""Amara's program pays what it placed: by the browser, or by the server with her saved card."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from marketplace.models import Order
from payments.gateways.stripe import customers
from payments.models import Payment
from tests import market as scene
from tests.stripe import LocalStripe
from wallet import ledger

pytestmark = pytest.mark.django_db
AsPerson = Callable[..., APIClient]


def placed(program: APIClient, market: scene.Market, method: str = "card") -> dict[str, Any]:
    """A basket, £53.00, waiting for a card."""
    scene.put_in_cart(market.amara, (market.basket, 1))
    body = {"address": market.amara.addresses.get().pk, "payment_method": method, "expected_total": 5300}
    answer = program.post("/api/v1/checkouts/", body, headers={"Idempotency-Key": "place"})
    assert answer.status_code == 201, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def pay(program: APIClient, number: str, key: str, **body: str) -> Any:
    return program.post(f"/api/v1/checkouts/{number}/pay/", body, headers={"Idempotency-Key": key})


def saved(market: scene.Market, local_stripe: LocalStripe, card: str) -> str:
    """A card of Amara's kept at Stripe; its id."""
    customer = customers.ensure(market.amara)
    made = local_stripe.client.v1.payment_methods.attach(card, {"customer": customer})
    return str(made.id)


def nothing_moved(market: scene.Market) -> bool:
    return (
        not Order.objects.exclude(status="created").exists()
        and ledger.balance("stripe:clearing", "GBP").amount == 0
    )


def test_without_a_card_it_gets_a_secret_for_the_browser(
    as_person: AsPerson, local_stripe: LocalStripe
) -> None:
    market = scene.opened(wallet=0)
    program = as_person(market.amara, "orders:read", "orders:write")
    checkout = placed(program, market)
    assert checkout["status"] == "created"
    assert checkout["payment"]["client_secret"].startswith("pi_")

    answer = pay(program, checkout["number"], "pay")
    assert answer.status_code == 200
    assert answer.json()["payment"]["client_secret"] == checkout["payment"]["client_secret"]
    assert nothing_moved(market)


def test_a_saved_card_is_charged_by_the_server_once(as_person: AsPerson, local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    program = as_person(market.amara)
    number = placed(program, market)["number"]
    card = saved(market, local_stripe, "pm_card_visa")

    paid = pay(program, number, "pay", payment_method=card)
    assert (paid.status_code, paid.json()["status"]) == (200, "succeeded"), paid.json()
    assert paid.json()["orders"][0]["status"] == "paid"

    again = pay(program, number, "pay", payment_method=card)
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (200, paid.json(), "true")
    other = pay(program, number, "pay", payment_method="wallet")
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")
    late = pay(program, number, "another", payment_method=card)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "order_already_paid")
    keyless = program.post(f"/api/v1/checkouts/{number}/pay/", {})
    assert (keyless.status_code, keyless.json()["error"]["code"]) == (400, "idempotency_key_required")
    assert len(local_stripe.client.v1.charges.list().data) == 1


def test_a_declined_card_is_402_and_nothing_moves(as_person: AsPerson, local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    program = as_person(market.amara)
    number = placed(program, market)["number"]
    card = saved(market, local_stripe, "pm_card_chargeCustomerFail")

    declined = pay(program, number, "pay", payment_method=card)

    assert (declined.status_code, declined.json()["error"]["code"]) == (402, "card_declined")
    assert declined.json()["error"]["message"] == "Payment declined. Please try another method"
    assert nothing_moved(market)
    good = saved(market, local_stripe, "pm_card_visa")
    assert (
        pay(program, number, "pay", payment_method=good).json()["status"] == "succeeded"
    )  # a refusal keeps no key


def test_a_card_that_asks_its_bank_is_requires_action(as_person: AsPerson, local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    program = as_person(market.amara)
    number = placed(program, market)["number"]
    card = saved(market, local_stripe, "pm_card_authenticationRequired")

    answer = pay(program, number, "pay", payment_method=card)

    assert (answer.status_code, answer.json()["status"]) == (200, "requires_action"), answer.json()
    assert answer.json()["payment"]["client_secret"]
    assert answer.json()["payment"]["url"].startswith("http")
    assert nothing_moved(market)


def test_stripes_own_page_is_a_url(as_person: AsPerson, local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    checkout = placed(as_person(market.amara), market, "stripe_checkout")
    assert checkout["payment"]["url"].startswith("http")


def test_somebody_elses_card_is_404_and_nothing_moves(as_person: AsPerson, local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    program = as_person(market.amara)
    number = placed(program, market)["number"]
    theirs = customers.ensure(market.kofi.user)
    card = str(local_stripe.client.v1.payment_methods.attach("pm_card_visa", {"customer": theirs}).id)
    for wrong in (card, "pm_nobody", "../x"):
        assert pay(program, number, "pay", payment_method=wrong).status_code == 404
    assert nothing_moved(market)


def test_what_waits_for_a_card_can_be_paid_from_the_wallet(
    as_person: AsPerson, local_stripe: LocalStripe
) -> None:
    market = scene.opened(wallet=0)
    program = as_person(market.amara)
    number = placed(program, market)["number"]
    short = pay(program, number, "w", payment_method="wallet")
    assert (short.status_code, short.json()["error"]["code"]) == (402, "insufficient_funds")
    scene.credit(market.amara, 5300)
    assert pay(program, number, "w", payment_method="wallet").json()["status"] == "succeeded"
    assert market.wallet() == 0


def test_a_silent_stripe_is_503_and_the_key_stays_usable(as_person: AsPerson, settings: Any) -> None:
    market = scene.opened(wallet=0)  # no local Stripe: nobody answers
    program = as_person(market.amara)
    number = placed(program, market)["number"]
    answer = pay(program, number, "pay")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "temporarily_unavailable")
    assert answer["Retry-After"]
    assert Payment.objects.get().status == "created"


def test_a_top_up_gives_a_secret_once(as_person: AsPerson, local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    program = as_person(market.amara, "wallet:write")
    body = {"amount": 2500, "currency": "GBP"}
    made = program.post("/api/v1/wallet/top-ups/", body, headers={"Idempotency-Key": "t"})
    assert made.status_code == 201, made.json()
    assert made.json()["payment"]["client_secret"].startswith("pi_")
    again = program.post("/api/v1/wallet/top-ups/", body, headers={"Idempotency-Key": "t"})
    assert again.json() == made.json()
    assert Payment.objects.count() == 1
    for amount in (0, -5, 12.5, "2500", 2**63, None, True):
        refused = program.post(
            "/api/v1/wallet/top-ups/", {**body, "amount": amount}, headers={"Idempotency-Key": "u"}
        )
        assert refused.status_code == 400
    assert Payment.objects.count() == 1
