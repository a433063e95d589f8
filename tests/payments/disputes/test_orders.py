"""An order whose payment is disputed: what waits, what is refused, what goes on, and what each side's page says."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from banibs.core import events
from banibs.core.money import Money
from banibs.core.states.state_machine import InvalidTransition
from banibs.users.models import User
from marketplace import policy as marketplace_policy
from marketplace.models import Order, Variant
from marketplace.orders import downloads, transitions
from payments.charges import purchase
from payments.charges.open_intent import open_intent
from payments.disputes.sync_dispute import sync_dispute
from payments.gateways.stripe.disputes import DisputeState
from payments.models import Dispute, Incident, Intent, Refund, ReserveHold
from payments.refunds import in_dispute, order_refunds
from payments.refunds.in_dispute import OrderInDispute
from payouts import clearing
from tests import market as scene
from tests import people
from tests.payments.disputes.scenes import (
    KOFI_NET,
    Bank,
    books,
    broken,
    clears,
    digest,
    orders,
    paid,
    purse,
    sends,
    takes_in,
    two_shops,
)
from tests.shopping import file
from tests.stripe import LocalStripe
from wallet import ledger, movements

pytestmark = pytest.mark.django_db(transaction=True)


def api(user: User) -> APIClient:
    client = APIClient()
    client.force_authenticate(user)
    return client


def test_clearing_and_completion_wait_while_it_is_open_and_go_on_when_it_is_won(
    local_stripe: LocalStripe,
) -> None:
    row = paid(local_stripe, two_shops())
    kofis, zuris = orders(row)
    sends(kofis)
    bank = Bank(row, amount=3_000)
    takes_in(bank.takes())
    assert Order.objects.get(pk=kofis.pk).held > 0  # what is left waits with it
    scene.forward(days=marketplace_policy.COMPLETE_AFTER.days + 1)
    assert (clearing.clear(kofis.pk), clearing.due_orders(), transitions.complete_due()) == (False, [], 0)
    with pytest.raises(InvalidTransition):
        transitions.complete(kofis.pk, actor=events.SYSTEM)
    takes_in(bank.gives_back())
    assert transitions.complete_due() == 1
    assert clearing.clear(kofis.pk)
    assert (books(f"seller:{kofis.seller_id}:available"), broken()) == (KOFI_NET, [])
    assert Order.objects.get(pk=zuris.pk).held == zuris.seller_net


def test_what_is_left_of_an_order_that_lost_a_part_clears(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    bank = Bank(row, amount=3_000)
    takes_in(bank.takes())
    takes_in(bank.says("lost"))
    kofis, _zuris = orders(row)
    left = kofis.held
    sends(kofis)
    clears(kofis)
    assert purse(market.kofi) == (0, left, 0)
    assert broken() == []


def test_nothing_is_cancelled_while_the_bank_has_the_money(local_stripe: LocalStripe, client: Client) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    takes_in(Bank(row).takes(fee=1_500))
    kofis, _zuris = orders(row)
    before, stock = digest(), Variant.objects.get(pk=market.basket.pk).stock

    with pytest.raises(OrderInDispute):
        order_refunds.cancel_order(kofis.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    answer = api(market.kofi.user).post(
        f"/api/v1/orders/{kofis.number}/transitions/",
        {"to": "canceled", "reason": "Out of straw"},
        format="json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "order_in_dispute")
    assert "until the bank has decided" in answer.json()["error"]["message"]
    client.force_login(market.kofi.user)
    for answer in (
        client.get(f"/seller/orders/{kofis.number}/cancel/"),
        client.post(f"/seller/orders/{kofis.number}/cancel/", {"reason": "sold_out"}),
    ):
        assert answer.status_code == 409
        assert "bank disputes the payment" in answer.content.decode()
    assert "Cancel this order" not in client.get(f"/seller/orders/{kofis.number}/").content.decode()
    assert digest() == before
    assert Variant.objects.get(pk=market.basket.pk).stock == stock
    assert not Refund.objects.exists()


def test_with_the_refusal_off_the_won_money_comes_back_to_an_ended_order(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard off: the order is cancelled while the bank has its money, and holds it again although it is over."""
    market = two_shops()
    row = paid(local_stripe, market)
    bank = Bank(row)
    takes_in(bank.takes())
    monkeypatch.setattr(in_dispute, "is_open", lambda _order: False)
    order_refunds.cancel_order(orders(row)[0].pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    with pytest.raises(AssertionError):
        takes_in(bank.gives_back())


def test_a_parcel_may_be_posted_while_the_bank_decides(local_stripe: LocalStripe) -> None:
    """Its fee is earned then, so a loss takes it from the revenue."""
    row = paid(local_stripe, two_shops())
    bank = Bank(row)
    takes_in(bank.takes())
    kofis, _zuris = orders(row)
    assert kofis.fee_deferred == 500
    sends(kofis)
    assert books("platform:revenue") == 500
    takes_in(bank.says("lost"))
    assert (books("platform:revenue"), books("platform:revenue_deferred")) == (0, 0)
    assert [order.status for order in orders(row)] == ["refunded", "canceled"]
    takes_in(bank.gives_back())
    assert [order.status for order in orders(row)] == ["refunded", "canceled"]
    assert (books("platform:revenue"), books("platform:revenue_deferred")) == (750, 0)


def test_lost_before_it_was_sent_it_is_cancelled_and_stock_stays(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    stock = Variant.objects.get(pk=market.basket.pk).stock
    bank = Bank(row)
    takes_in(bank.takes())
    takes_in(bank.says("lost"))
    for order in orders(row):
        assert (order.status, order.held, order.fee_deferred, order.refunded) == (
            "canceled",
            0,
            0,
            order.total,
        )
    assert Variant.objects.get(pk=market.basket.pk).stock == stock
    assert not Refund.objects.exists()
    with pytest.raises(InvalidTransition):
        sends(orders(row)[0])


def test_money_that_comes_back_for_a_cancelled_order_is_a_persons_to_decide(
    local_stripe: LocalStripe,
) -> None:
    row = paid(local_stripe, two_shops())
    bank = Bank(row)
    takes_in(bank.takes())
    takes_in(bank.says("lost"))
    takes_in(bank.gives_back())
    incident = Incident.objects.get(kind="dispute_reinstated")
    assert (incident.dispute, incident.closed_at) == (Dispute.objects.get(), None)
    assert "stays dispute lost" in incident.detail


def test_staff_see_it_as_long_as_the_bank_decides(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, two_shops())
    bank = Bank(row)
    takes_in(bank.takes())
    incident = Incident.objects.get()
    kofis, zuris = orders(row)
    assert (incident.kind, incident.payment_id, incident.closed_at) == (
        "dispute_opened",
        row.payment_id,
        None,
    )
    for said in ("90.00 GBP", kofis.number, zuris.number, "product not received"):
        assert said in incident.detail
    takes_in(bank.gives_back())
    incident.refresh_from_db()
    assert (incident.closed_at is not None, incident.closing_note) == (True, "By itself: the dispute is won")
    takes_in(bank.takes())
    incident.refresh_from_db()
    assert incident.closed_at is None


def test_files_are_closed_while_it_is_open_and_when_it_is_lost(local_stripe: LocalStripe) -> None:
    market = two_shops()
    file(market.zine)
    scene.put_in_cart(market.amara, (market.zine, 1))
    address = market.amara.addresses.get().snapshot()
    bought = purchase.buy(user=market.amara, address=address, method="card", expected_total=None)
    row = open_intent(bought.payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    row.refresh_from_db()
    right = market.amara.downloads.get()
    actor = events.Actor.person(market.amara, role="buyer")

    def fetch() -> str:
        return downloads.start(right.pk, user_id=market.amara.pk, actor=actor)

    link = fetch()
    bank = Bank(row, amount=bought.payment.amount)
    takes_in(bank.takes())
    with pytest.raises(downloads.DownloadRefused):
        fetch()
    with pytest.raises(downloads.DownloadRefused):
        downloads.by_link(link, user_id=market.amara.pk)
    takes_in(bank.gives_back())
    fetch()
    takes_in(bank.takes())
    takes_in(bank.says("lost"))
    with pytest.raises(downloads.DownloadRefused):
        fetch()


@pytest.mark.parametrize(
    ("verbs", "to_seller", "to_buyer"),
    [
        (("takes",), "on hold until it is decided", "Until then nothing that you paid by card"),
        (("takes", "loses"), "The bank decided for the buyer.", "Your bank decided for you."),
        (("takes", "gives_back"), "The bank decided for you.", "Dispute decided for the shop"),
    ],
)
def test_the_pages_of_both_sides_and_of_staff_say_how_it_stands(
    local_stripe: LocalStripe, client: Client, verbs: tuple[str, ...], to_seller: str, to_buyer: str
) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    bank = Bank(row)
    for verb in verbs:
        takes_in(bank.says("lost") if verb == "loses" else getattr(bank, verb)())
    kofis, _zuris = orders(row)
    client.force_login(market.kofi.user)
    assert to_seller in client.get(f"/seller/orders/{kofis.number}/").content.decode()
    client.force_login(market.amara)
    assert row.payment.checkout is not None
    assert to_buyer in client.get(f"/account/orders/{row.payment.checkout.number}/").content.decode()
    client.force_login(people.ike())
    page = client.get(f"/admin/marketplace/order/{kofis.pk}/change/").content.decode()
    assert "Payment disputed by the buyer" in page
    found = Dispute.objects.get()
    page = client.get(f"/admin/payments/dispute/{found.pk}/change/").content.decode()
    assert found.rounds.get().withdrawal in page
    assert client.get("/admin/payments/dispute/").status_code == 200


def test_the_program_reads_how_it_stands(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    takes_in(Bank(row).takes())
    kofis, _zuris = orders(row)
    answer = api(market.amara).get(f"/api/v1/orders/{kofis.number}/").json()
    assert (answer["dispute"], answer["disputed"]) == ("open", True)
    kinds = [
        one["text"]
        for one in api(market.amara).get(f"/api/v1/orders/{kofis.number}/timeline/").json()["results"]
    ]
    assert "Payment disputed by the buyer's bank" in kinds


def test_two_disputes_of_one_charge_the_open_one_counts(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, two_shops())
    first, second = Bank(row, amount=6_000), Bank(row, amount=3_000)
    takes_in(first.takes())
    takes_in(second.takes())
    assert [order.refunded for order in orders(row)] == [6_000, 3_000]
    takes_in(second.says("lost"))  # the other may come back: nothing is over
    assert [(order.status, order.dispute) for order in orders(row)] == [("paid", "open")] * 2
    takes_in(first.gives_back())
    assert [(order.status, order.dispute) for order in orders(row)] == [("paid", "lost")] * 2
    assert [order.held > 0 for order in orders(row)] == [True, True]
    takes_in(first.takes())
    takes_in(first.says("lost"))
    assert [(order.status, order.dispute) for order in orders(row)] == [("canceled", "lost")] * 2


def test_after_a_part_was_given_back_the_excess_is_that_sellers_alone(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    kofis, _zuris = orders(row)
    order_refunds.cancel_order(kofis.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    bank = Bank(row)
    takes_in(bank.takes(fee=300))
    assert purse(market.kofi) == (0, -6_200, 6_000)
    assert purse(market.zuri) == (0, -100, 2_156)
    takes_in(bank.says("lost"))
    assert purse(market.kofi) == (0, -6_200, 0)
    assert [order.status for order in orders(row)] == ["canceled", "canceled"]


def test_another_currency_is_a_persons_to_look_at_and_the_order_waits(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, two_shops())
    before = books("stripe:clearing")
    bank = Bank(row)
    takes_in(bank.takes(currency="USD"))
    assert {order.dispute for order in orders(row)} == {"open"}
    assert books("stripe:clearing") == before
    assert sorted(Incident.objects.values_list("kind", flat=True)) == ["dispute_currency", "dispute_opened"]
    takes_in(bank.says("lost"))
    assert {order.dispute for order in orders(row)} == {"open"}  # nobody has booked it: nothing of it clears
    assert books("stripe:clearing") == before


def test_a_credit_that_is_not_what_was_taken_is_not_booked(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, two_shops())
    bank = Bank(row)
    takes_in(bank.takes())
    bank.amount = 8_000
    takes_in(bank.gives_back())
    assert (Dispute.objects.get().rounds.get().state, books("stripe:disputes")) == ("open", -9_000)
    assert Incident.objects.filter(kind="dispute_unbooked").count() == 1


def test_a_fee_that_nobody_knows_is_not_booked(local_stripe: LocalStripe) -> None:
    row = paid(local_stripe, two_shops())
    bank = Bank(row)
    takes_in(bank.takes(fee=1_500))
    takes_in(bank.gives_back(fee=-700))
    assert Incident.objects.filter(kind="dispute_fee").count() == 1
    assert Dispute.objects.get().rounds.get().fee_returned == 0


def test_a_reserve_gives_before_what_is_available_and_has_it_again(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    kofis, _zuris = orders(row)
    sends(kofis)
    clears(kofis)
    hold = ReserveHold.objects.create(
        order=kofis, currency="GBP", amount=431, left=431, release_on="2030-01-01"
    )
    with transaction.atomic():
        ledger.post(
            movements.reserve_held(
                order=kofis.pk, seller=kofis.seller_id, amount=Money(431, "GBP"), reference=kofis.number
            )
        )
    bank = Bank(row)
    takes_in(bank.takes())
    hold.refresh_from_db()
    assert (hold.left, books(f"seller:{market.kofi.pk}:reserve")) == (0, 0)
    assert purse(market.kofi) == (0, 0, 4_313)
    takes_in(bank.gives_back())
    hold.refresh_from_db()
    assert (hold.left, books(f"seller:{market.kofi.pk}:reserve")) == (431, 431)


def statements(state: DisputeState) -> int:
    with CaptureQueriesContext(connection) as said:
        sync_dispute(state)
    outside = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return len([one for one in said if not one["sql"].startswith(outside)])


def test_the_number_of_statements_does_not_depend_on_how_many_shops_sold(local_stripe: LocalStripe) -> None:
    market = two_shops()
    counted = []
    for jar in (False, True):
        row = paid(local_stripe, market, jar=jar)
        bank = Bank(row, amount=row.amount)
        counted.append([statements(bank.takes(fee=1_500)), statements(bank.says("lost"))])
    assert counted[0] == counted[1]
