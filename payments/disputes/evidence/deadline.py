"""Until when, and for what, evidence is taken: before Stripe's own date, once for an inquiry and once for a dispute."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from banibs.core import clock
from banibs.core.clock import Now
from payments import policy
from payments.models import Dispute, EvidenceSubmission

ASKED = (Dispute.State.INQUIRY, Dispute.State.OPEN)  # the bank waits for an answer


def answer_until(dispute: Dispute) -> dt.datetime | None:
    """When what was gathered by then is handed in by itself; None where Stripe names no date."""
    return dispute.due_by - policy.EVIDENCE_LEAD if dispute.due_by else None


def submission_of(dispute: Dispute) -> EvidenceSubmission | None:
    """What was handed in last for what the bank asks now, refused or not. One statement."""
    stage = EvidenceSubmission.objects.filter(dispute=dispute)
    if dispute.state in ASKED:
        stage = stage.filter(inquiry=dispute.state == Dispute.State.INQUIRY)
    return stage.order_by("-number").first()


def takes_changes(
    dispute: Dispute, submission: EvidenceSubmission | None, *, now: dt.datetime | None = None
) -> bool:
    """Whether sellers and staff may still write, and hand it in. `now`: asked for once, where many are looked at."""
    until = answer_until(dispute)
    if dispute.state not in ASKED or (until is not None and until <= (now or clock.now())):
        return False
    return submission is None or submission.state == EvidenceSubmission.State.REFUSED


def unanswered() -> QuerySet[Dispute]:
    """Disputes and inquiries for which nothing was handed in yet, whatever their date."""
    return Dispute.objects.filter(state__in=ASKED).exclude(
        Exists(
            EvidenceSubmission.objects.filter(dispute=OuterRef("pk")).filter(
                Q(inquiry=True, dispute__state=Dispute.State.INQUIRY)
                | Q(inquiry=False, dispute__state=Dispute.State.OPEN)
            )
        )
    )


def due_now() -> QuerySet[Dispute]:
    """Those whose sellers had their time, while Stripe still takes an answer: the nearest date first."""
    return (
        unanswered()
        .filter(due_by__lte=Now() + policy.EVIDENCE_LEAD, due_by__gt=Now())
        .order_by(F("due_by").asc(), "pk")
    )
