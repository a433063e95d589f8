"""A wallet's month in one currency, line by line. Months by UTC, as the wallet's page has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice

from django.conf import settings

from banibs.users.models import User
from payments import policy
from payments.receipts.months import Month
from payments.receipts.snapshots.draft import Draft, NotYet
from payments.receipts.snapshots.parties import Party, platform
from wallet import accounts, statement


def subject(user: int, currency: str, month: Month) -> str:
    """What a statement is about."""
    return f"wallet:{user}:{currency}:{month.name}"


def wallet_statements(subjects: Sequence[str]) -> Mapping[str, Callable[[], Draft]]:
    """Statements of wallets' months. One statement, and those of each wallet's lines."""
    wanted = [(one, *one.split(":")[1:]) for one in subjects]
    people = User.objects.in_bulk({int(user) for _one, user, _currency, _month in wanted})
    return {
        one: partial(_draft, people[int(user)], currency, Month(month))
        for one, user, currency, month in wanted
        if int(user) in people
    }


def lines(user: int, currency: str, month: Month) -> list[statement.Line]:
    """The lines of the month, oldest first, and one more than a document may have where there are so many."""
    span = statement.Span(since=month.since, until=month.until)
    every = statement.oldest_first(accounts.wallet(user), currency, span=span)
    return list(islice(every, policy.DOCUMENT_MOST_LINES + 1))


def _draft(user: User, currency: str, month: Month) -> Draft:
    moved = lines(user.pk, currency, month)
    if not moved or len(moved) > policy.DOCUMENT_MOST_LINES:
        raise NotYet(f"{len(moved)} lines in {month.name}")
    return Draft(
        language=settings.LANGUAGE_CODE,
        country="",
        user_id=user.pk,
        data={
            "currency": currency,
            "month": month.name,
            "issuer": platform().frozen(),
            "buyer": {**Party(name=user.get_full_name() or user.email).frozen(), "email": user.email},
            "opening": moved[0].balance.amount - moved[0].amount.amount,
            "closing": moved[-1].balance.amount,
            "lines": [
                {
                    "at": line.at.isoformat(timespec="minutes"),
                    "kind": line.kind,
                    "reference": line.reference,
                    "memo": line.memo,
                    "amount": line.amount.amount,
                    "balance": line.balance.amount,
                }
                for line in moved
            ],
        },
    )
