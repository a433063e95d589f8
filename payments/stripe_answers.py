"""What a person reads, and staff hear, when Stripe says no or says nothing. Pages, API and jobs come through here.

A refusal is not a silence: to wait, or to try again, helps with the one and not with the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.utils.translation import gettext as _

from payments import incidents
from payments.gateways import outcomes

log = structlog.get_logger(__name__)
# Refusals that a person caused and can mend: no matter for staff.
_THE_PERSONS_OWN = (
    "amount_too_small",
    "amount_too_large",
    "payment_intent_unexpected_state",
    "payment_method_unexpected_state",
    "email_invalid",
)
Problem = outcomes.Refused | outcomes.Unknown


@dataclass(frozen=True)
class Answer:
    """A problem as a person reads it. `silent`: nobody answered, so that to look again may help."""

    message: str
    silent: bool


def explain(problem: Problem) -> Answer:
    """The words for a person, staff being told where it does not pass by itself. Not inside a transaction that fails."""
    tell_staff(problem)
    if isinstance(problem, outcomes.Refused):
        return Answer(problem.message, silent=False)
    if isinstance(problem, outcomes.KeyRefused):
        return Answer(_("Stripe cannot be reached with our key just now. We have been told."), silent=False)
    if isinstance(problem, outcomes.KeyConflict):
        return Answer(_("This could not be done, and we have been told. Please try once more."), silent=False)
    if isinstance(problem, outcomes.Slow):
        return Answer(_("Stripe is slow just now. Try again in a moment."), silent=True)
    return Answer(_("Stripe does not answer just now. Try again in a moment."), silent=True)


def tell_staff(problem: Problem) -> None:
    """Opens one incident per code of a refusal, one for a key that Stripe does not take; none for a silence, for a
    decline, or for what a person can mend. A closed one is opened again.
    """
    if isinstance(problem, outcomes.Refused):
        if not problem.declined and problem.code not in _THE_PERSONS_OWN:
            key = f"{problem.code}:{problem.param}" if problem.param else problem.code
            detail = f"Stripe refused with {problem.code}: {problem.for_staff}"
            incidents.open_incident("stripe_refused", key=key, detail=detail, again=True)
    elif isinstance(problem, outcomes.KeyRefused):
        detail = f"Stripe does not take our key, so no card is charged and no refund sent: {problem}"
        incidents.open_incident("stripe_key_refused", key="key", detail=detail, again=True)
    elif isinstance(problem, outcomes.KeyConflict):
        detail = f"An idempotency key was used with other parameters: {problem}"
        incidents.open_incident("stripe_key_conflict", key="key", detail=detail, again=True)
