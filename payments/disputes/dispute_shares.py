"""How a withdrawal is spread over the orders of its charge: whose money the buyer's bank has taken.

Each order gives by what remains of its card part, and inside it everybody as for a refund (docs "Money", Shares). What
Stripe withdrew beyond all that remains was given back before: it comes from the sellers of those orders alone, without
fee or tax.
"""

from __future__ import annotations

from django.db.models import F, Sum

from banibs.core.money import allocate
from marketplace.models import Order
from marketplace.pricing import shares
from payments.disputes.order_columns import OrderColumns
from payments.models import DisputeRound, DisputeShare, Payment, PaymentSplit, Refund
from payments.refunds import parts
from wallet import movements

COUNTED = (DisputeRound.State.OPEN, DisputeRound.State.LOST)  # the bank has the money


def draw(payment: Payment, columns: OrderColumns, *, amount: int, fee: int) -> list[DisputeShare]:
    """The shares of a withdrawal of `amount`, and of the `fee` that came with it, not saved yet. Three statements.

    The caller holds the orders and the payment.
    """
    splits = list(PaymentSplit.objects.filter(payment=payment).order_by("order_id"))
    left = _card_left(payment, splits)
    remains = [
        max(0, min(left[split.order_id], columns.parts(columns.orders[split.order_id]).remaining))
        for split in splits
    ]
    within = min(amount, sum(remains))
    amounts = allocate(within, remains, capped=True)
    twice = [split.card_part - remain for split, remain in zip(splits, remains, strict=True)]
    excess = amount - within
    beyond = allocate(excess, twice if excess <= sum(twice) else [split.card_part for split in splits])
    fees = allocate(fee, [own + more for own, more in zip(amounts, beyond, strict=True)])
    drawn = zip(splits, amounts, beyond, fees, strict=True)
    return [
        _of_order(columns, columns.orders[split.order_id], own, more, part)
        for split, own, more, part in drawn
        if own or more
    ]


def _card_left(payment: Payment, splits: list[PaymentSplit]) -> dict[int, int]:
    """order → its card part less what went back to the card, pending refunds too, and what the bank has."""
    left = {split.order_id: split.card_part for split in splits}
    made = Refund.objects.filter(payment=payment).exclude(status=Refund.Status.CANCELED)
    for order, amount in made.values_list("order").annotate(sum=Sum("card_part")).order_by():
        left[order] -= amount
    taken = DisputeShare.objects.filter(order__in=left, round__state__in=COUNTED)
    for order, amount in taken.values_list("order").annotate(sum=Sum(F("amount") + F("excess"))).order_by():
        left[order] -= amount
    return left


def _of_order(columns: OrderColumns, order: Order, amount: int, excess: int, fee: int) -> DisputeShare:
    share = shares.share(columns.parts(order), amount) if amount else shares.Share({}, 0)
    sources = columns.sources(order, share.net)
    return DisputeShare(
        order=order,
        amount=share.amount,
        net=share.net,
        fee=share.fee,
        tax=share.tax,
        processing=share.processing,
        promotion=share.promotion,
        from_held=sources.held,
        from_reserve=sources.reserve,
        from_available=sources.available + excess,
        excess=excess,
        dispute_fee=fee,
        breakdown=parts.breakdown(share),
    )


def booked(
    share: DisputeShare,
    order: Order,
    *,
    jurisdiction: str,
    sources: parts.Sources | None = None,
    fee_deferred: bool = False,
) -> movements.DisputedOrder:
    """An order's share as the ledger books it; `sources` where they are not those that it was taken from."""
    taken = sources or parts.Sources(share.from_held, share.from_reserve, share.from_available)
    return movements.DisputedOrder(
        order=order.pk,
        seller=order.seller_id,
        tax_jurisdiction=jurisdiction,
        amount=share.amount,
        net=share.net,
        fee=share.fee,
        tax=share.tax,
        processing=share.processing,
        promotion=share.promotion,
        from_held=taken.held,
        from_reserve=taken.reserve,
        from_available=taken.available,
        excess=share.excess,
        fee_deferred=fee_deferred,
    )
