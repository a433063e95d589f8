"""A refund that a person made at Stripe, of money that pays an order: booked as a refund of an order of that payment.

The card has the money, so nothing is sent; the order's columns, its seller and the ledger follow as for any refund.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.money import Money
from marketplace.checkout import place_order
from marketplace.models import Order
from marketplace.orders import transitions
from marketplace.pricing.shares import ExceedsRemaining
from payments import incidents
from payments.models import Payment, PaymentSplit, Refund
from payments.refunds.decisions import decide_refund
from payments.refunds.decisions.made_by_hand import CannotDecide, MadeByHand, check_not_booked
from payments.refunds.order_refunds import make_refund
from payments.refunds.plan import Plan, plan_to_card

SOLD = (Order.Status.PAID, Order.Status.FULFILLED, Order.Status.COMPLETED)


def plan_foreign(order: Order, amount: Money) -> Plan:
    """What such a refund moves: exactly its amount, to the card alone. Raises CannotDecide where the order has less."""
    if order.status not in SOLD or order.currency != amount.currency:
        raise CannotDecide(_("Nothing of %(number)s can be given back any more.") % {"number": order.number})
    try:
        return plan_to_card(order, PaymentSplit.objects.get(order=order), amount.amount)
    except ExceedsRemaining as more:
        raise CannotDecide(
            _("Only %(left)s of %(number)s can have gone back to the card.")
            % {"left": order.money(more.remaining), "number": order.number}
        ) from more


def book_foreign(order_id: int, made: MadeByHand, *, actor: events.Actor, reason: str) -> Refund:
    """Books it as a refund of this order, whose share everybody gives. Raises CannotDecide.

    An order of which nothing is left is canceled with its stock while it was not sent, refunded after that; else its
    state stays.
    """
    with transaction.atomic():
        (order,) = transitions.lock([order_id])
        payment = Payment.objects.select_for_update(of=("self",)).get(checkout_id=order.checkout_id)
        if not payment.intents.filter(stripe_id=made.intent).exists():
            raise CannotDecide(_("%(id)s gives another payment back.") % {"id": made.stripe_id})
        check_not_booked(made)
        plan = plan_foreign(order, Money(made.amount, made.currency))
        if order.refunded + plan.amount == order.total:
            _ends(order, actor=actor, reason=reason)
        refund = make_refund(
            plan, payment, actor=actor, reason="made_at_stripe", note=reason, user_id=actor.id
        )
        decide_refund.claim(refund, made, actor=actor)
        incidents.close_decided((), keys=[f"foreign_refund:{made.stripe_id}"], actor=actor, note=reason)
    return refund


def _ends(order: Order, *, actor: events.Actor, reason: str) -> None:
    if order.status == Order.Status.PAID:
        transitions.cancel([order], actor=actor, reason=reason)
        place_order.put_back_stock([order])
    else:
        transitions.refund([order], actor=actor, reason=reason)
