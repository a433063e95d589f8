"""Refunds of an order, whole or in part, made from a plan of who bears what. `send_refund` sends their card part to Stripe.

The one verb behind every page, call and decision that gives money of an order back; a cancellation before it was sent is
a refund of everything. What the page previews is the very `Plan` that is posted.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models import F, Q

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.core.states import state_machine
from marketplace.cart import coupons
from marketplace.checkout import place_order
from marketplace.models import Order
from marketplace.orders import transitions
from payments.models import Payment, PaymentSplit, Refund, RefundReason
from payments.refunds import parts, send_refund
from payments.refunds.in_dispute import refuse_in_dispute
from payments.refunds.plan import Plan, plan_wanted
from payments.refunds.wanted import Wanted
from wallet import ledger, movements

EVERYTHING = Wanted(everything=True)


def preview_refund(order: Order, wanted: Wanted) -> Plan:
    """What a refund would move, as the order stands now; nothing moves. Raises RefundRefused as `refund_order` does."""
    return plan_wanted(order, PaymentSplit.objects.get(order=order), wanted)


def refund_order(
    order_id: int,
    wanted: Wanted,
    *,
    actor: events.Actor,
    reason: str,
    note: str,
    user_id: int | None,
    restock: bool = False,
) -> Refund:
    """Gives back what is wanted of an order, before or after it was sent, cleared or paid out. One transaction.

    The wallet part is in the buyer's wallet when this returns; the card part is owed, and a worker sends it after the
    commit. `reason` is a RefundReason, `note` what the buyer reads. `restock`: units that are wholly given back are for sale
    again. When nothing is left, an order that was never sent is canceled (and with the last of its checkout the coupon
    comes back), any other refunded.

    Raises RefundRefused, and then nothing has moved: `refund_exceeds_remaining` or `order_in_dispute` with what remains,
    `invalid_transition` for an order that is not paid or over, `invalid_request` for a request of nothing.
    """
    return _sent(
        lambda: _refund(
            order_id, wanted, actor=actor, reason=reason, note=note, user_id=user_id, restock=restock
        )
    )


def cancel_order(order_id: int, *, actor: events.Actor, reason: str, user_id: int | None) -> Refund:
    """Paid → canceled before it was sent: the buyer gets everything back, stock its quantities. One transaction.

    The wallet part is in the buyer's wallet when this returns.
    Raises states.InvalidTransition when the order was sent, canceled or refunded meanwhile, OrderInDispute while its card
    payment is disputed; then nothing has moved.
    """
    return _sent(lambda: _cancel(order_id, actor=actor, reason=reason, user_id=user_id))


def _sent(make: Callable[[], Refund]) -> Refund:
    refund = db_retry.atomic_retry(make)
    if refund.card_part:
        transaction.on_commit(lambda: send_refund.request_send(refund.pk))
    return refund


def _cancel(order_id: int, *, actor: events.Actor, reason: str, user_id: int | None) -> Refund:
    with transaction.atomic():
        (order,) = transitions.lock([order_id])
        if order.status != Order.Status.PAID:
            raise state_machine.InvalidTransition(order, current=order.status, to=Order.Status.CANCELED)
        refuse_in_dispute(order)
        why = RefundReason.ORDER_CANCELED
        return _refund(
            order.pk, EVERYTHING, actor=actor, reason=why, note=reason, user_id=user_id, restock=True
        )


def _refund(
    order_id: int,
    wanted: Wanted,
    *,
    actor: events.Actor,
    reason: str,
    note: str,
    user_id: int | None,
    restock: bool,
) -> Refund:
    with transaction.atomic():
        (order,) = transitions.lock([order_id])
        payment = Payment.objects.select_for_update(of=("self",)).get(checkout_id=order.checkout_id)
        plan = plan_wanted(order, PaymentSplit.objects.get(order=order), wanted)
        if plan.ends:
            _end(order, actor=actor, reason=note)
        if restock:
            place_order.put_back_units(plan.units)
        if order.status == Order.Status.CANCELED:
            _give_coupon_back(order)
        return make_refund(
            plan, payment, actor=actor, reason=reason, note=note, user_id=user_id, restocked=restock
        )


def _end(order: Order, *, actor: events.Actor, reason: str) -> None:
    if order.status == Order.Status.PAID:
        transitions.cancel([order], actor=actor, reason=reason)
    else:
        transitions.refund([order], actor=actor, reason=reason)


def _give_coupon_back(order: Order) -> None:
    """When the whole checkout is canceled before anything of it was sent; a lost dispute gives none back.

    The caller holds the payment, which every order of the checkout needs to be canceled: the last one sees the others.
    """
    kept = ~Q(status=Order.Status.CANCELED) | Q(dispute=Order.Dispute.LOST)
    if not Order.objects.filter(kept, checkout=order.checkout_id).exists():
        coupons.give_coupon_back(order.checkout)


def make_refund(
    plan: Plan,
    payment: Payment,
    *,
    actor: events.Actor,
    reason: str,
    note: str,
    user_id: int | None,
    restocked: bool = False,
) -> Refund:
    """The row, the columns, and the posting, from one plan. The caller holds the order and its payment."""
    order, share = plan.order, plan.share
    refund = Refund.objects.create(
        payment=payment,
        order=order,
        currency=order.currency,
        amount=plan.amount,
        wallet_part=plan.to_wallet,
        card_part=plan.to_card,
        from_held=plan.sources.held,
        from_reserve=plan.sources.reserve,
        from_available=plan.sources.available,
        fee=share.fee,
        tax=share.tax,
        processing=share.processing,
        promotion=share.promotion,
        breakdown=parts.breakdown(share),
        units={str(line): count for line, count in plan.units.items()},
        restocked=restocked,
        reason=reason,
        note=note,
        requested_by_id=user_id,
        status=Refund.Status.PENDING if plan.to_card else Refund.Status.SUCCEEDED,
        succeeded_at=None if plan.to_card else Now(),
    )
    booked = plan.booked()
    parts.take(order, plan.sources)
    parts.count(order, refund.breakdown, processing=share.processing, units=plan.units)
    if booked.fee_deferred:
        Order.objects.filter(pk=order.pk).update(fee_deferred=F("fee_deferred") - share.fee)
    Payment.objects.filter(pk=payment.pk).update(refunded=F("refunded") + plan.amount)
    posting = movements.order_refunded(
        booked,
        refund=refund.pk,
        reference=order.number,
        currency=order.currency,
        actor=actor.type,
        memo=note,
    )
    if posting:  # an order that cost nothing moves nothing
        events.record(_told(plan, refund, actor=actor))
        ledger.post(posting)
    return refund


def _told(plan: Plan, refund: Refund, *, actor: events.Actor) -> events.New:
    data = {
        "refund": refund.pk,
        "amount": refund.amount,
        "currency": refund.currency,
        "wallet": refund.wallet_part,
        "card": refund.card_part,
        "net": plan.share.net,
        "why": refund.reason,
    }
    state, why = plan.order.status, refund.note
    if refund.reason in dict(RefundReason.chosen()):  # as a person reads it, the buyer before all
        why = " ".join(filter(None, [f"{RefundReason(refund.reason).label}.", refund.note]))
    return events.New(
        "order.refunded", plan.order, actor, from_state=state, to_state=state, reason=why, data=data
    )
