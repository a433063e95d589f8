"""A shop's money for the payouts pages, one currency at a time, and why it waits. A fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from banibs.core.money import Money
from payouts.models import Payout, PayoutHold, PayoutSchedule
from wallet import ledger

Status = Payout.Status
WAITING = (Status.REQUESTED, Status.HELD)
OUT = (Status.SENDING, Status.UNKNOWN, Status.IN_TRANSIT, Status.STUCK)
EMPTY = {"pending": 0, "available": 0, "in_transit": 0, "disputed": 0, "reserve": 0, "debt": 0}


@dataclass(frozen=True, slots=True)
class Purse:
    """A shop's money in one currency."""

    currency: str
    available: Money
    pending: Money
    in_transit: Money
    disputed: Money
    reserve: Money
    debt: Money

    @property
    def owed(self) -> Money:
        """What new sales fill first, where more was taken back than was earned."""
        return Money(max(0, -self.available.amount), self.currency)

    @property
    def can_pay(self) -> Money:
        """What may be asked for: nothing where it is below zero."""
        return Money(max(0, self.available.amount), self.currency)


def purses(seller_id: int, *, own_currency: str) -> list[Purse]:
    """The shop's money in each currency, the one that is looked at first: what may be paid out, then what is on its way,
    then the visitor's own. At least one. One statement.
    """
    found = ledger.seller_balances(seller_id)
    held = {currency: amounts for currency, amounts in found.items() if any(amounts.values())}
    everything = held or found or {own_currency: EMPTY}
    rows = [
        Purse(currency, **{name: Money(amounts.get(name, 0), currency) for name in EMPTY})
        for currency, amounts in everything.items()
    ]
    return sorted(
        rows,
        key=lambda one: (
            one.available.amount <= 0,
            not (one.pending or one.in_transit),
            one.currency != own_currency,
            one.currency,
        ),
    )


def on_its_way(seller_id: int, currency: str, *, most: int) -> QuerySet[Payout]:
    """Payouts that were asked for and have not arrived, the newest first, with where they go. One statement."""
    return (
        Payout.objects.filter(
            seller_id=seller_id, currency=currency, status__in=[*WAITING, *OUT, Status.RETURNING]
        )
        .select_related("method")
        .order_by("-pk")[:most]
    )


def next_due(seller_id: int, currency: str) -> PayoutSchedule | None:
    """The schedule that pays out next. One statement."""
    active = PayoutSchedule.objects.filter(
        Q(seller_id=seller_id, currency=currency, state=PayoutSchedule.State.ACTIVE)
    )
    return active.select_related("method").order_by("next_on", "pk").first()


def hold(seller_id: int) -> PayoutHold | None:
    """The hold that staff have placed, if any. One statement."""
    return PayoutHold.objects.filter(seller_id=seller_id, lifted_at=None).first()


def chosen(rows: Sequence[Purse], currency: str) -> Purse:
    """The purse of the currency asked for, else the first."""
    return next((one for one in rows if one.currency == currency), rows[0])
