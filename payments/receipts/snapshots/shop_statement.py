"""A shop's month in one currency, by the ledger: what each balance held before, what moved, what it held after. By UTC."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from django.conf import settings

from banibs.core.clock import now
from marketplace.models import Seller
from payments import policy
from payments.receipts.months import Month
from payments.receipts.snapshots.draft import BalanceData, Draft, GroupData, LineData, NotYet
from payments.receipts.snapshots.parties import Party, platform, shops
from wallet import shop_statement
from wallet.shop_statement import Adding, Line

_NAMED = ("pending", "available")  # the other balances stand together in one column


def subject(seller: int, currency: str, month: Month) -> str:
    """What a statement is about."""
    return f"shop:{seller}:{currency}:{month.name}"


def shop_statements(subjects: Sequence[str]) -> Mapping[str, Callable[[], Draft]]:
    """Statements of shops' months. Two statements, and those of each shop's lines."""
    wanted = [(one, *one.split(":")[1:]) for one in subjects]
    sellers = Seller.objects.in_bulk({int(seller) for _one, seller, _currency, _month in wanted})
    parties = shops(sellers.values())
    return {
        one: partial(_draft, sellers[int(seller)], parties[int(seller)], currency, Month(month))
        for one, seller, currency, month in wanted
        if int(seller) in sellers
    }


def _draft(shop: Seller, party: Party, currency: str, month: Month) -> Draft:
    if now() < month.until + policy.SHOP_STATEMENT_AFTER:
        raise NotYet(f"{month.name} has just ended: something may still be written in it")
    adding = Adding(shop_statement.held_before(shop.pk, currency, month.since))
    shown = _Shown()
    for line in shop_statement.lines(shop.pk, currency, since=month.since, until=month.until):
        for part in line.parts:
            adding.add(part)
        shown.add(line)
    sums = adding.sums
    return Draft(
        language=settings.LANGUAGE_CODE,
        country=shop.country,
        seller_id=shop.pk,
        data={
            "currency": currency,
            "month": month.name,
            "issuer": platform().frozen(),
            "seller": {"slug": shop.slug, **party.frozen()},
            "opening": sum(sums.opening.values()),
            "closing": sum(sums.closing.values()),
            "balances": [
                BalanceData(name=name, opening=sums.opening[name], closing=sums.closing[name])
                for name in shop_statement.BALANCES
                if name in _NAMED or sums.opening[name] or sums.closing[name]
            ],
            "groups": [
                GroupData(name=name, amount=sum(amounts.values()))
                for name, amounts in sums.groups.items()
                if name != "between"
            ],
            "lines": shown.lines(),
        },
    )


class _Shown:
    """The lines of a document. A month of more than a page takes says them together: by day and kind, else by kind."""

    def __init__(self) -> None:
        self.count = 0
        self.each: list[LineData] = []
        self.by_day: dict[tuple[str, str], LineData] = {}
        self.by_kind: dict[tuple[str, str], LineData] = {}

    def add(self, line: Line) -> None:
        """Takes a line in, all three ways."""
        self.count += 1
        said = _said(line)
        if len(self.each) <= policy.DOCUMENT_MOST_LINES:
            self.each.append(said)
        _into(self.by_day, (said["at"][:10], line.kind), said)
        _into(self.by_kind, ("", line.kind), said)

    def lines(self) -> list[LineData]:
        """The first of the three that is short enough."""
        ways: Iterable[list[LineData]] = (self.each, list(self.by_day.values()), list(self.by_kind.values()))
        return next(way for way in ways if len(way) <= policy.DOCUMENT_MOST_LINES)


def _said(line: Line) -> LineData:
    amounts: dict[str, int] = {}
    for part in line.parts:
        for name, amount in part.amounts.items():
            amounts[name] = amounts.get(name, 0) + amount
    return {
        "at": line.at.isoformat(timespec="minutes"),
        "kind": line.kind,
        "reference": line.reference,
        "memo": line.memo,
        "quantity": 1,
        "pending": amounts.get("pending", 0),
        "available": amounts.get("available", 0),
        "elsewhere": sum(amount for name, amount in amounts.items() if name not in _NAMED),
        "amount": sum(amounts.values()),
    }


def _into(sums: dict[tuple[str, str], LineData], key: tuple[str, str], said: LineData) -> None:
    there = sums.setdefault(
        key,
        {
            "at": key[0],
            "kind": key[1],
            "reference": "",
            "memo": "",
            "quantity": 0,
            "pending": 0,
            "available": 0,
            "elsewhere": 0,
            "amount": 0,
        },
    )
    there["quantity"] += 1
    there["pending"] += said["pending"]
    there["available"] += said["available"]
    there["elsewhere"] += said["elsewhere"]
    there["amount"] += said["amount"]
