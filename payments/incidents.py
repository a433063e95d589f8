"""Money that does not match what we asked for: written down once, for a person to look at. Nothing moves because of it."""

from __future__ import annotations

from collections.abc import Collection

import structlog
from django.db import transaction
from django.db.models import Q

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.money import Money
from payments.models import Incident

log = structlog.get_logger(__name__)


def amount_text(amount: int, currency: str) -> str:
    """An amount of minor units for a person to read without doubt: "10.00 USD"."""
    return f"{Money(amount, currency).plain} {currency}"


def open_incident(
    kind: str,
    *,
    key: str,
    detail: str,
    payment_id: int | None = None,
    refund_id: int | None = None,
    intent_id: int | None = None,
    dispute_id: int | None = None,
    again: bool = False,
) -> Incident:
    """Opens an incident; the same key is the same incident, which is opened `again` where that is asked for.

    What can be decided about it stands on its page: about the refund, or the intent, that it names.
    """
    about = {
        "payment_id": payment_id,
        "refund_id": refund_id,
        "intent_id": intent_id,
        "dispute_id": dispute_id,
    }
    incident, new = Incident.objects.get_or_create(
        key=f"{kind}:{key}"[:200], defaults={"kind": kind, "detail": detail, **about}
    )
    if not new and (refund_id or intent_id) and incident.refund_id is None and incident.intent_id is None:
        Incident.objects.filter(pk=incident.pk).update(refund_id=refund_id, intent_id=intent_id)
    if not new and again:
        reopen_incident(incident.pk, actor=events.SYSTEM, note=detail)
    if new:
        log.error("incident.opened", kind=kind, key=key, detail=detail)
    return incident


def close_incident(incident_id: int, *, actor: events.Actor, note: str) -> bool:
    """A person has looked at it and says what was done. False when it was closed already."""
    with transaction.atomic():
        closed = Incident.objects.filter(pk=incident_id, closed_at=None).update(
            closed_at=Now(), closing_note=note
        )
        if closed:
            _told("incident.closed", incident_id, actor=actor, note=note)
    return bool(closed)


def reopen_incident(incident_id: int, *, actor: events.Actor, note: str) -> bool:
    """It is not over after all. False when it was open."""
    with transaction.atomic():
        opened = Incident.objects.filter(pk=incident_id, closed_at__isnull=False).update(closed_at=None)
        if opened:
            _told("incident.reopened", incident_id, actor=actor, note=note)
    return bool(opened)


def close_decided(
    kinds: Collection[str],
    *,
    actor: events.Actor,
    note: str,
    refund_id: int | None = None,
    intent_id: int | None = None,
    keys: Collection[str] = (),
) -> int:
    """Closes what a decision has settled: the open incidents of these kinds about a refund or an intent, and those with
    these keys. In the caller's transaction; returns how many. Four statements.
    """
    about = Q(key__in=keys)
    if refund_id is not None:
        about |= Q(refund=refund_id, kind__in=kinds)
    if intent_id is not None:
        about |= Q(intent=intent_id, kind__in=kinds)
    rows = list(Incident.objects.select_for_update().filter(about, closed_at=None).order_by("pk"))
    Incident.objects.filter(pk__in=[row.pk for row in rows]).update(closed_at=Now(), closing_note=note)
    events.record(*(events.New("incident.closed", row, actor, reason=note) for row in rows))
    return len(rows)


def _told(kind: str, incident_id: int, *, actor: events.Actor, note: str) -> None:
    events.record(events.New(kind, Incident(pk=incident_id), actor, reason=note))
