"""What an event leads to: its payout is asked for at the provider, whatever the event itself says."""

from __future__ import annotations

from payments import incidents
from payments.gateways import outcomes
from payouts.models import PayoutAttempt
from payouts.sending import look_up


def ask_about(attempt: PayoutAttempt) -> None:
    """Asks now, and takes in what is said. Raises Refused, Unknown; of a key that is not taken people are told."""
    try:
        look_up.ask(attempt.pk)
    except outcomes.KeyRefused as refused:
        incidents.open_incident(
            "payout_key_refused",
            key=attempt.provider,
            detail=f"{attempt.provider} does not take our key, so no payout is looked up: {refused}"[:2000],
            again=True,
        )
        raise
