"""A wallet's month in one currency, line by line. Months by UTC, as the wallet's page has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice

from django.conf import settings

from banibs.users.models import User
from payments import policy
from payments.receipts.snapshots.draft import Draft, NotYet
from payments.receipts.snapshots.fee_invoice import Month
from payments.receipts.snapshots.parties import Party, platform
from wallet import accounts, statement


class TooLong(Exception):
    """More lines than a document holds: the file of lines has them all."""


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


def _draft(user: User, currency: str, month: Month) -> Draft:
    span = statement.Span(since=month.since, until=month.until)
    most = policy.DOCUMENT_MOST_LINES
    lines = list(islice(statement.oldest_first(accounts.wallet(user.pk), currency, span=span), most + 1))
    if not lines:
        raise NotYet(f"nothing moved in {month.name}")
    if len(lines) > most:
        raise TooLong(f"more than {most} lines in {month.name}")
    return Draft(
        language=settings.LANGUAGE_CODE,
        country="",
        user_id=user.pk,
        data={
            "currency": currency,
            "month": month.name,
            "issuer": platform().frozen(),
            "buyer": {**Party(name=user.get_full_name() or user.email).frozen(), "email": user.email},
            "opening": lines[0].balance.amount - lines[0].amount.amount,
            "closing": lines[-1].balance.amount,
            "lines": [
                {
                    "at": line.at.isoformat(timespec="minutes"),
                    "kind": line.kind,
                    "reference": line.reference,
                    "memo": line.memo,
                    "amount": line.amount.amount,
                    "balance": line.balance.amount,
                }
                for line in lines
            ],
        },
    )
