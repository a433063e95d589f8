"""What goes back when a case is settled: the one refund verb, with the case's reason. The caller holds the order."""

from __future__ import annotations

from banibs.core import events
from payments.models import Case, Refund, RefundReason
from payments.refunds import order_refunds
from payments.refunds.wanted import Wanted

_REASONS = {
    Case.Kind.REFUND: RefundReason.ORDER_CANCELED,
    Case.Kind.NOT_RECEIVED: RefundReason.NOT_RECEIVED,
    Case.Kind.NOT_AS_DESCRIBED: RefundReason.NOT_AS_DESCRIBED,
    Case.Kind.RETURN: RefundReason.CHANGED_MIND,
}


def give_back(
    case: Case, *, amount: int | None, actor: events.Actor, user_id: int | None, note: str, restock: bool
) -> Refund:
    """Refunds `amount` minor units of the case's order, or all that is left of it. Raises RefundRefused."""
    wanted = Wanted(everything=True) if amount is None else Wanted(amount=amount)
    return order_refunds.refund_order(
        case.order_id,
        wanted,
        actor=actor,
        reason=_REASONS[Case.Kind(case.kind)],
        note=note,
        user_id=user_id,
        restock=restock,
    )
