"""The chart of accounts: every place where money can be, what its balance may do, and how accountants class
it.

This is the one table. The database holds an account to it by CHECK constraints made from it (`shape()`), and
`ledger.post` creates a missing account by it. Rules: docs "Money", The ledger.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from django.db.models import Q

LIABILITIES, ASSETS, INCOME, EXPENSES = "Liabilities", "Assets", "Income", "Expenses"


class UnknownAccount(ValueError):
    """The code names no kind of account in the chart."""


class Kind(NamedTuple):
    """A kind of account. `floored`: never below zero. `stored`: keeps a balance, changed under its lock."""

    pattern: str
    floored: bool
    stored: bool
    books: str  # where an accountant files it: see wallet/export.py


_ID = "[1-9][0-9]*"

CHART = (
    Kind(f"user:{_ID}:wallet", floored=True, stored=True, books=LIABILITIES),
    Kind(f"user:{_ID}:reserved", floored=True, stored=True, books=LIABILITIES),
    Kind(f"user:{_ID}:disputed", floored=True, stored=True, books=LIABILITIES),
    Kind(f"seller:{_ID}:pending", floored=True, stored=True, books=LIABILITIES),
    Kind(f"seller:{_ID}:disputed", floored=True, stored=True, books=LIABILITIES),
    Kind(f"seller:{_ID}:in_transit", floored=True, stored=True, books=LIABILITIES),
    # Only refunds and disputes take it below zero; new earnings fill it first.
    Kind(f"seller:{_ID}:available", floored=False, stored=True, books=LIABILITIES),
    # These are touched by every sale. They store no balance, so that no two sales wait for each other.
    Kind("platform:revenue", floored=False, stored=False, books=INCOME),
    Kind("platform:processing", floored=False, stored=False, books=INCOME),
    Kind("platform:tax:[A-Z][A-Z0-9-]{1,15}", floored=False, stored=False, books=LIABILITIES),
    Kind("platform:promotions", floored=False, stored=False, books=EXPENSES),
    Kind("platform:bad_debt", floored=False, stored=False, books=EXPENSES),
    Kind("(stripe|paypal|wise|crypto):clearing", floored=False, stored=False, books=ASSETS),
    Kind("stripe:(connected|disputes)", floored=False, stored=False, books=ASSETS),
    Kind("stripe:(refunds|unapplied)", floored=False, stored=False, books=LIABILITIES),
)


@functools.lru_cache(maxsize=65_536)
def kind(code: str) -> Kind:
    """What kind of account this code names. Raises UnknownAccount."""
    for one in CHART:
        if re.fullmatch(one.pattern, code, re.ASCII):
            return one
    raise UnknownAccount(code)


def shape() -> Q:
    """The chart as a condition on the account table: a known code, with the flags of its kind."""
    condition = Q()
    for floored, stored in ((True, True), (False, True), (False, False)):
        patterns = [one.pattern for one in CHART if (one.floored, one.stored) == (floored, stored)]
        # The flags first: a balance that moves is checked again, and then only one of the patterns is tried.
        condition |= Q(floored=floored, stored=stored) & Q(code__regex=f"^({'|'.join(patterns)})$")
    return condition


def wallet(user: int) -> str:
    """What a buyer can spend."""
    return f"user:{user}:wallet"


def reserved(user: int) -> str:
    """The wallet part of a mixed payment while its card part is under way."""
    return f"user:{user}:reserved"


def disputed_top_up(user: int) -> str:
    """A top-up whose card payment is disputed."""
    return f"user:{user}:disputed"


def pending(seller: int) -> str:
    """Sold, not yet cleared: the escrow hold."""
    return f"seller:{seller}:pending"


def available(seller: int) -> str:
    """What may be paid out."""
    return f"seller:{seller}:available"


def in_transit(seller: int) -> str:
    """Handed to a payout provider, not yet confirmed."""
    return f"seller:{seller}:in_transit"


def disputed(seller: int) -> str:
    """Net shares held while a card dispute is open."""
    return f"seller:{seller}:disputed"


def tax(region: str) -> str:
    """Tax collected in a region, to remit."""
    return f"platform:tax:{region}"


REVENUE = "platform:revenue"
PROCESSING = "platform:processing"
PROMOTIONS = "platform:promotions"
CLEARING = "stripe:clearing"
REFUNDS = "stripe:refunds"
UNAPPLIED = "stripe:unapplied"
