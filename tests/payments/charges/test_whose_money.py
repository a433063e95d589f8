"""One account at Stripe, several who may name our rows: another installation, a connected account, a person. Only the money
that our own row asked for pays an order of ours.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from banibs.core import audit
from marketplace.models import Order
from payments.charges import purchase, stripe_checkout
from payments.charges.create_intent import metadata
from payments.charges.open_intent import open_intent
from payments.gateways import installation
from payments.models import ConnectedAccount, Incident, Installation, Intent, Method, Payment
from tests import market as scene
from tests.stripe import LocalStripe, tell
from wallet import ledger
from wallet.models import Movement

pytestmark = pytest.mark.django_db(transaction=True)
ONLINE = {"number": "4242424242424242", "expiry": "12 / 34", "cvc": "123", "name": "Amara Okafor"}


def placed(market: scene.Market, method: str = Method.CARD) -> Payment:
    """Kofi's basket: £53.00."""
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def opened(payment: Payment) -> Intent:
    return open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def somebody_pays(local_stripe: LocalStripe, told: dict[str, str], currency: str = "gbp") -> str:
    """A payment of the same amount on our account at Stripe that our row did not ask for."""
    made = local_stripe.client.v1.payment_intents.create(
        {
            "amount": 5_300,
            "currency": currency,
            "payment_method_types": ["card"],
            "payment_method": "pm_card_visa",
            "confirm": True,
            "metadata": told,
        }
    )
    assert made.status == "succeeded"
    return made.id


def given_back(local_stripe: LocalStripe, stripe_id: str) -> list[int]:
    return [one.amount for one in local_stripe.client.v1.refunds.list({"payment_intent": stripe_id}).data]


def statuses() -> set[str]:
    return set(Order.objects.values_list("status", flat=True))


def broken() -> list[str]:
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def pay_on_stripes_page(row: Intent, email: str) -> None:
    assert requests.post(row.url, data={"email": email, **ONLINE}, allow_redirects=False, timeout=5).ok


def test_this_installation_has_one_mark_and_it_stands_on_all_that_it_makes(local_stripe: LocalStripe) -> None:
    row = opened(placed(scene.opened(wallet=0)))
    (mark,) = Installation.objects.values_list("mark", flat=True)
    assert len(mark) == 32
    made = local_stripe.client.v1.payment_intents.retrieve(row.stripe_id or "")
    customer = local_stripe.client.v1.customers.retrieve(str(made.customer))
    assert made.metadata["banibs_installation"] == customer.metadata["banibs_installation"] == mark
    sent = local_stripe.client.v1.events.list({"type": "payment_intent.created"}).data[0]
    assert sent["request"]["idempotency_key"].startswith(f"{mark}:")


def test_another_installations_payment_of_the_same_numbers_pays_nothing_of_ours(
    local_stripe: LocalStripe,
) -> None:
    market = scene.opened(wallet=0)
    row = stripe_checkout.begin(placed(market, Method.STRIPE_CHECKOUT))
    told = {**metadata(row, row.payment), "banibs_installation": "f" * 32}
    somebody_pays(local_stripe, told)

    rows = local_stripe.deliver()

    assert "a payment of another installation" in {one.reason for one in rows}
    assert {one.status for one in rows} <= {"ignored", "processed"}
    assert statuses() == {"created"}
    assert not Incident.objects.exists()  # it is theirs, and they know of it
    assert not Movement.objects.filter(kind__in=("order_paid", "payment_unapplied")).exists()

    pay_on_stripes_page(row, market.amara.email)  # Amara's own payment still pays
    local_stripe.deliver()
    assert statuses() == {"paid"}
    assert broken() == []


@pytest.mark.parametrize(
    "change",
    [{"banibs_checkout": "B-another-house"}, {"banibs_payment": "999999"}, {"banibs_intent": "999999"}, None],
    ids=["another checkout", "another payment", "no such row", "no mark"],
)
def test_money_under_our_metadata_that_nobody_asked_for_is_an_incident_and_moves_nothing(
    local_stripe: LocalStripe, change: dict[str, str] | None
) -> None:
    row = opened(placed(scene.opened(wallet=0)))
    told = {**metadata(row, row.payment), **(change or {})}
    if change is None:
        del told[installation.MARK]
    made = somebody_pays(local_stripe, told)
    before = Movement.objects.count()

    rows = local_stripe.deliver()

    assert {one.status for one in rows} <= {"ignored", "processed"}  # none waits for ten tries
    assert statuses() == {"created"}
    assert Movement.objects.count() == before
    incident = Incident.objects.get()
    assert (incident.kind, made in incident.detail, "53.00 GBP" in incident.detail) == (
        "foreign_payment",
        True,
        True,
    )
    assert given_back(local_stripe, made) == []


def test_money_that_names_a_row_with_an_intent_of_its_own_goes_back_and_the_row_is_paid_by_its_own(
    local_stripe: LocalStripe,
) -> None:
    row = opened(placed(scene.opened(wallet=0)))
    made = somebody_pays(local_stripe, metadata(row, row.payment))

    assert {one.status for one in local_stripe.deliver()} == {"processed"}

    stray = Intent.objects.get(stripe_id=made)
    assert (stray.named_id, stray.status) == (row.pk, "unapplied_refunded")
    assert given_back(local_stripe, made) == [5_300]
    assert statuses() == {"created"}
    assert ledger.balance("stripe:unapplied", "GBP").amount == 0

    local_stripe.pay(row.stripe_id or "")
    assert {one.status for one in local_stripe.deliver()} == {"processed"}
    assert statuses() == {"paid"}
    assert not Incident.objects.exists()
    assert broken() == []


def test_the_same_news_ten_times_sends_it_back_once(local_stripe: LocalStripe) -> None:
    row = opened(placed(scene.opened(wallet=0)))
    made = somebody_pays(local_stripe, metadata(row, row.payment))
    for number in range(10):
        for event in local_stripe.events():
            tell({**event, "id": f"{event['id']}_{number}"})
    assert given_back(local_stripe, made) == [5_300]
    assert Movement.objects.filter(kind="payment_unapplied").count() == 1
    assert broken() == []


def test_a_session_is_paid_by_its_own_intent_whatever_another_says(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = stripe_checkout.begin(placed(market, Method.STRIPE_CHECKOUT))
    assert row.stripe_id is None  # nobody has pressed "Pay" there yet
    made = somebody_pays(local_stripe, metadata(row, row.payment))
    local_stripe.deliver()
    assert statuses() == {"created"}
    assert given_back(local_stripe, made) == [5_300]

    pay_on_stripes_page(row, market.amara.email)
    local_stripe.deliver()

    row.refresh_from_db()
    assert row.stripe_id not in (None, made)
    assert row.status == "succeeded"
    assert given_back(local_stripe, row.stripe_id or "") == []
    assert statuses() == {"paid"}
    assert broken() == []


def test_a_payment_on_a_connected_account_pays_nothing_by_either_door(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = opened(placed(market))
    kofis = local_stripe.client.v1.accounts.create({"type": "express", "country": "GB"}).id
    ConnectedAccount.objects.create(seller=market.kofi, stripe_account_id=kofis, country="GB")
    paid: Any = {
        **local_stripe.client.v1.payment_intents.retrieve(row.stripe_id or "").to_dict(),
        "id": "pi_on_kofis_account",
        "status": "succeeded",
        "amount_received": 5_300,
    }
    local_stripe.told("payment_intent.succeeded", paid, account=kofis)
    (event,) = [
        one.to_dict() for one in local_stripe.client.v1.events.list({}, {"stripe_account": kofis}).data
    ]
    assert event["account"] == kofis

    right = tell(event)
    assert (right.status, right.reason) == (
        "ignored",
        "no handler for payment_intent.succeeded of a connected account",
    )
    wrong = tell({**event, "id": "evt_by_the_other_door"}, connect=False)
    assert (wrong.status, wrong.reason[:27]) == ("ignored", "came to the other endpoint:")
    bare = {key: value for key, value in event.items() if key != "account"}
    ours = tell({**bare, "id": "evt_of_ours_by_theirs"}, connect=True)
    assert ours.status == "ignored"
    assert statuses() == {"created"}
    assert not Movement.objects.filter(kind="order_paid").exists()
    assert not Incident.objects.exists()


def test_another_installations_refund_waits_for_no_row_of_ours(local_stripe: LocalStripe) -> None:
    opened(placed(scene.opened(wallet=0)))
    theirs = {"banibs_installation": "f" * 32, "banibs_intent": "1"}
    made = somebody_pays(local_stripe, theirs)
    local_stripe.client.v1.refunds.create(
        {"payment_intent": made, "metadata": {**theirs, "banibs_refund": "1"}}
    )
    rows = local_stripe.deliver("refund.created")
    assert [(one.status, one.reason) for one in rows] == [("ignored", "a refund of another installation")]
