"""A shop's due orders clear together: all of a transaction or nothing of it, each once, never before its time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from banibs.core import audit, events
from banibs.core.clock import now
from banibs.core.models import ClockOffset, Event
from marketplace.models import Order, Seller
from marketplace.orders import transitions
from payments.refunds import order_refunds
from payments.refunds.wanted import Wanted
from payouts import clearing, policy
from tests import market as scene
from tests.payouts.many_orders import copies
from tests.shopping import buys
from tests.wallet.children import Killer, at_once, child, wait_for
from wallet import ledger
from wallet.models import Movement
from wallet.posting import Posting, Transfer

pytestmark = pytest.mark.django_db(transaction=True)


def sold(*, baskets: int = 3, jars: int = 1) -> tuple[scene.Market, list[Order]]:
    """Kofi's and Zuri's orders, paid from Amara's wallet, sent, and due."""
    market = scene.opened(wallet=100_000)
    bought = [buys(market, (market.basket, 1)) for _ in range(baskets)]
    bought += [buys(market, (market.jar, 1)) for _ in range(jars)]
    for checkout in bought:
        transitions.fulfil(checkout.orders.get().pk, actor=events.SYSTEM)
    scene.forward(days=3)
    return market, [checkout.orders.get() for checkout in bought]


def books() -> tuple[int, int, int, int]:
    """Orders cleared, movements, events, and what all shops have available: what one transaction changes."""
    available = sum(
        held.get("available", 0)
        for seller in Seller.objects.all()
        for held in ledger.seller_balances(seller.pk).values()
    )
    return (
        Order.objects.exclude(cleared_at=None).count(),
        Movement.objects.filter(kind="funds_cleared").count(),
        Event.objects.filter(kind="order.cleared").count(),
        available,
    )


def broken() -> list[str]:
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def statements() -> int:
    """How many a run of the timetable says."""
    with CaptureQueriesContext(connection) as captured:
        clearing.clear_due()
    return len(captured)


def test_each_order_has_its_movement_and_its_event() -> None:
    _market, orders = sold()
    assert clearing.clear_due() == 4
    keys = Movement.objects.filter(kind="funds_cleared").values_list("key", "reference")
    assert set(keys) == {(f"order:{order.pk}:cleared", order.number) for order in orders}
    told = Event.objects.filter(kind="order.cleared").order_by("subject_id")
    assert [(one.subject_id, one.data["amount"], one.data["currency"]) for one in told] == [
        (order.pk, order.seller_net, "GBP") for order in orders
    ]
    assert books()[3] == sum(order.seller_net for order in orders)
    assert broken() == []


def test_a_movement_of_the_set_is_found_by_the_key_that_one_alone_would_have() -> None:
    """And one that cleared alone, by a run that has forgotten it: the ledger does it once."""
    _market, (first, *_others) = sold()
    assert clearing.clear(first.pk)
    Order.objects.filter(pk=first.pk).update(cleared_at=None, held=first.seller_net)
    assert clearing.clear_due() == 4
    assert books()[1] == 4
    Order.objects.filter(pk=first.pk).update(cleared_at=None, held=first.seller_net)
    assert clearing.clear(first.pk)
    assert books()[1] == 4


def test_a_hundred_orders_are_the_statements_of_one() -> None:
    market, (order, *_others) = sold(baskets=1, jars=0)
    one = statements()
    copies(order, seller_id=market.kofi.pk, many=100, held=500)
    Order.objects.exclude(pk=order.pk).update(cleared_at=None)
    before = books()
    assert statements() == one
    assert books()[0] == before[0] + 100


def test_an_order_that_holds_nothing_clears_with_the_others() -> None:
    market, (order, *_others) = sold(baskets=1, jars=0)
    (empty,) = copies(order, seller_id=market.kofi.pk, many=1, held=0)
    assert clearing.clear_due() == 2
    told = Event.objects.get(kind="order.cleared", subject_id=empty)
    assert told.data["amount"] == 0
    assert not Movement.objects.filter(key=f"order:{empty}:cleared").exists()
    assert clearing.clear_due() == 0


def test_the_rest_of_a_refunded_order_keeps_its_date() -> None:
    _market, (order, *_others) = sold(baskets=1, jars=0)
    order_refunds.refund_order(
        order.pk, Wanted(amount=2_000), actor=events.SYSTEM, reason="goodwill", note="", user_id=None
    )
    order.refresh_from_db()
    assert 0 < order.held < order.seller_net
    assert clearing.clear_due() == 1
    assert books()[3] == order.held
    assert broken() == []


@pytest.mark.parametrize("waits", [{"case_open": True}, {"dispute": "open"}])
def test_a_case_or_a_dispute_holds_its_order_and_no_other(waits: dict[str, object]) -> None:
    _market, (first, *others) = sold()
    Order.objects.filter(pk=first.pk).update(**waits)
    assert clearing.clear_due() == len(others)
    first.refresh_from_db()
    assert (first.cleared_at, first.held) == (None, first.seller_net)
    Order.objects.filter(pk=first.pk).update(case_open=False, dispute="won")
    assert clearing.clear_due() == 1
    assert broken() == []


def test_two_currencies_of_a_shop_are_two_transactions() -> None:
    market, (order, *_others) = sold(baskets=1, jars=0)
    copies(order, seller_id=market.kofi.pk, many=3, currency="USD")
    assert clearing.clear_due() == 4
    held = ledger.seller_balances(market.kofi.pk)
    assert {currency: amounts["available"] for currency, amounts in held.items()} == {
        "GBP": order.seller_net,
        "USD": 3 * order.seller_net,
    }


def test_one_that_breaks_keeps_none_of_the_others_waiting() -> None:
    """Its money is not there: an error for staff to find; the rest of its shop is cleared."""
    _market, (wrong, *others) = sold()
    held = Transfer(f"seller:{wrong.seller_id}:pending", f"seller:{wrong.seller_id}:available", wrong.held)
    with transaction.atomic():
        ledger.post(
            Posting(f"order:{wrong.pk}:cleared", "funds_cleared", "GBP", (held,))
        )  # for another reason
    assert clearing.clear_due() == len(others)
    wrong.refresh_from_db()
    assert wrong.cleared_at is None
    assert books()[:3] == (3, 4, 3)


# The time ------------------------------------------------------------------------------------------------


def clock(moment: dt.datetime) -> None:
    """The shared clock says this."""
    moved, _new = ClockOffset.objects.get_or_create(pk=1, defaults={"offset": dt.timedelta()})
    moved.offset += moment - now()
    moved.save()


@pytest.mark.parametrize(
    "paid",
    ["2027-03-27 20:30", "2027-10-30 20:30", "2027-03-13 22:00", "2028-02-27 23:59", "2027-02-27 12:00",
     "2027-12-30 23:59", "2027-12-31 00:00"],
)  # fmt: skip
def test_two_days_are_forty_eight_hours_on_every_day_of_the_year(paid: str) -> None:
    """Summer time begins and ends in Europe and in the United States, leap days, the year's end."""
    moment = dt.datetime.fromisoformat(paid).replace(tzinfo=dt.UTC)
    clock(moment)
    _market, (order,) = _sold_now()
    assert order.paid_at is not None
    clock(order.paid_at + dt.timedelta(hours=47, minutes=59, seconds=50))
    assert clearing.clear_due() == 0
    clock(order.paid_at + dt.timedelta(hours=48))
    assert clearing.clear_due() == 1
    order.refresh_from_db()
    assert order.cleared_at is not None
    assert order.cleared_at - order.paid_at >= dt.timedelta(hours=48)


def _sold_now() -> tuple[scene.Market, list[Order]]:
    market = scene.opened(wallet=100_000)
    order = buys(market, (market.basket, 1)).orders.get()
    transitions.fulfil(order.pk, actor=events.SYSTEM)
    order.refresh_from_db()
    return market, [order]


# At once, and killed -------------------------------------------------------------------------------------


def test_six_runs_at_once_share_the_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "ORDERS_CLEARED_AT_ONCE", 2)
    _market, orders = sold(baskets=5, jars=2)
    answers = at_once(lambda _: clearing.clear_due(), 6)
    assert [one for one in answers if isinstance(one, Exception)] == []
    while clearing.clear_due():  # what one passed over because another had it, and did not get to
        pass
    assert books() == (7, 7, 7, sum(order.seller_net for order in orders))
    assert broken() == []


def test_an_order_that_somebody_works_on_is_left_for_the_next_run() -> None:
    _market, (first, *others) = sold()
    with transaction.atomic():
        Order.objects.select_for_update().get(pk=first.pk)

        def run(_: int) -> int:
            return clearing.clear_due()

        assert at_once(run, 1) == [len(others)]
    assert clearing.clear_due() == 1
    assert broken() == []


def test_killed_at_every_statement_and_commit() -> None:
    """Each transaction is there whole or not at all, and the next run does what is left."""
    _market, orders = sold(baskets=2, jars=1)
    nothing = books()
    with Killer(at=0, after=False) as counted, transaction.atomic():
        clearing.clear_due()
        transaction.set_rollback(True)
    assert books() == nothing
    whole = {(0, 0, 0, 0), (2, 2, 2, sum(order.seller_net for order in orders[:2]))}
    seen = set()
    for at in range(1, counted.count + 1):
        for after in (False, True):

            def die(at: int = at, after: bool = after) -> None:
                with Killer(at=at, after=after):
                    clearing.clear_due()

            wait_for(*child(die))
            seen.add(books())
            if books()[0] == 3:
                break
    assert whole & seen == whole
    clearing.clear_due()
    assert books() == (3, 3, 3, sum(order.seller_net for order in orders))
    assert seen <= whole | {books()}
    assert broken() == []
