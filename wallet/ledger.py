"""The ledger's verbs: write a movement, turn one round, read a balance. The only way to a balance from
Python.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection

from banibs.core.money import Money
from wallet import accounts
from wallet.models import Movement
from wallet.posting import Posting, Transfer


class KeyReused(Exception):
    """The movement's key was written before with other content. Nothing was written now."""

    def __init__(self, posting: Posting, movement_id: int) -> None:
        self.posting = posting
        self.movement_id = movement_id
        super().__init__(f"{posting.key} is movement {movement_id}, which moved something else")


class InsufficientFunds(Exception):
    """An account with a floor would fall below zero by `missing`, or one with a cap rise above it. Nothing was
    written.
    """

    def __init__(self, account: str, missing: Money) -> None:
        self.account = account
        self.missing = missing
        super().__init__(f"{account} is short of {missing.amount} {missing.currency}")


@dataclass(frozen=True, slots=True)
class Posted:
    """The movement that stands in the books. `replayed`: it did so before this call, which wrote nothing."""

    movement_id: int
    replayed: bool


_POST = """
SELECT outcome, movement, account, missing
  FROM ledger_post(%s, %s, %s, %s, %s, %s::bigint, %s, %s::text[], %s::boolean[], %s::boolean[],
                   %s::integer[], %s::integer[], %s::bigint[], %s::text[], %s::boolean[])
"""

_POST_MANY = """
SELECT place, outcome, movement, account, missing
  FROM ledger_post_many(%s, %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[],
                        %s::text[], %s::boolean[], %s::boolean[], %s::boolean[],
                        %s::integer[], %s::integer[], %s::integer[], %s::bigint[], %s::text[])
 ORDER BY place
"""


def post(posting: Posting) -> Posted:
    """Writes a movement in the caller's transaction, in one statement; a key already written is answered from
    it.

    Locks the accounts that keep a balance, in id order, until the transaction ends: post last. Raises
    InsufficientFunds or KeyReused with nothing written and the transaction still good; RuntimeError outside a
    transaction (money moves together with what it is for); ValueError for a posting that moves nothing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a movement is posted in the transaction of what it is for")
    if not posting:
        raise ValueError(f"{posting.key} moves nothing")
    with connection.cursor() as cursor:
        cursor.execute(_POST, _arguments(posting))
        outcome, movement_id, account, missing = cursor.fetchone()
    if outcome == "short":
        raise InsufficientFunds(account, Money(missing, posting.currency))
    if outcome == "key_reused":
        raise KeyReused(posting, movement_id)
    return Posted(movement_id, replayed=outcome == "replayed")


def _arguments(posting: Posting) -> list[str | int | list[str] | list[int] | list[bool] | None]:
    """A posting as the arguments of `ledger_post`: each account once, transfers by their places in that
    list.
    """
    places = _places(posting.transfers)
    kinds = [accounts.kind(code) for code in places]
    return [
        posting.key,
        posting.kind,
        posting.reference,
        posting.actor,
        posting.memo,
        posting.reverses,
        posting.currency,
        list(places),
        [kind.floored for kind in kinds],
        [kind.stored for kind in kinds],
        [places[one.source] for one in posting.transfers],
        [places[one.target] for one in posting.transfers],
        [one.amount for one in posting.transfers],
        [one.subject for one in posting.transfers],
        [kind.capped for kind in kinds],
    ]


def _places(transfers: Iterable[Transfer]) -> dict[str, int]:
    places: dict[str, int] = {}
    for one in transfers:
        places.setdefault(one.source, len(places) + 1)
        places.setdefault(one.target, len(places) + 1)
    return places


def post_many(postings: Sequence[Posting]) -> list[Posted]:
    """Writes movements of one currency in the caller's transaction, in one statement: all of them, or none.

    Each keeps what `post` promises, as if they were posted one after the other in this order; each account is locked
    and changed once. A serialization failure (another transaction took a key of theirs for other accounts, at this
    moment) undoes the transaction: `db_retry.atomic_retry` does it again. Raises InsufficientFunds or KeyReused for
    the first that cannot be written, with nothing written and the transaction still good; RuntimeError outside a
    transaction; ValueError for two currencies, a key named twice, or a posting that moves nothing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("movements are posted in the transaction of what they are for")
    if not postings:
        return []
    for one in postings:
        if not one:
            raise ValueError(f"{one.key} moves nothing")
    if len({one.currency for one in postings}) > 1:
        raise ValueError("movements of two currencies")
    if len({one.key for one in postings}) < len(postings):
        raise ValueError("two movements of one key")
    with connection.cursor() as cursor:
        cursor.execute(_POST_MANY, _arguments_of_many(postings))
        rows = cursor.fetchall()
    place, outcome, movement_id, account, missing = rows[0]
    if outcome == "short":
        raise InsufficientFunds(account, Money(missing, postings[0].currency))
    if outcome == "key_reused":
        raise KeyReused(postings[place - 1], movement_id)
    return [Posted(row[2], replayed=row[1] == "replayed") for row in rows]


def _arguments_of_many(
    postings: Sequence[Posting],
) -> list[str | list[str] | list[int] | list[int | None] | list[bool]]:
    transfers = [(place, one) for place, posting in enumerate(postings, 1) for one in posting.transfers]
    places = _places(one for _, one in transfers)
    kinds = [accounts.kind(code) for code in places]
    return [
        postings[0].currency,
        [one.key for one in postings],
        [one.kind for one in postings],
        [one.reference for one in postings],
        [one.actor for one in postings],
        [one.memo for one in postings],
        [one.reverses for one in postings],
        list(places),
        [kind.floored for kind in kinds],
        [kind.stored for kind in kinds],
        [kind.capped for kind in kinds],
        [place for place, _ in transfers],
        [places[one.source] for _, one in transfers],
        [places[one.target] for _, one in transfers],
        [one.amount for _, one in transfers],
        [one.subject for _, one in transfers],
    ]


def reverse(movement_id: int, *, actor: str, reason: str) -> Posted:
    """Books the opposite of a movement, once: nothing is ever changed, a correction is a movement that says
    so.

    Raises InsufficientFunds when a floored account no longer holds what would be taken back.
    """
    posting = read(movement_id)
    return post(posting.turned_round(movement=movement_id, actor=actor, memo=reason))


def read(movement_id: int) -> Posting:
    """A movement of the books as the plain data that it was. Raises Movement.DoesNotExist."""
    movement = Movement.objects.get(pk=movement_id)
    rows = list(movement.transfers.select_related("source", "target").order_by("id"))
    transfers = tuple(Transfer(row.source.code, row.target.code, row.amount, row.subject) for row in rows)
    (currency,) = {row.currency for row in rows}
    return Posting(
        movement.key,
        movement.kind,
        currency,
        transfers,
        movement.reference,
        movement.actor,
        movement.memo,
        movement.reverses_id,
    )


_HELD = "CASE WHEN stored THEN balance ELSE ledger_summed(id, 'infinity') END"
_NOW = f"SELECT {_HELD} FROM wallet_account WHERE code = %s AND currency = %s"
_THEN = "SELECT ledger_balance_at(id, %s) FROM wallet_account WHERE code = %s AND currency = %s"
_MANY = (
    f"SELECT code, currency, {_HELD} FROM wallet_account WHERE code = ANY(%s::text[]) ORDER BY currency, id"
)


def balance(code: str, currency: str) -> Money:
    """What an account holds now: one row for an account that keeps its balance, whatever its history."""
    return _single(_NOW, [code, currency], code, currency)


def balance_at(code: str, currency: str, moment: dt.datetime) -> Money:
    """What an account held at a past moment, every movement of that very moment included."""
    return _single(_THEN, [moment, code, currency], code, currency)


def _single(sql: str, params: Sequence[str | dt.datetime], code: str, currency: str) -> Money:
    accounts.kind(code)  # a code outside the chart is a mistake, not an account with nothing in it
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = cursor.fetchone()
    return Money(int(row[0]) if row else 0, currency)


def balances(codes: Iterable[str]) -> Mapping[str, dict[str, int]]:
    """What several accounts hold, in one query: currency → code → minor units. Currencies in order of their
    names.
    """
    held: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_MANY, [list(codes)])
        for code, currency, amount in cursor.fetchall():
            held.setdefault(currency, {})[code] = int(amount)
    return held


def wallet_balances(user: int) -> Mapping[str, dict[str, int]]:
    """A person's wallet: currency → {"available", "held"} in minor units. One query."""
    spendable = accounts.wallet(user)
    held = (accounts.reserved(user), accounts.disputed_top_up(user))
    return {
        currency: {"available": amounts.get(spendable, 0), "held": sum(amounts.get(code, 0) for code in held)}
        for currency, amounts in balances([spendable, *held]).items()
    }


def seller_balances(seller: int) -> Mapping[str, dict[str, int]]:
    """A shop's money: currency → {"pending", "available", "in_transit", "disputed", "reserve", "debt"} in minor
    units, a debt as what is owed. One query.
    """
    codes = {
        "pending": accounts.pending(seller),
        "available": accounts.available(seller),
        "in_transit": accounts.in_transit(seller),
        "disputed": accounts.disputed(seller),
        "reserve": accounts.reserve(seller),
        "debt": accounts.debt(seller),
    }
    held = balances(codes.values())
    return {
        currency: {name: amounts.get(code, 0) for name, code in codes.items()}
        | {"debt": -amounts.get(codes["debt"], 0)}
        for currency, amounts in held.items()
    }
