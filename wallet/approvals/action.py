"""What the registry needs to know of an action: its words, its subject and amount, what it would change, and its verb."""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from banibs.core.money import MAX_AMOUNT, Money
from wallet import policy
from wallet.models import Approval

Payload = Mapping[str, object]


class Tampered(Exception):
    """What would be done is no longer what was asked for, or no longer possible. Nothing was done."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line of "what changes", in words: where an amount comes from, and where it goes.

    `held` is what the target holds now, where that helps to decide.
    """

    source: str
    target: str
    amount: Money
    held: Money | None = None

    @property
    def then(self) -> Money | None:
        """What the target would hold afterwards."""
        return None if self.held is None else self.held + self.amount


class Action(ABC):
    """One thing that staff may ask for.

    A payload is plain JSON and is read by `integer`, `text` and `money` alone, so that one of another shape is refused when
    it is asked for. The amount stands in it as "amount", in minor units, beside "currency": `verify_ledger` holds the row's
    columns against them. Who would gain stands in it as "user".
    """

    label: str | Promise
    always_two = False  # whatever the amount
    asks = "wallet.add_approval"  # the permission of whoever asks
    decides = "wallet.decide_approval"  # and of whoever agrees or refuses, or does it alone

    def lapses_after(self) -> dt.timedelta:
        """How long a request waits for a second person."""
        return policy.APPROVAL_LAPSES_AFTER

    @abstractmethod
    def words(self, payload: Payload) -> str:
        """The request in a sentence: "Credit Amara Okafor with $5.00"."""

    @abstractmethod
    def subject(self, payload: Payload) -> str:
        """What it is about, "user:5": amounts of one requester about one subject on one day are added up."""

    @abstractmethod
    def amount(self, payload: Payload) -> Money | None:
        """How much moves; None where it is not an amount that counts: then two people always decide."""

    def gains(self, payload: Payload) -> int | None:
        """The person who would gain by it, who neither asks nor decides."""
        return None

    @abstractmethod
    def preview(self, payload: Payload) -> Sequence[Change]:
        """What would change if it were done now, by the verb's own figures. Moves nothing. Raises Tampered."""

    @abstractmethod
    def perform(self, approval: Approval, *, actor: str) -> None:
        """Does it, in the transaction of the decision. Raises Tampered when it is no longer possible."""


def integer(payload: Payload, name: str) -> int:
    """The whole number under this name. Raises Tampered for anything else."""
    value = payload.get(name)
    if type(value) is not int:
        raise Tampered(f"{name} is no whole number")
    return value


def text(payload: Payload, name: str) -> str:
    """The text under this name. Raises Tampered for anything else."""
    value = payload.get(name)
    if not isinstance(value, str):
        raise Tampered(f"{name} is no text")
    return value


def money(payload: Payload) -> Money:
    """The payload's amount in its currency. Raises Tampered for what is no amount that can move."""
    amount, currency = integer(payload, "amount"), text(payload, "currency")
    if not 0 < amount <= MAX_AMOUNT or not re.fullmatch("[A-Z]{3}", currency):
        raise Tampered("this is no amount of money")
    return Money(amount, currency)
