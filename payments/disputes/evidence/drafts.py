"""The drafts of a dispute's evidence: each shop of the charge writes its own part, staff another.

What all may add together is Stripe's limit; each shop has an equal part of it, so that none takes another's room.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from banibs.core.ui import quantities
from marketplace.models import Order
from marketplace.storage import private_files
from payments import policy
from payments.disputes.evidence import deadline, evidence_files
from payments.models import Dispute, DisputeEvidence, EvidenceFile, Intent, PaymentSplit

OVER = _("The time for evidence is over, or it was handed in already. Nothing was changed.")


class EvidenceRefused(Exception):
    """Nothing was kept. `code` is the API's, `message` is in the person's words, `field` names what it is about."""

    def __init__(self, code: str, message: str | Promise, *, field: str = "") -> None:
        self.code = code
        self.message = str(message)
        self.field = field
        super().__init__(f"{code}: {message}")


@dataclass(frozen=True)
class Room:
    """What one shop may add."""

    bytes: int
    pages: int
    characters: int


def orders_of(dispute: Dispute) -> list[Order]:
    """The orders that the disputed charge paid, with shop, checkout and lines; none of a top-up. Two statements."""
    if dispute.intent.status != Intent.Status.SUCCEEDED:
        return []
    paid = PaymentSplit.objects.filter(payment=dispute.payment_id, card_part__gt=0)
    rows = Order.objects.filter(pk__in=paid.values("order")).select_related("seller", "checkout")
    return list(rows.prefetch_related("lines").order_by("pk"))


def parts_of(dispute: Dispute) -> list[DisputeEvidence]:
    """Every part, those of shops by their orders and staff's last, with their files. Two statements."""
    rows = (
        DisputeEvidence.objects.filter(dispute=dispute)
        .select_related("order")
        .prefetch_related("files__added_by")
    )
    return sorted(rows, key=lambda part: (part.order_id is None, part.order_id or 0))


def room(shops: int) -> Room:
    """What each of so many shops of one charge may add; so may staff."""
    each = max(1, shops)
    return Room(
        bytes=(policy.EVIDENCE_MOST_BYTES - policy.EVIDENCE_SPARE_BYTES) // each,
        pages=policy.EVIDENCE_MOST_PAGES // each,
        characters=min(
            policy.EVIDENCE_NOTES_MOST_CHARACTERS, policy.EVIDENCE_TEXT_MOST_CHARACTERS // (2 * each)
        ),
    )


def write(dispute_id: int, order_id: int | None, *, notes: str) -> DisputeEvidence:
    """Keeps what a part says. Raises EvidenceRefused when it is too late, or too long."""
    with _open_part(dispute_id, order_id) as (part, space):
        if len(notes) > space.characters:
            raise EvidenceRefused(
                "invalid",
                _("At most %(most)s characters go to the bank")
                % {"most": quantities.number(space.characters)},
                field="notes",
            )
        part.notes = notes
        _changed(part)
        return part


def add_file(
    dispute_id: int, order_id: int | None, upload: UploadedFile[bytes], *, shows: str, user_id: int
) -> EvidenceFile:
    """Keeps an upload as a PDF of a part; the same again is the one that stands.

    Raises EvidenceRefused when it is too late, for a file that no bank reads, and for more than the part may have.
    """
    try:
        name, pdf = evidence_files.from_upload(upload)
    except evidence_files.FileRefused as refused:
        raise EvidenceRefused("invalid_file", refused.message, field="file") from refused
    upload.seek(0)
    digest = hashlib.sha256(upload.read()).hexdigest()
    key = ""
    try:
        key = private_files().save(f"evidence/{uuid.uuid4().hex}.pdf", ContentFile(pdf.content))
        with _open_part(dispute_id, order_id) as (part, space):
            known = part.files.filter(sha256=digest).first()
            if known is None:
                _check_room(part, space, pdf)
                known = EvidenceFile.objects.create(
                    part=part,
                    file=key,
                    name=name,
                    shows=shows,
                    size=len(pdf.content),
                    pages=pdf.pages,
                    sha256=digest,
                    added_by_id=user_id,
                )
                _changed(part)
    except BaseException:
        _forget(key)
        raise
    if known.file.name != key:
        _forget(key)
    return known


def remove_file(dispute_id: int, order_id: int | None, file_id: int) -> bool:
    """Takes a file off a part; whether it had it. Raises EvidenceRefused when it is too late."""
    with _open_part(dispute_id, order_id) as (part, _space):
        row = part.files.filter(pk=file_id).first()
        if row is None:
            return False
        key = row.file.name or ""
        row.delete()
        _changed(part)
        transaction.on_commit(lambda: _forget(key))
    return True


def make_ready(dispute_id: int, order_id: int) -> bool:
    """A shop has nothing to add; whether that is so of every shop of the charge now.

    Raises EvidenceRefused when it is too late.
    """
    with _open_part(dispute_id, order_id) as (part, _space):
        part.ready_at = None
        DisputeEvidence.objects.filter(pk=part.pk).update(ready_at=Now())
        orders = {order.pk for order in orders_of(part.dispute)}
        ready = DisputeEvidence.objects.filter(dispute=dispute_id, ready_at__isnull=False)
        return orders <= set(ready.values_list("order_id", flat=True))


@contextmanager
def _open_part(dispute_id: int, order_id: int | None) -> Iterator[tuple[DisputeEvidence, Room]]:
    """A part to change, under its dispute's lock. Raises EvidenceRefused when nothing is taken any more."""
    with transaction.atomic():
        dispute = Dispute.objects.select_for_update(of=("self",)).select_related("intent").get(pk=dispute_id)
        if not deadline.takes_changes(dispute, deadline.submission_of(dispute)):
            raise EvidenceRefused("evidence_closed", OVER)
        shops = PaymentSplit.objects.filter(payment=dispute.payment_id, card_part__gt=0).count()
        part, _new = DisputeEvidence.objects.get_or_create(dispute=dispute, order=_order(order_id))
        yield part, room(shops)


def _order(order_id: int | None) -> Order | None:
    return None if order_id is None else Order.objects.get(pk=order_id)


def _changed(part: DisputeEvidence) -> None:
    part.ready_at = None
    DisputeEvidence.objects.filter(pk=part.pk).update(notes=part.notes, ready_at=None, changed_at=Now())


def _check_room(part: DisputeEvidence, space: Room, pdf: evidence_files.Pdf) -> None:
    held = part.files.aggregate(bytes=Sum("size"), pages=Sum("pages"))
    size, pages = (held["bytes"] or 0) + len(pdf.content), (held["pages"] or 0) + pdf.pages
    if part.files.count() >= policy.EVIDENCE_MOST_FILES:
        raise EvidenceRefused(
            "too_many_files",
            _("At most %(most)d files. Remove one that matters less") % {"most": policy.EVIDENCE_MOST_FILES},
            field="file",
        )
    if size > space.bytes:
        raise EvidenceRefused(
            "evidence_too_large",
            _(
                "Together your files would have %(size)s. The bank takes %(most)s of yours: send fewer, or smaller ones"
            )
            % {"size": filesizeformat(size), "most": filesizeformat(space.bytes)},
            field="file",
        )
    if pages > space.pages:
        raise EvidenceRefused(
            "evidence_too_large",
            _("Together your files would have %(pages)d pages. The bank reads %(most)d of yours")
            % {"pages": pages, "most": space.pages},
            field="file",
        )


def _forget(key: str) -> None:
    if key:
        private_files().delete(key)
