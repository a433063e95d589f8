"""Filters of documents, which read plain figures of a snapshot."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Protocol

from django import template

from banibs.core.money import Money
from banibs.core.ui import quantities
from marketplace.models import Order
from payments.models import Refund
from payments.receipts.snapshots.draft import LineData, Said
from wallet import shop_statement, statement

register = template.Library()


class HasOrder(Protocol):
    """A part of a purchase, as a page shows it."""

    order: Order


@register.filter(name="in")
def in_currency(amount: int, said: Said) -> str:
    """`{{ line.amount|in:said }}`: minor units as money of the document."""
    return Money(amount, said["currency"]).format()


@register.filter
def signed_in(amount: int, said: Said) -> str:
    """The same with its sign always shown."""
    return f"{'+' if amount > 0 else ''}{in_currency(amount, said)}"


@register.filter
def net(line: LineData, said: Said) -> str:
    """What was earned of a line less what was given back."""
    return in_currency(line["earned"] - line["back"], said)


@register.filter
def percent(rate_bps: int) -> str:
    """Basis points as people write a rate."""
    return quantities.percent(rate_bps)


@register.filter
def moment(text: str) -> str:
    """A moment of a snapshot, to the minute, UTC."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M")


@register.filter
def movement(kind: str) -> str:
    """A kind of movement in words."""
    return str(statement.KINDS[kind])


@register.filter
def balance_name(name: str) -> str:
    """A balance of a shop in words."""
    return str(shop_statement.BALANCES[name])


@register.filter
def group_name(name: str) -> str:
    """A group of a shop's movements in words."""
    return str(shop_statement.GROUPS[name])


@register.simple_tag
def credit_notes(orders: Order | Iterable[Order]) -> dict[int, list[tuple[Refund, Money]]]:
    """`{% credit_notes orders as notes %}`, of several or of one: order id → its refunds, with their amounts.

    One statement, none where nothing went back.
    """
    several = [orders] if isinstance(orders, Order) else orders
    refunded = [order.pk for order in several if order.refunded]
    notes: dict[int, list[tuple[Refund, Money]]] = defaultdict(list)
    if refunded:
        made = Refund.objects.filter(order__in=refunded).exclude(status=Refund.Status.CANCELED)
        for refund in made.order_by("pk"):
            notes[refund.order_id].append((refund, Money(refund.amount, refund.currency)))
    return dict(notes)


@register.filter
def of_order(notes: Mapping[int, list[tuple[Refund, Money]]], order: Order) -> list[tuple[Refund, Money]]:
    """`{{ notes|of_order:part.order }}`: those of one order."""
    return notes.get(order.pk, [])


@register.filter
def orders_of(parts: Iterable[tuple[HasOrder, object]]) -> list[Order]:
    """The orders of a page's parts, each a pair that begins with the part."""
    return [part.order for part, *_rest in parts]
