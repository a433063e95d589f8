"""Crypto: settled by people of the treasury, outside. They name the transaction's hash when it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from banibs.core.money import Money
from payouts.models import PayoutAttempt, PayoutMethod
from payouts.providers.interface import Check, Progress, Quote, Seen, Terms


class Crypto:
    """Nothing is asked of anybody: an attempt is accepted, and waits for the treasury (`payouts/sending/treasury.py`)."""

    name = "crypto"

    def terms(self) -> Terms:
        """Always there: people settle it."""
        return Terms("Crypto", configured=True)

    def check(self, method: PayoutMethod) -> Check:
        """Its address was checked when it was typed; whether it is the seller's, the small first payout shows."""
        return Check("verified", masked=method.masked)

    def quote(self, method: PayoutMethod, sends: Money) -> Quote:
        """The treasury names rate and quantity when its turn comes; until then nobody knows what arrives."""
        return Quote(sends=sends, arrives=None, working_days=(1, 3))

    def params(self, attempt: PayoutAttempt, method: PayoutMethod) -> Mapping[str, object]:
        """Where to, in words; the address itself stays sealed on the method."""
        return {"asset": method.asset, "network": method.network, "to": method.masked}

    def send(self, attempt: PayoutAttempt) -> Progress:
        """It stands in the treasury's queue."""
        return Progress("accepted")

    def look_up(self, attempt: PayoutAttempt) -> Progress:
        """The same: only people move it on."""
        return Progress("accepted")

    def bring_back(self, attempt: PayoutAttempt) -> Progress:
        """Nothing was handed over that could come back."""
        return Progress("failed")

    def listed(self, methods: Sequence[PayoutMethod]) -> Sequence[Seen]:
        """Nobody outside keeps a list."""
        return []


PROVIDER = Crypto()
