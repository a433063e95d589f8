"""What the registry needs to know of an action: its words, its subject and amount, what it would change, and its verb."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from banibs.core.money import Money
from wallet.models import Approval

Payload = Mapping[str, object]


class Tampered(Exception):
    """What would be done is no longer what was asked for, or no longer possible. Nothing was done."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line of "what changes", in words: where an amount comes from, and where it goes."""

    source: str
    target: str
    amount: Money


class Action(ABC):
    """One thing that staff may ask for. Payloads are plain JSON; amounts in minor units beside their currency."""

    label: str | Promise
    always_two = False  # whatever the amount

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
    """The payload's amount in its currency."""
    return Money(integer(payload, "amount"), text(payload, "currency"))
