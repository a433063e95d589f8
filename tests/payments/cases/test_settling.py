"""It has not come, it came broken, I changed my mind: what the two sides settle, and that nothing moves on a refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from banibs.core import events
from marketplace.models import Message, Order
from marketplace.orders import transitions
from payments.cases import answers, opening, parcels
from payments.cases.refused import CaseRefused
from payments.models import Case, Proposal, Refund
from payments.refunds import order_refunds
from payments.refunds.refused import RefundRefused
from payments.refunds.wanted import Wanted
from payouts import clearing
from tests import market as scene
from tests.payments.cases.scenes import ZURI, bought, broken, complained, fresh
from tests.shopping import tell

pytestmark = pytest.mark.django_db


def state(order: Order) -> tuple[Any, ...]:
    """All that a refusal must leave as it was."""
    now = fresh(order)
    return (
        now.status,
        now.refunded,
        now.held,
        now.case_open,
        list(Case.objects.values_list("status", "waits_for", "outcome", "respond_by")),
        list(Proposal.objects.values_list("state", "sent_at", "received_at")),
        Refund.objects.count(),
        Message.objects.count(),
    )


def refused(order: Order, code: str, work: Callable[[], object]) -> None:
    before = state(order)
    with pytest.raises((CaseRefused, RefundRefused)) as refusal:
        work()
    assert refusal.value.code == code
    assert state(order) == before


def test_it_has_not_come_the_shop_offers_the_money_and_amara_takes_it() -> None:
    market, order = bought()
    before, zuri = market.wallet(), market.zuri.user

    case = complained(market, order)
    assert fresh(order).case_open
    answers.propose(case.pk, kind="refund", user=zuri, text="I am so sorry.")
    assert market.wallet() == before
    answers.accept(case.pk, user=market.amara)

    case.refresh_from_db()
    assert (case.status, case.outcome, case.waits_for) == ("closed", "refunded", "nobody")
    assert market.wallet() == before + order.total
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.restocked) == (order.total, "not_received", False)
    assert Proposal.objects.get().refund == refund
    assert (fresh(order).status, fresh(order).case_open) == ("refunded", False)
    tell()
    assert broken() == []
    refused(order, "invalid_transition", lambda: answers.accept(case.pk, user=market.amara))


def test_a_part_of_the_money_settles_it_and_the_rest_clears() -> None:
    market, order = bought()
    before = market.wallet()
    case = complained(market, order, "not_as_described", "The lid is cracked.")
    for amount in (None, 0, -5, order.total + 1):
        refused(
            order,
            "proposal_invalid",
            lambda amount=amount: answers.propose(case.pk, kind="part", amount=amount, user=market.zuri.user),
        )
    answers.propose(case.pk, kind="part", amount=500, user=market.zuri.user)
    answers.accept(case.pk, user=market.amara)

    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "part_refunded")
    assert market.wallet() == before + 500
    assert fresh(order).status == "fulfilled"
    assert broken() == []


def test_what_amara_changed_her_mind_about_goes_back_and_is_for_sale_again() -> None:
    market, order = bought()
    transitions.complete(order.pk, actor=ZURI)
    market.jar.refresh_from_db()
    stock, before = market.jar.stock, market.wallet()
    zuri = market.zuri.user
    case = complained(market, order, "return", "Too big for us.")

    answers.propose(case.pk, kind="return", user=zuri, text="To P.O. Box 7, Nairobi, please.")
    answers.accept(case.pk, user=market.amara)
    refused(order, "invalid_transition", lambda: parcels.parcel_received(case.pk, side="seller", user=zuri))
    refused(order, "invalid_transition", lambda: parcels.parcel_sent(case.pk, side="seller", user=zuri))
    parcels.parcel_sent(case.pk, side="buyer", user=market.amara, carrier="Royal Mail", tracking="RM 1")
    refused(
        order, "invalid_transition", lambda: parcels.parcel_sent(case.pk, side="buyer", user=market.amara)
    )
    refused(
        order, "invalid_transition", lambda: parcels.parcel_received(case.pk, side="buyer", user=market.amara)
    )
    assert market.wallet() == before
    parcels.parcel_received(case.pk, side="seller", user=zuri)

    case.refresh_from_db()
    market.jar.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "refunded")
    assert (market.wallet(), market.jar.stock) == (before + order.total, (stock or 0) + 2)
    assert broken() == []


def test_another_one_is_sent_and_no_money_moves() -> None:
    market, order = bought()
    before = market.wallet()
    case = complained(market, order, "not_as_described")
    answers.propose(case.pk, kind="replacement", user=market.zuri.user)
    answers.accept(case.pk, user=market.amara)
    parcels.parcel_sent(case.pk, side="seller", user=market.zuri.user, tracking="KE 2")
    parcels.parcel_received(case.pk, side="buyer", user=market.amara)

    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "replaced")
    assert (market.wallet(), Refund.objects.count()) == (before, 0)
    assert fresh(order).status == "fulfilled"


def test_amara_asks_to_cancel_and_the_shop_agrees_at_once() -> None:
    market, order = bought(posted=False, cancel_policy="by_request")
    market.jar.refresh_from_db()
    stock, before = market.jar.stock or 0, market.wallet()
    case = opening.request_cancellation(order, user=market.amara, text="I ordered twice.")
    refused(order, "proposal_invalid", lambda: answers.propose(case.pk, kind="return", user=market.zuri.user))
    answers.propose(case.pk, kind="refund", user=market.zuri.user)

    case.refresh_from_db()
    market.jar.refresh_from_db()
    assert (case.status, case.outcome, fresh(order).status) == ("closed", "refunded", "canceled")
    assert (market.wallet(), market.jar.stock) == (before + order.total, stock + 2)
    tell()
    assert broken() == []


def test_a_parcel_that_was_posted_meanwhile_is_not_canceled_and_amara_may_send_it_back() -> None:
    market, order = bought(posted=False, cancel_policy="by_request")
    case = opening.request_cancellation(order, user=market.amara, text="I ordered twice.")
    transitions.fulfil(order.pk, actor=ZURI)
    tell()

    case.refresh_from_db()
    assert (case.status, case.outcome) == ("closed", "posted")
    assert "return" in opening.kinds_for(fresh(order))


def test_what_cannot_be_said_of_an_order() -> None:
    market, order = bought(posted=False)

    def says(kind: str) -> Callable[[], object]:
        return lambda: complained(market, order, kind)

    for kind in ("not_received", "not_as_described", "return"):
        refused(order, "invalid_transition", says(kind))
    transitions.fulfil(order.pk, actor=ZURI)
    refused(order, "invalid_transition", says("refund"))
    scene.forward(days=order.max_days + order.return_days - 1)
    assert opening.kinds_for(fresh(order)) == ["not_received", "not_as_described", "return"]
    scene.forward(days=2)
    refused(order, "refund_window_over", says("return"))
    scene.forward(days=120)
    refused(order, "refund_window_over", says("not_received"))


def test_one_matter_at_a_time() -> None:
    market, order = bought()
    case = complained(market, order)
    refused(order, "case_open", lambda: complained(market, order, "return"))
    answers.withdraw(case.pk, user=market.amara)
    complained(market, order, "return")
    assert Case.objects.count() == 2


def test_an_order_in_dispute_is_the_banks_and_a_dispute_ends_a_case() -> None:
    market, order = bought()
    case = complained(market, order)
    Order.objects.filter(pk=order.pk).update(dispute="open")

    events.record(
        events.New(
            "order.disputed",
            fresh(order),
            events.STRIPE,
            data={"amount": 100, "currency": "GBP", "net": 90, "fee": 0, "reason": "fraudulent"},
        )
    )
    tell()
    case.refresh_from_db()
    assert (case.status, case.outcome, fresh(order).case_open) == ("closed", "disputed", False)
    refused(order, "order_in_dispute", lambda: complained(market, order))


def test_a_full_refund_by_the_shop_ends_its_case() -> None:
    market, order = bought()
    case = complained(market, order)
    order_refunds.refund_order(
        order.pk,
        Wanted(everything=True),
        actor=ZURI,
        reason="not_received",
        note="",
        user_id=market.zuri.user_id,
    )
    tell()
    case.refresh_from_db()
    assert (case.status, case.outcome, fresh(order).case_open) == ("closed", "refunded", False)


def test_while_it_is_open_the_order_neither_completes_nor_clears_and_afterwards_it_goes_on() -> None:
    market, order = bought()
    case = complained(market, order)
    scene.forward(days=15)
    assert transitions.complete_due() == 0
    clearing.clear_due()
    assert (fresh(order).status, fresh(order).cleared_at) == ("fulfilled", None)

    answers.withdraw(case.pk, user=market.amara)
    assert transitions.complete_due() == 1
    clearing.clear_due()
    assert fresh(order).status == "completed"
    assert fresh(order).cleared_at is not None
    assert broken() == []
