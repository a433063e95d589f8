"""A dispute under its locks, with all that a round of it reads and changes."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.models import Order
from payments.charges.sync_intent import lock_payment
from payments.disputes.order_columns import OrderColumns
from payments.models import Dispute, DisputeRound, Intent, Payment


@dataclass
class Case:
    """A dispute and the payment that it is about; `round` is its last, None while nothing was withdrawn.

    A dispute of a sale has `orders`. One of a top-up, or of money that no order took, has none.
    """

    dispute: Dispute
    payment: Payment
    intent: Intent
    columns: OrderColumns
    round: DisputeRound | None

    @property
    def orders(self) -> dict[int, Order]:
        """The orders that the disputed money paid, by id."""
        return self.columns.orders

    @property
    def reference(self) -> str:
        """The number that people know it by; none for a top-up."""
        return self.payment.checkout.number if self.payment.checkout else ""

    @property
    def last(self) -> DisputeRound:
        """The last round. Raises ValueError while there is none."""
        if self.round is None:
            raise ValueError(f"nothing was withdrawn for {self.dispute}")
        return self.round

    def jurisdiction(self, order: Order) -> str:
        """Whose tax the order bore: its region's where an older release placed it."""
        return order.tax_jurisdiction or (self.payment.checkout.region_id if self.payment.checkout else "")


def lock(intent_id: int, *, stripe_id: str, fresh: dict[str, object]) -> Case:
    """The case of a dispute, locked in the one order: checkout, orders, payment, intent, dispute.

    A dispute that is new is written with what is `fresh`. Five statements and those of its orders.
    """
    payment, orders = lock_payment(intent_id)
    intent = Intent.objects.select_for_update().get(pk=intent_id)
    Dispute.objects.get_or_create(
        stripe_id=stripe_id, defaults={"payment": payment, "intent": intent, **fresh}
    )
    dispute = Dispute.objects.select_for_update().get(stripe_id=stripe_id)
    paid = orders if intent.status == Intent.Status.SUCCEEDED else []
    return Case(
        dispute=dispute,
        payment=payment,
        intent=intent,
        columns=OrderColumns(paid),
        round=dispute.rounds.order_by("-number").first(),
    )
