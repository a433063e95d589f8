"""Refunds while the buyer's bank has the money: none, or the buyer would get it twice."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.models import Order


class OrderInDispute(Exception):
    """The order's card payment is disputed: the bank decides first. Nothing has moved. `message` is for people."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.message = _(
            "The buyer's bank disputes the payment of %(number)s and has the money. "
            "It cannot be cancelled or refunded until the bank has decided."
        ) % {"number": order.number}
        super().__init__(self.message)


def refuse_in_dispute(order: Order) -> None:
    """Raises OrderInDispute while a dispute about it is open. The caller holds the order."""
    if order.dispute == Order.Dispute.OPEN:
        raise OrderInDispute(order)
