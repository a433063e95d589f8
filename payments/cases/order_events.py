"""What happens to an order meanwhile ends its case: a dispute, all of its money gone back, a parcel that was asked about
before it was sent. Named in `banibs.registry.event_subscribers`, since disputes and refunds know nothing of cases.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from banibs.core import events
from banibs.core.models import Event
from payments.cases import moves
from payments.models import Case

_ENDS: Mapping[str, str] = {
    "order.disputed": Case.Outcome.DISPUTED,
    "order.given_back": Case.Outcome.REFUNDED,
    "order.canceled": Case.Outcome.REFUNDED,
    "order.fulfilled": Case.Outcome.POSTED,
}


def end_case(event: Event) -> None:
    """Closes the order's case, where it has one that this event settles. Twice is once. One transaction."""
    with transaction.atomic():
        case_id = (
            Case.objects.filter(order_id=event.subject_id)
            .exclude(status=Case.Status.CLOSED)
            .values_list("pk", flat=True)
            .first()
        )
        if case_id is None:
            return
        case = moves.held(case_id)
        if not case.is_open or (event.kind == "order.fulfilled" and case.kind != Case.Kind.REFUND):
            return
        if case.opened_at > event.at:  # opened after it: a dispute that was won since, say
            return
        moves.close(case, _ENDS[event.kind], actor=events.SYSTEM)
