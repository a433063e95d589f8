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

LIABILITIES, ASSETS, INCOME, EXPENSES, EQUITY = "Liabilities", "Assets", "Income", "Expenses", "Equity"


class UnknownAccount(ValueError):
    """The code names no kind of account in the chart."""


class Kind(NamedTuple):
    """A kind of account. `stored`: keeps a balance, changed under its lock. `floored`: never below zero.
    `capped`: never above zero, an account of what somebody owes.
    """

    pattern: str
    floored: bool
    stored: bool
    books: str  # where an accountant files it: see wallet/export.py
    capped: bool = False


_ID = "[1-9][0-9]*"

CHART = (
    Kind(f"user:{_ID}:wallet", floored=True, stored=True, books=LIABILITIES),
    Kind(f"user:{_ID}:reserved", floored=True, stored=True, books=LIABILITIES),
    Kind(f"user:{_ID}:disputed", floored=True, stored=True, books=LIABILITIES),
    Kind(f"seller:{_ID}:pending", floored=True, stored=True, books=LIABILITIES),
    Kind(f"seller:{_ID}:disputed", floored=True, stored=True, books=LIABILITIES),
    Kind(f"seller:{_ID}:in_transit", floored=True, stored=True, books=LIABILITIES),
    Kind(f"seller:{_ID}:reserve", floored=True, stored=True, books=LIABILITIES),
    # Only refunds, disputes and their fees take it below zero; new earnings fill it first.
    Kind(f"seller:{_ID}:available", floored=False, stored=True, books=LIABILITIES),
    # What a shop owes under an agreement: minus the debt.
    Kind(f"seller:{_ID}:debt", floored=False, stored=True, books=ASSETS, capped=True),
    # These are touched by every sale. They store no balance, so that no two sales wait for each other.
    Kind("platform:(revenue|processing)", floored=False, stored=False, books=INCOME),
    Kind("platform:revenue_deferred", floored=False, stored=False, books=LIABILITIES),
    Kind("platform:tax:[A-Z][A-Z0-9-]{1,15}", floored=False, stored=False, books=LIABILITIES),
    Kind("platform:tax_on_fees:[A-Z]{2}", floored=False, stored=False, books=LIABILITIES),
    Kind(
        "platform:(promotions|goodwill|bad_debt|card_fees|payout_fees)",
        floored=False,
        stored=False,
        books=EXPENSES,
    ),
    Kind("platform:(equity|demo)", floored=False, stored=False, books=EQUITY),
    Kind("(stripe|paypal|wise|crypto|bank):clearing", floored=False, stored=False, books=ASSETS),
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
    for floored, stored, capped in sorted(
        {(one.floored, one.stored, one.capped) for one in CHART}, reverse=True
    ):
        patterns = [
            one.pattern for one in CHART if (one.floored, one.stored, one.capped) == (floored, stored, capped)
        ]
        # The flags first: a balance that moves is checked again, and then only one of the patterns is tried.
        condition |= Q(floored=floored, stored=stored, capped=capped) & Q(
            code__regex=f"^({'|'.join(patterns)})$"
        )
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


def reserve(seller: int) -> str:
    """Held back by policy for a while after clearing."""
    return f"seller:{seller}:reserve"


def debt(seller: int) -> str:
    """Owed under an agreement: never above zero."""
    return f"seller:{seller}:debt"


def tax(jurisdiction: str) -> str:
    """Tax collected for a jurisdiction ("DE", "US-GA"), to remit."""
    return f"platform:tax:{jurisdiction}"


def tax_on_fees(country: str) -> str:
    """Tax that is due on BANIBS's own fees in a country, to remit."""
    return f"platform:tax_on_fees:{country}"


def clearing(provider: str) -> str:
    """Minus what is held at a provider ("stripe", "paypal", "wise", "crypto") or at the bank ("bank")."""
    return f"{provider}:clearing"


REVENUE = "platform:revenue"
REVENUE_DEFERRED = "platform:revenue_deferred"  # fees of orders paid and not yet fulfilled
PROCESSING = "platform:processing"  # what sellers were charged for cards
CARD_FEES = "platform:card_fees"  # what Stripe really took
PAYOUT_FEES = "platform:payout_fees"
PROMOTIONS = "platform:promotions"
GOODWILL = "platform:goodwill"  # credits by staff
BAD_DEBT = "platform:bad_debt"
EQUITY = "platform:equity"  # the owner's money
DEMO = "platform:demo"  # play money, development only
CLEARING = "stripe:clearing"
CONNECTED = "stripe:connected"  # on connected accounts, between Transfer and Payout
BANK = "bank:clearing"
REFUNDS = "stripe:refunds"
DISPUTES = "stripe:disputes"
UNAPPLIED = "stripe:unapplied"
