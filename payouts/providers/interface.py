"""What every payout provider can do, and what it says of an attempt. Money is minor units, moments are UTC.

Every call has three outcomes: it returns, raises `outcomes.Refused` (the provider said no and did nothing) or
`outcomes.Unknown` (nobody knows: asked again under the same key, or looked up). No call touches our database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from django.utils.module_loading import import_string

from banibs.core.money import Money
from payments.gateways import outcomes
from payouts.models import PayoutAttempt, PayoutMethod

State = Literal["accepted", "in_transit", "paid", "failed", "returned", "not_found"]


class ShortOfFunds(outcomes.Refused):
    """The provider holds too little of our money just now. It did nothing; later it may."""


class QuoteWorse(outcomes.Refused):
    """Less would arrive than the seller confirmed, by more than was promised. It did nothing; the seller is asked."""


@dataclass(frozen=True)
class Progress:
    """What a provider says of an attempt. Told any number of times, in any order: each fact is booked once.

    `handed` is the balance transaction by which the money left our balance before the provider's own end of it (a
    Transfer at Stripe), `taken_back` the one by which it came back. `fee` is what the provider took from our balance
    for it, booked once under `fee_id`. `returned` is what really came back after it was paid. `not_found`: the provider
    never had it, and never will under this key. `quote`: it goes by another one than the seller confirmed.
    """

    state: State
    external_id: str = ""
    payout_external_id: str = ""
    handed: str = ""
    taken_back: str = ""
    fee: int = 0
    fee_id: str = ""
    fee_currency: str = ""  # empty: that of the payout
    arrives_on: dt.date | None = None
    code: str = ""
    words: str = ""  # for the seller
    detail: str = ""  # for staff
    returned: Money | None = None
    fee_back: int = 0  # of the fee, what the provider gave back with it
    quote: Quote | None = None


@dataclass(frozen=True)
class Check:
    """What a provider says of a destination: `verified`, `checking` or `failed`, with the fix in words."""

    state: Literal["verified", "checking", "failed"]
    words: str = ""
    provider_ref: str = ""
    masked: str = ""


@dataclass(frozen=True)
class Quote:
    """What would arrive. `fee` is BANIBS's to bear; the rate's margin is the seller's. `rate` is a decimal number as
    text; empty where nothing is converted. `expires_at` is empty where it does not expire.
    """

    sends: Money
    arrives: Money | None
    rate: str = ""
    fee: Money | None = None
    id: str = ""
    expires_at: dt.datetime | None = None
    arrives_on: dt.date | None = None
    working_days: tuple[int, int] = (0, 0)  # how long it takes, from and to

    def as_json(self) -> dict[str, object]:
        """As it is kept on a payout and its attempts."""
        return {
            "id": self.id,
            "sends": self.sends.amount,
            "currency": self.sends.currency,
            "arrives": self.arrives.amount if self.arrives else None,
            "arrives_currency": self.arrives.currency if self.arrives else "",
            "rate": self.rate,
            "fee": self.fee.amount if self.fee else 0,
            "fee_currency": self.fee.currency if self.fee else "",
            "expires_at": self.expires_at.isoformat() if self.expires_at else "",
            "arrives_on": self.arrives_on.isoformat() if self.arrives_on else "",
        }


@dataclass(frozen=True)
class Seen:
    """A payout as the provider lists it, beside ours."""

    external_id: str
    amount: Money
    state: str  # the provider's own word
    arrives_on: dt.date | None = None
    made_at: dt.datetime | None = None
    ours: str = ""  # our payout's number, where it is one of ours


@dataclass(frozen=True)
class Terms:
    """What pages say of a provider before anything is sent."""

    name: str  # "PayPal"
    configured: bool
    why_not: str = ""  # in words, where it is not configured


class Provider(Protocol):
    """A way to carry money out. `name` is the first part of its clearing account: stripe, paypal, wise, crypto."""

    name: str

    def terms(self) -> Terms:
        """Whether it can be used on this installation. Asks nobody."""

    def check(self, method: PayoutMethod) -> Check:
        """Whether the provider would pay to this destination."""

    def quote(self, method: PayoutMethod, sends: Money) -> Quote:
        """What would arrive, by when, at which rate. Raises outcomes.Refused `currency_not_supported`."""

    def params(self, attempt: PayoutAttempt, method: PayoutMethod) -> Mapping[str, object]:
        """What goes with the attempt, frozen before the first call. Reads rows; asks nobody."""

    def send(self, attempt: PayoutAttempt) -> Progress:
        """Begins, or goes on where a lost answer left off, under the attempt's key and frozen parameters.

        Raises ShortOfFunds, QuoteWorse, Refused (nothing has left), Unknown.
        """

    def look_up(self, attempt: PayoutAttempt) -> Progress:
        """How it fares, by its ids or what we marked it with; `not_found` only when it can never happen any more.

        Raises ShortOfFunds, QuoteWorse where the provider finds that out late, Refused, Unknown.
        """

    def bring_back(self, attempt: PayoutAttempt) -> Progress:
        """Takes back what was handed over and did not get through. Refused: it cannot be."""

    def listed(self, methods: Sequence[PayoutMethod]) -> Sequence[Seen]:
        """Upcoming and past payouts to these destinations as the provider has them, newest first, bounded."""


@dataclass(frozen=True)
class Registry:
    """Name → dotted path of the provider's `PROVIDER`."""

    paths: Mapping[str, str] = field(
        default_factory=lambda: {
            "stripe": "payouts.providers.stripe.PROVIDER",
            "paypal": "payouts.providers.paypal.PROVIDER",
            "wise": "payouts.providers.wise.PROVIDER",
            "crypto": "payouts.providers.crypto.PROVIDER",
        }
    )

    def get(self, name: str) -> Provider:
        """The provider of this name. Raises KeyError."""
        provider: Provider = import_string(self.paths[name])
        return provider


PROVIDERS = Registry()
