"""The books watch themselves: what does not hold opens an incident and pauses payouts until a person has looked.

Every ten minutes each stored balance, the sum of each currency, the guards and all that is new; every night all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import structlog
from django.core.cache import cache
from django.db import transaction

from banibs.core import audit
from banibs.core.clock import now
from payments import incidents, policy
from payments.models import Incident
from wallet import payout_pause, verified

log = structlog.get_logger(__name__)
KIND = "ledger_check"
_WHOLE = "ledger_watch:whole"


def watch() -> list[audit.Finding]:
    """The quick run: what is cheap of everything, and everything of what is new. Returns what does not hold."""
    checks = audit.checks()
    run = verified.begin(audit.tables(checks))
    broken = [finding for finding in audit.run_quick(checks, run.since) if not finding.holds]
    _report(broken)
    verified.end(run)
    return broken


def verify() -> list[audit.Finding]:
    """The nightly run over all of the books, one at a time. Returns what does not hold."""
    if not cache.add(_WHOLE, now().isoformat(), timeout=policy.LEDGER_VERIFY_MOST_SECONDS):
        log.info("ledger.skipped", reason="still running")
        return []
    try:
        broken = [finding for finding in audit.run(audit.checks()) if not finding.holds]
    finally:
        cache.delete(_WHOLE)
    _report(broken)
    return broken


def _report(broken: Iterable[audit.Finding]) -> None:
    for finding in broken:
        log.error("ledger.broken", check=finding.check.name, rows=finding.broken)
        with transaction.atomic():
            incident = _incident(finding)
            payout_pause.pause_payouts(
                f"{finding.check.promise} {incident.key}", key=f"{KIND}:{finding.check.name}"
            )


def _incident(finding: audit.Finding) -> Incident:
    """The open incident of this check, or a new one: closed and found again, it is another."""
    opened = (
        Incident.objects.filter(kind=KIND, key__startswith=f"{KIND}:{finding.check.name}:", closed_at=None)
        .order_by("pk")
        .first()
    )
    if opened is not None:
        return opened
    return incidents.open_incident(
        KIND, key=f"{finding.check.name}:{now().isoformat(timespec='seconds')}", detail=detail(finding)
    )


def detail(finding: audit.Finding) -> str:
    """What broke, for a person: the promise, how many rows, and the first of them."""
    shown: Sequence[str] = [
        "  ".join(f"{name}={value}" for name, value in row.items())
        for row in finding.rows[: policy.LEDGER_ROWS_TOLD]
    ]
    more = f"\nand {finding.broken - len(shown)} more" if finding.broken > len(shown) else ""
    return f"{finding.check.promise}\n" + "\n".join(shown) + more
