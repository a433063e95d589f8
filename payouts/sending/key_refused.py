"""A provider does not take our key: nothing is decided, it does not end by waiting, and people are told."""

from __future__ import annotations

from payments import incidents
from payments.gateways import outcomes


def tell_staff(provider: str, unknown: outcomes.Unknown) -> None:
    """Opens one incident per provider whose key is refused; none for a mere silence. A closed one is opened again."""
    if isinstance(unknown, outcomes.KeyRefused):
        incidents.open_incident(
            "payout_key_refused",
            key=provider,
            detail=f"{provider} does not take our key, so no payout is sent or looked up: {unknown}"[:2000],
            again=True,
        )
