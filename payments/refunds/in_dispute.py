"""Refunds while the buyer's bank has the money: of the wallet part alone, or the buyer would get it twice."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.models import Order
from payments.refunds.refused import RefundRefused


class OrderInDispute(RefundRefused):
    """The order's card payment is disputed: the bank decides first. Nothing has moved."""

    def __init__(self, order: Order, *, remaining: int = 0, partly: bool = False) -> None:
        self.order = order
        number, left = order.number, order.money(remaining)
        if partly and remaining:
            message = _(
                "The buyer's bank disputes the card payment of %(number)s and has the money. "
                "At most %(left)s, which came from the wallet, can be given back until the bank has decided."
            ) % {"number": number, "left": left}
        else:
            message = _(
                "The buyer's bank disputes the payment of %(number)s and has the money. "
                "It cannot be cancelled or refunded until the bank has decided."
            ) % {"number": number}
        super().__init__("order_in_dispute", message, remaining=remaining)


def is_open(order: Order) -> bool:
    """Whether the buyer's bank has its card part and has not decided. The caller holds the order."""
    return order.dispute == Order.Dispute.OPEN


def refuse_in_dispute(order: Order) -> None:
    """Raises OrderInDispute while a dispute about it is open. The caller holds the order."""
    if is_open(order):
        raise OrderInDispute(order)
