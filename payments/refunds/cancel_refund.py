"""A refund that is undone before anything of it has reached the buyer: the mirror of how it was made.

Stripe's Dashboard may cancel a refund that waits for our balance; then the order is again what it was before: its columns,
its stock, its state. A refund that a lost dispute has overtaken is undone too, but its order stays over (`decisions`).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from banibs.core import events
from marketplace.cart import coupons
from marketplace.checkout import place_order
from marketplace.models import Order
from marketplace.orders import transitions
from payments.models import Payment, Refund, ReserveHold
from payments.refunds import parts
from wallet import ledger, movements
from wallet.posting import Posting

Status = Refund.Status
CLEARS = (Order.Status.PAID, Order.Status.FULFILLED, Order.Status.COMPLETED)
OVER = (Order.Status.CANCELED, Order.Status.REFUNDED)


@dataclass(frozen=True)
class Sale:
    """The order and the payment of a refund, both locked."""

    order: Order
    payment: Payment


def lock_sale(refund_id: int) -> Sale:
    """Locks what a refund is of, in the order of all who move money of it; the refund itself is locked after it."""
    order_id = Refund.objects.values_list("order_id", flat=True).get(pk=refund_id)
    (order,) = transitions.lock([order_id])
    return Sale(order, Payment.objects.select_for_update(of=("self",)).get(checkout_id=order.checkout_id))


def put_back(sale: Sale, refund: Refund, *, actor: events.Actor, reason: str) -> bool:
    """Makes the order what it was before the refund, which nothing has left of. The caller holds the refund as well, and
    sets its state. False, and nothing has moved, where that cannot be: a bank has the money, may take it, or may have ended
    the order; or units that were for sale again are sold.
    """
    order = sale.order
    if order.dispute in (Order.Dispute.OPEN, Order.Dispute.LOST):
        return False
    if order.status in OVER and order.dispute != Order.Dispute.NONE:  # it may be the bank that ended it
        return False
    if refund.restocked and not place_order.take_units_again(_units(refund)):
        return False
    if order.status in OVER:
        if order.status == Order.Status.CANCELED:
            coupons.count_coupon_again(order.checkout)
        transitions.reopen(order, actor=actor, reason=reason)
    undo(order, sale.payment, refund, actor=actor, reason=reason)
    return True


def undo(order: Order, payment: Payment, refund: Refund, *, actor: events.Actor, reason: str) -> None:
    """Takes the refund out of the columns and the books; the order keeps its state. The caller holds all three, and sets
    the state of the refund.
    """
    posting = mirror(order, refund, actor=signed(actor), memo=reason)
    if (hold := _hold(order, refund)) is not None:
        ReserveHold.objects.filter(pk=hold.pk).update(left=F("left") + refund.from_reserve)
    parts.count(
        order,
        parts.from_rows(refund.breakdown),
        processing=refund.processing,
        units=_units(refund),
        sign=-1,
    )
    Order.objects.filter(pk=order.pk).update(
        held=F("held") + (refund.from_held if _clears(order) else 0),
        fee_deferred=F("fee_deferred") + (refund.fee if _defers(order) else 0),
    )
    Payment.objects.filter(pk=payment.pk).update(refunded=F("refunded") - refund.amount)
    ledger.post(posting)


def mirror(order: Order, refund: Refund, *, actor: str = "system", memo: str = "") -> Posting:
    """What undoing a refund books. What came from the order's hold goes back to it, or to what is available where the
    order clears no more; likewise its reserve, where that was released. The fee of an order that will not be sent is
    earned. One statement where there was a reserve.
    """
    reserve = refund.from_reserve if _hold(order, refund) is not None else 0
    share = movements.RefundShare(
        order=order.pk,
        seller=order.seller_id,
        buyer=order.buyer_id,
        tax_jurisdiction=order.tax_jurisdiction or order.checkout.region_id,
        from_held=refund.from_held,
        from_reserve=reserve,
        from_available=refund.from_available + refund.from_reserve - reserve,
        fee=refund.fee,
        tax=refund.tax,
        processing=refund.processing,
        promotion=refund.promotion,
        to_card=refund.card_part,
        fee_deferred=_defers(order),
    )
    return movements.refund_canceled(
        share,
        refund=refund.pk,
        reference=order.number,
        currency=refund.currency,
        cleared=not _clears(order),
        actor=actor,
        memo=memo,
    )


def signed(actor: events.Actor) -> str:
    """Who did it, as the ledger keeps it: "staff:5", "stripe"."""
    return actor.type if actor.id is None else f"{actor.type}:{actor.id}"


def _units(refund: Refund) -> dict[int, int]:
    return {int(line): count for line, count in refund.units.items()}


def _clears(order: Order) -> bool:
    return order.status in CLEARS and order.cleared_at is None


def _defers(order: Order) -> bool:
    return order.status == Order.Status.PAID


def _hold(order: Order, refund: Refund) -> ReserveHold | None:
    return ReserveHold.objects.filter(order=order, released_at=None).first() if refund.from_reserve else None
