"""A buyer cancels: whether they may, what happens then, and doing it. Page and API ask here.

Not paid yet: the whole checkout ends at once. Paid and not sent: each shop's order by itself, at once or when the shop
agrees, as the shop promised when it was placed.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.money import Money
from marketplace.models import CancelPolicy, Order
from payments.charges import expiry
from payments.models import Payment, PaymentSplit
from payments.refunds import in_dispute, order_refunds
from payments.refunds.plan import card_part, cards_left


class How(enum.StrEnum):
    """What happens when the buyer cancels."""

    UNPAID = "unpaid"  # the checkout ends, nothing was charged
    AT_ONCE = "at_once"
    BY_REQUEST = "by_request"  # the shop is asked
    NO = "no"


@dataclass(frozen=True)
class Cancellation:
    """How an order of the buyer's can be cancelled now; `why` says in a sentence why not, or what happens."""

    order: Order
    how: How
    why: str
    card: int = 0  # of what goes back, in minor units

    @property
    def allowed(self) -> bool:
        """Whether there is anything to press."""
        return self.how != How.NO

    @property
    def amount(self) -> Money:
        """What goes back, in all: all that is left."""
        back = self.how in (How.AT_ONCE, How.BY_REQUEST)
        return self.order.money(self.order.total - self.order.refunded if back else 0)

    @property
    def to_wallet(self) -> Money:
        """Of it, to the wallet, at once."""
        return self.amount - self.to_card

    @property
    def to_card(self) -> Money:
        """Of it, to the card, in days."""
        return self.order.money(self.card)


def cancellations(orders: Sequence[Order]) -> list[Cancellation]:
    """How each order of one checkout, with its seller, stands with its buyer's wish to cancel. Four statements."""
    splits = list(
        PaymentSplit.objects.filter(order__in=[order.pk for order in orders]).select_related("payment")
    )
    left = cards_left(splits)
    processing = any(split.payment.status == Payment.Status.PROCESSING for split in splits)
    return [_of(order, left.get(order.pk, 0), processing=processing) for order in orders]


def _of(order: Order, card_left: int, *, processing: bool) -> Cancellation:
    if order.status == Order.Status.CREATED:
        if processing:
            why = _("Your bank is still working on the payment. You can cancel when it has decided.")
            return Cancellation(order, How.NO, why)
        why = _(
            "Nothing was charged. The whole order ends, and what was set aside of your wallet is free again."
        )
        return Cancellation(order, How.UNPAID, why)
    if order.status != Order.Status.PAID:
        return Cancellation(order, How.NO, _why_not(order))
    if in_dispute.is_open(order):
        return Cancellation(order, How.NO, in_dispute.OrderInDispute(order).message)
    card = card_part(order.total - order.refunded, card_left, order.currency)
    if order.cancel_policy == CancelPolicy.BY_REQUEST:
        why = _("%(shop)s may have begun to make it, so it decides. Nothing moves until it has agreed.")
        return Cancellation(order, How.BY_REQUEST, why % {"shop": order.seller.name}, card)
    return Cancellation(order, How.AT_ONCE, _("It has not been sent. It is cancelled at once."), card)


def _why_not(order: Order) -> str:
    if order.status == Order.Status.CANCELED:
        return _("It is cancelled already.")
    if order.status == Order.Status.REFUNDED:
        return _("All of it was given back already.")
    if order.min_days is None:
        return _("Its files are yours already. If something is wrong with them, ask the shop.")
    return _("It is on its way. When it is there you can send it back.")


def cancel_as_buyer(found: Cancellation, *, actor: events.Actor, reason: str) -> bool:
    """Cancels what may be cancelled at once; False where it changed meanwhile or the shop is to be asked.

    Raises states.InvalidTransition and OrderInDispute as `cancel_order` does; of an unpaid one CheckoutRefusal and
    outcomes.Unknown as `expiry.cancel_unpaid` does. Nothing has moved then.
    """
    said = reason or _("Cancelled by the buyer")
    if found.how == How.UNPAID:
        payment = Payment.objects.get(checkout=found.order.checkout_id)
        return expiry.cancel_unpaid(payment.pk, actor=actor, reason=said)
    if found.how != How.AT_ONCE:
        return False
    order_refunds.cancel_order(found.order.pk, actor=actor, reason=said, user_id=actor.id)
    return True
