"""A document before it has its number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from payments.models import Document

US_PAPER = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "VE", "GT"})  # where letters are on Letter


class PartyData(TypedDict):
    """A party as a snapshot keeps it. `slug`: of a shop, whose cloth the page bears."""

    name: str
    address: list[str]
    tax_ids: list[str]
    version: int | None
    slug: NotRequired[str]
    email: NotRequired[str]


class LineData(TypedDict, total=False):
    """A line of a document; each kind has some of these."""

    title: str
    variant: str
    quantity: int
    each: int
    amount: int
    rate_bps: int
    fee: int
    order: str
    earned: int
    back: int
    at: str
    kind: str
    reference: str
    memo: str
    balance: int
    pending: int
    available: int
    elsewhere: int


class BalanceData(TypedDict):
    """A balance of a shop before and after a month."""

    name: str
    opening: int
    closing: int


class GroupData(TypedDict):
    """What the movements of a group came to together."""

    name: str
    amount: int


class TaxData(TypedDict):
    """What was taxed at one rate."""

    rate_bps: int
    base: int
    tax: int


class WentData(TypedDict):
    """Where an order's money went: total + promotion = net + fee + tax + processing."""

    net: int
    fee: int
    tax: int
    processing: int
    promotion: int


class Said(TypedDict, total=False):
    """What a document says; each kind has some of these. Amounts are minor units of `currency`."""

    number: str
    issued: str
    issued_at: str
    zone: str
    currency: str
    order: str
    checkout: str
    receipt: str
    month: str
    paid_at: str
    refunded_at: str
    reason: str
    issuer: PartyData
    seller: PartyData
    buyer: PartyData
    lines: list[LineData]
    fees: list[LineData]
    subtotal: int
    discount: int
    shipping: int
    posted: bool
    tax: int
    tax_name: str
    tax_inclusive: bool
    jurisdiction: str
    taxes: list[TaxData]
    total: int
    wallet: int
    card: int
    card_name: list[str]
    went: WentData
    earned: int
    back: int
    rate_bps: int
    note: str
    opening: int
    closing: int
    balances: list[BalanceData]
    groups: list[GroupData]


class NotYet(Exception):
    """The document must wait for another, or has nothing to say yet."""


@dataclass(frozen=True)
class Draft:
    """All but number and day. `data` is plain JSON; amounts are minor units of `data["currency"]`."""

    language: str
    country: str  # where it is read: decides the paper
    data: Said
    seller_id: int | None = None
    user_id: int | None = None

    @property
    def paper(self) -> str:
        """The paper of the country where it is read."""
        return Document.Paper.LETTER if self.country in US_PAPER else Document.Paper.A4


# subjects → what makes the draft of each; a fixed number of statements, however many there are. A subject that is gone
# is left out. Making one draft asks nothing of the database, and raises NotYet.
Loader = Callable[[Sequence[str]], Mapping[str, Callable[[], Draft]]]


def ids(subjects: Sequence[str]) -> list[int]:
    """The rows that subjects like "order:7" name."""
    return [int(subject.rpartition(":")[2]) for subject in subjects]
