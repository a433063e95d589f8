"""How an order's disputes stand, beside its status: open before lost before won."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from marketplace.models import Order
from payments.disputes.case import Case
from payments.models import Dispute, DisputeRound, DisputeShare, PaymentSplit

_STANDING = {
    DisputeRound.State.OPEN: Order.Dispute.OPEN,
    DisputeRound.State.LOST: Order.Dispute.LOST,
    DisputeRound.State.WON: Order.Dispute.WON,
    DisputeRound.State.REINSTATED: Order.Dispute.WON,
}
_WORST = (Order.Dispute.OPEN, Order.Dispute.LOST, Order.Dispute.WON)


def refresh(case: Case) -> None:
    """Writes how each order of the case stands now, from its rounds. Four statements.

    While a dispute is open and its withdrawal is not booked (it is on its way, or in a currency that the books cannot
    hold), everything that the card paid is on hold. The caller holds the case.
    """
    if not case.orders:
        return
    found: dict[int, set[str]] = {order: set() for order in case.orders}
    rounds = DisputeShare.objects.filter(order__in=list(case.orders)).values_list("order_id", "round__state")
    for order, state in rounds.distinct():
        found[order].add(_STANDING[DisputeRound.State(state)])
    if _unbooked(case):
        paid = PaymentSplit.objects.filter(payment=case.payment, card_part__gt=0)
        for order in paid.values_list("order_id", flat=True):
            found[order].add(Order.Dispute.OPEN)
    changed = []
    for pk, standings in found.items():
        standing = next((one for one in _WORST if one in standings), Order.Dispute.NONE)
        if case.orders[pk].dispute != standing:
            case.orders[pk].dispute = standing
            changed.append(case.orders[pk])
    if changed:
        Order.objects.bulk_update(changed, ["dispute"])


def _unbooked(case: Case) -> bool:
    waiting = Q(state__in=(Dispute.State.OPEN, Dispute.State.SUBMITTED, Dispute.State.LOST))
    rounds = DisputeRound.objects.filter(dispute=OuterRef("pk"))
    return Dispute.objects.filter(waiting, ~Exists(rounds), intent=case.intent).exists()
