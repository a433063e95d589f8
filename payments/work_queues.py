"""Work queues of staff in this app: events, incidents, refunds."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from banibs.core.staff.work_queues import Queue, Severity
from banibs.core.ui import quantities
from payments import policy
from payments.disputes.evidence import deadline
from payments.models import (
    Case,
    Document,
    DocumentRequest,
    EarlyFraudWarning,
    Incident,
    Refund,
    WebhookLog,
)
from payments.webhooks import metrics


def _late_events() -> QuerySet[WebhookLog]:
    return WebhookLog.objects.filter(status__in=metrics.WAITS, received_at__lt=Now() - policy.WORK_LATE_AFTER)


def _late_refunds() -> QuerySet[Refund]:
    """Not sent by Stripe, whose balance may be short, or sent and not confirmed within what a bank may take."""
    unsent = Q(status=Refund.Status.PENDING, created_at__lt=Now() - policy.WORK_LATE_AFTER)
    unconfirmed = Q(status=Refund.Status.SENT, sent_at__lt=Now() - policy.CARD_REFUND_ARRIVES_WITHIN)
    return Refund.objects.filter(
        unsent | unconfirmed, status__in=[Refund.Status.PENDING, Refund.Status.SENT], card_part__gt=0
    )


def _failed_documents() -> QuerySet[Document]:
    return Document.objects.filter(state=Document.State.FAILED)


def _unnumbered() -> QuerySet[DocumentRequest]:
    """Put off after a try that failed, or due for longer than a worker needs."""
    late = Now() - policy.WORK_LATE_AFTER
    return DocumentRequest.objects.filter(Q(due_at__gt=Now()) | Q(due_at__lt=late))


QUEUES = [
    Queue(
        name="payments.incidents",
        label=_("Incidents"),
        text=_("Money that does not match what we asked for. Nothing was paid or moved because of it."),
        act=_("Look into them"),
        severity=Severity.BLOCKED,
        rows=lambda: Incident.objects.filter(closed_at=None),
        since="opened_at",
        screen="admin:webhooks",
    ),
    Queue(
        name="payments.disputes",
        label=_("Disputes to answer"),
        text=quantities.when_shown(
            lambda: (
                _(
                    "Banks wait for evidence. What nobody sends goes by itself %(lead)s before the bank's date, without "
                    "the sellers' words."
                )
                % {"lead": quantities.duration(policy.EVIDENCE_LEAD)}
            )
        ),
        act=_("See deadlines"),
        severity=Severity.WAITING,
        rows=deadline.unanswered,
        since="opened_at",
        screen="admin:disputes",
        permission="payments.view_dispute",
    ),
    Queue(
        name="payments.fraud_warnings",
        label=_("Warnings of fraud"),
        text=_(
            "A card's bank heard that its owner did not pay. A refund now spares the dispute and its fee."
        ),
        act=_("Decide"),
        severity=Severity.WAITING,
        rows=lambda: EarlyFraudWarning.objects.filter(state=EarlyFraudWarning.State.OPEN),
        since="opened_at",
        screen="admin:fraud_warnings",
        permission="payments.view_earlyfraudwarning",
    ),
    Queue(
        name="payments.dead_events",
        label=_("Stripe's events given up"),
        text=quantities.when_shown(
            lambda: (
                _("They failed %(tries)s times and are not tried again. Read why, then process them again.")
                % {"tries": quantities.number(policy.WEBHOOK_MOST_RETRIES)}
            )
        ),
        act=_("Read why"),
        severity=Severity.BLOCKED,
        rows=lambda: WebhookLog.objects.filter(status=WebhookLog.Status.DEAD),
        since="received_at",
        screen="admin:webhooks",
        query={"status": "dead"},
    ),
    Queue(
        name="payments.refunds",
        label=_("Refunds that have not arrived"),
        text=_(
            "Buyers wait for this money. Stripe has not taken it from our balance, which may be short, or has not "
            "confirmed it. It is asked again by itself, and nobody is paid twice."
        ),
        act=_("See them"),
        severity=Severity.WAITING,
        rows=_late_refunds,
        since="created_at",
        screen="admin:payments_refund_changelist",
        query={"status__in": "pending,sent"},
        permission="payments.view_refund",
    ),
    Queue(
        name="payments.cases",
        label=_("Problems that wait for a decision"),
        text=_(
            "A buyer and a shop did not settle it, or the shop did not answer in time. The order neither completes nor "
            "clears until somebody decides."
        ),
        act=_("Decide"),
        severity=Severity.WAITING,
        rows=lambda: Case.objects.filter(status=Case.Status.STAFF),
        since="opened_at",
        screen="admin:cases",
        permission="payments.change_case",
    ),
    Queue(
        name="payments.late_events",
        label=_("Stripe's events that wait"),
        text=quantities.when_shown(
            lambda: (
                _(
                    "They came more than %(age)s ago. They are tried again by themselves; many of them mean trouble."
                )
                % {"age": quantities.duration(policy.WORK_LATE_AFTER)}
            )
        ),
        act=_("Watch them"),
        severity=Severity.WATCH,
        rows=_late_events,
        since="received_at",
        screen="admin:webhooks",
        query={"status": "waiting"},
    ),
    Queue(
        name="payments.documents",
        label=_("Documents that could not be made"),
        text=_(
            "They have their number. Making the file failed; it is tried again by itself, under the same number."
        ),
        act=_("Read why"),
        severity=Severity.WATCH,
        rows=_failed_documents,
        since="issued_at",
        screen="admin:payments_document_changelist",
        query={"state": "failed"},
        permission="payments.view_document",
    ),
    Queue(
        name="payments.document_requests",
        label=_("Documents without a number"),
        text=_("What they have to say could not be put together yet. It is tried again by itself."),
        act=_("Read why"),
        severity=Severity.WATCH,
        rows=_unnumbered,
        since="created_at",
        screen="admin:payments_documentrequest_changelist",
        permission="payments.view_documentrequest",
    ),
]
