"""Where disputes stand, for pages to the left that only print it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import template
from django.db.models import Sum

from banibs.core import clock
from banibs.core.money import Money
from banibs.users.models import User
from marketplace.models import Order, Seller
from payments.charges import frozen_wallets
from payments.disputes import of_shop, reasons
from payments.models import Dispute, DisputeRound, DisputeShare
from payments.views.disputes import shown

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

register = template.Library()
SHOWN = 3  # tasks on a seller's first page


@register.filter
def said(reason: str) -> StrOrPromise:
    """What a bank says, as a sentence."""
    return reasons.said(reason)


@register.filter
def dispute_amount(dispute: Dispute) -> Money:
    """What the bank disputes."""
    return dispute.money(dispute.amount)


@register.simple_tag
def dispute_of(order: Order) -> shown.Row | None:
    """`{% dispute_of order as disputed %}`: the last dispute or inquiry about a sale's payment. One query."""
    found = of_shop.disputes_of(order.seller_id).filter(payment__splits__order=order)
    row: Dispute | None = found.order_by("-pk").first()
    return shown.row(row) if row else None


@register.simple_tag
def disputes_to_answer(shop: Seller) -> list[shown.Row]:
    """`{% disputes_to_answer shop as disputes %}`: the nearest of a shop, by their dates. One query."""
    now = clock.now()
    return [shown.row(one, now=now) for one in of_shop.to_answer(shop.pk)[:SHOWN]]


@dataclass(frozen=True)
class WalletHold:
    """What a bank's dispute of a top-up does to a wallet."""

    frozen: bool
    aside: list[Money]  # until the bank has decided, by currency


@register.simple_tag
def wallet_hold(person: User) -> WalletHold:
    """`{% wallet_hold user as hold %}`: whether a person's wallet pays for nothing, and what is set aside. Two queries."""
    rows = DisputeShare.objects.filter(
        user=person.pk, from_wallet__gt=0, round__state=DisputeRound.State.OPEN
    )
    sums = (
        rows.values_list("round__dispute__currency")
        .annotate(sum=Sum("from_wallet"))
        .order_by("round__dispute__currency")
    )
    return WalletHold(
        frozen_wallets.frozen(person.pk), [Money(int(amount), currency) for currency, amount in sums]
    )
