"""Money that does not match what we asked for: written down once, for a person to look at. Nothing moves because of it."""

from __future__ import annotations

import structlog

from payments.models import Incident

log = structlog.get_logger(__name__)


def open_one(kind: str, *, key: str, detail: str, payment_id: int | None = None) -> Incident:
    """Opens an incident; the same key is the same incident."""
    incident, new = Incident.objects.get_or_create(
        key=f"{kind}:{key}"[:200], defaults={"kind": kind, "detail": detail, "payment_id": payment_id}
    )
    if new:
        log.error("incident.opened", kind=kind, key=key, detail=detail)
    return incident
