"""Evidence is handed in: what goes is written first, then Stripe is asked, once for an inquiry and once for a dispute.

What nobody knows about is asked for again with the same key and the same words; first Stripe is asked whether it has it.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from banibs.core import events
from banibs.core.clock import Now
from banibs.users.models import User
from marketplace.models import Order
from marketplace.storage import private_files
from payments import incidents, policy
from payments.disputes.evidence import deadline, drafts, evidence_files, facts
from payments.disputes.evidence.drafts import EvidenceRefused
from payments.disputes.sync_dispute import sync_dispute
from payments.gateways import installation, outcomes
from payments.gateways.stripe import disputes
from payments.gateways.stripe.disputes import DisputeState
from payments.models import Dispute, DisputeEvidence, Document, DocumentKind, EvidenceSubmission
from payments.receipts import stored

log = structlog.get_logger(__name__)
State = EvidenceSubmission.State
MARK = "banibs_evidence"  # in the dispute's metadata: which of our submissions Stripe has
FILE_NAME = "evidence.pdf"


@dataclass(frozen=True)
class Packet:
    """All that would go to the bank now, and what of the drafts it was made from."""

    fields: dict[str, str]
    content: bytes
    pages: int
    drawn_from: tuple[tuple[int, object], ...]


def packet(
    dispute: Dispute,
    orders: Sequence[Order],
    parts: Sequence[DisputeEvidence],
    *,
    files: bool = True,
    receipts: bool = True,
) -> Packet:
    """What goes to the bank for these orders and parts; nothing is kept. Reads every file.

    `receipts`: before them the buyer's receipt of each order, where it is made and there is room.

    Raises EvidenceRefused where the files together are more than Stripe takes.
    """
    shown = [file for part in parts for file in facts.in_order(part)] if files else []
    own = [_bytes_of(str(file.file.name)) for file in shown]
    papers = _receipts(orders) if receipts and files else []
    merged = evidence_files.merged([*(paper for _number, paper in papers), *own])
    if papers and not _fits(merged):  # what shops chose to show comes first
        papers, merged = [], evidence_files.merged(own)
    if not _fits(merged):
        raise EvidenceRefused(
            "evidence_too_large",
            _("The files together are more than the bank takes. Remove one."),
            field="file",
        )
    paged = [(number, evidence_files.pages_of(paper)) for number, paper in papers]
    return Packet(
        dict(facts.gather(dispute, orders, parts, receipts=paged, files=files)),
        merged.content,
        merged.pages,
        tuple((part.pk, part.changed_at) for part in parts),
    )


def submit(dispute_id: int, *, user: User | None, files: bool = True) -> EvidenceSubmission:
    """Hands in all that was drafted and gathered, `files` too; without a person, by itself.

    Returns the row: `sent`, `pending` when Stripe did not say, or `refused` with its reason.

    Raises EvidenceRefused when it is too late, when it was handed in already, when a draft changed at the same moment, and
    for more than Stripe takes; then nothing was handed in.
    """
    dispute = Dispute.objects.select_related("intent", "payment__user").get(pk=dispute_id)
    drawn = packet(dispute, drafts.orders_of(dispute), drafts.parts_of(dispute), files=files)
    key = ""
    try:
        if drawn.content:
            key = private_files().save(f"evidence/{uuid.uuid4().hex}.pdf", ContentFile(drawn.content))
        row = _written(dispute_id, drawn, key=key, user=user)
    except BaseException:
        if key:
            private_files().delete(key)
        raise
    return send(row.pk)


def send(submission_id: int) -> EvidenceSubmission:
    """Asks Stripe to take a submission, or whether it has; returns the row as it is then.

    Nothing raises: an unknown outcome leaves it pending, for the sweeper.
    """
    row = EvidenceSubmission.objects.select_related("dispute").get(pk=submission_id)
    if row.state != State.PENDING:
        return row
    asked_before = row.asked_at is not None
    EvidenceSubmission.objects.filter(pk=row.pk).update(asked_at=Now())
    try:
        if asked_before and (known := _taken(row)):
            return _sent(row, known)
        return _sent(row, _ask(row))
    except outcomes.Refused as refused:
        return _refused(row, refused)
    except outcomes.Unknown as silent:
        log.warning("evidence.unknown", submission=row.pk, said=str(silent))
    row.refresh_from_db()
    return row


def unsent() -> list[int]:
    """Submissions that nobody knows about, the longest unasked first: the sweeper's list."""
    rested = Q(asked_at=None) | Q(asked_at__lte=Now() - policy.EVIDENCE_ASKED_AGAIN_AFTER)
    rows = EvidenceSubmission.objects.filter(rested, state=State.PENDING).order_by("pk")
    return list(rows.values_list("pk", flat=True)[: policy.SWEPT_AT_ONCE])


def unanswered_at_their_time() -> list[int]:
    """Disputes that nobody has answered in the time for it: the sweeper's list."""
    return list(deadline.due_now().values_list("pk", flat=True)[: policy.SWEPT_AT_ONCE])


def submit_by_itself(dispute_id: int) -> None:
    """At the end of the time what there is goes, better than nothing said: without the files where they are more than the
    bank takes, and staff hear of that.
    """
    try:
        submit(dispute_id, user=None)
    except EvidenceRefused as refused:
        if (
            refused.code != "evidence_too_large"
        ):  # somebody did it, or wrote, in the same moment: it comes round again
            return
        submit(dispute_id, user=None, files=False)
        dispute = Dispute.objects.get(pk=dispute_id)
        incidents.open_incident(
            "evidence_without_files",
            key=dispute.stripe_id,
            payment_id=dispute.payment_id,
            dispute_id=dispute.pk,
            detail=f"Evidence of {dispute.stripe_id} went by itself without its files: {refused.message}",
        )


def _written(dispute_id: int, drawn: Packet, *, key: str, user: User | None) -> EvidenceSubmission:
    with transaction.atomic():
        dispute = Dispute.objects.select_for_update().get(pk=dispute_id)
        before = deadline.submission_of(dispute)
        open_still = (
            deadline.takes_changes(dispute, before)
            if user
            else deadline.due_now().filter(pk=dispute_id).exists()
        )
        if not open_still:
            raise EvidenceRefused("evidence_closed", drafts.OVER)
        parts = DisputeEvidence.objects.filter(dispute=dispute).values_list("pk", "changed_at")
        if dict(parts) != dict(drawn.drawn_from):
            raise EvidenceRefused(
                "evidence_changed", _("Somebody changed it in the same moment. Look at it once more.")
            )
        last = dispute.submissions.aggregate(last=Max("number"))["last"] or 0
        return EvidenceSubmission.objects.create(
            dispute=dispute,
            number=last + 1,
            inquiry=dispute.state == Dispute.State.INQUIRY,
            fields=drawn.fields,
            packet=key,
            packet_size=len(drawn.content),
            packet_pages=drawn.pages,
            packet_sha256=hashlib.sha256(drawn.content).hexdigest() if key else "",
            asked_by=user,
        )


def _ask(row: EvidenceSubmission) -> DisputeState:
    if row.packet and not row.stripe_file:
        row.stripe_file = disputes.upload_evidence(
            key=installation.key(f"evidence:{row.pk}:file"),
            name=FILE_NAME,
            content=_bytes_of(str(row.packet.name)),
        )
        EvidenceSubmission.objects.filter(pk=row.pk).update(stripe_file=row.stripe_file)
    return disputes.submit_evidence(
        row.dispute.stripe_id,
        key=installation.key(f"evidence:{row.pk}:submit"),
        fields=row.fields,
        file=row.stripe_file,
        metadata=_mark(row),
    )


def _taken(row: EvidenceSubmission) -> DisputeState | None:
    """The dispute at Stripe, where it has exactly this submission."""
    state = disputes.read_dispute(row.dispute.stripe_id)
    return state if state.metadata.get(MARK) == str(row.pk) and installation.is_ours(state.metadata) else None


def _mark(row: EvidenceSubmission) -> dict[str, str]:
    return installation.marked({MARK: str(row.pk)})


def _sent(row: EvidenceSubmission, state: DisputeState) -> EvidenceSubmission:
    """Stripe has it. The row is last: until it says so, all of this is done again."""
    sync_dispute(state)
    with transaction.atomic():
        row = (
            EvidenceSubmission.objects.select_for_update(of=("self",))
            .select_related("asked_by")
            .get(pk=row.pk)
        )
        if row.state == State.PENDING:
            EvidenceSubmission.objects.filter(pk=row.pk).update(state=State.SENT, sent_at=Now())
            dispute = Dispute.objects.select_related("intent").get(pk=row.dispute_id)
            _told(dispute, row)
    row.refresh_from_db()
    return row


def _told(dispute: Dispute, row: EvidenceSubmission) -> None:
    orders, actor = drafts.orders_of(dispute), events.SYSTEM
    if row.asked_by:
        sells = any(order.seller.user_id == row.asked_by_id for order in orders)
        actor = events.Actor.person(row.asked_by, role="seller" if sells else "staff")
    said = {"dispute": dispute.pk, "inquiry": row.inquiry, "pages": row.packet_pages}
    events.record(
        events.New("dispute.evidence_sent", dispute, actor, data=said),
        *(
            events.New(
                "order.evidence_sent", order, actor, from_state=order.status, to_state=order.status, data=said
            )
            for order in orders
        ),
    )


def _refused(row: EvidenceSubmission, refused: outcomes.Refused) -> EvidenceSubmission:
    """Stripe said no. It may have taken it before and its answer was lost: then it has our mark."""
    try:
        known = _taken(row)
    except (outcomes.Unknown, outcomes.Refused):
        known = None
    if known:
        return _sent(row, known)
    EvidenceSubmission.objects.filter(pk=row.pk, state=State.PENDING).update(
        state=State.REFUSED, failure=refused.for_staff[:500]
    )
    incidents.open_incident(
        "evidence_refused",
        key=f"{row.dispute.stripe_id}:{row.number}",
        payment_id=row.dispute.payment_id,
        dispute_id=row.dispute_id,
        detail=f"Stripe did not take the evidence of {row.dispute.stripe_id}: {refused.for_staff}",
    )
    row.refresh_from_db()
    return row


def _fits(pdf: evidence_files.Pdf) -> bool:
    return len(pdf.content) <= policy.EVIDENCE_MOST_BYTES and pdf.pages <= policy.EVIDENCE_MOST_PAGES


def _receipts(orders: Sequence[Order]) -> list[tuple[str, bytes]]:
    """The buyer's receipts that are made: (order number, PDF). One statement, and a read for each."""
    numbers = {f"order:{order.pk}": order.number for order in orders}
    made = Document.objects.filter(
        kind=DocumentKind.RECEIPT, subject__in=list(numbers), state=Document.State.RENDERED
    )
    found = []
    for one in made.order_by("pk"):
        try:
            found.append((numbers[one.subject], stored.read(one)))
        except (stored.Spoilt, OSError) as lost:  # the evidence goes all the same
            log.error("evidence.receipt_lost", document=one.name, error=str(lost))
    return found


def _bytes_of(name: str) -> bytes:
    with private_files().open(name) as file:
        return bytes(file.read())
