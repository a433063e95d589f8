"""What was bought of one shop: the buyer's receipt, and the shop's, which adds fees and what is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from django.conf import settings

from marketplace.models import Checkout, Order, OrderLine
from payments.gateways.stripe import mirror
from payments.models import Intent
from payments.receipts.snapshots.draft import Draft, NotYet, Said, TaxData, ids
from payments.receipts.snapshots.parties import Party, buyer_of, shops


def receipts(subjects: Sequence[str]) -> Mapping[str, Callable[[], Draft]]:
    """The buyer's receipts of orders. Five statements."""
    return _load(subjects, _receipt)


def sales_receipts(subjects: Sequence[str]) -> Mapping[str, Callable[[], Draft]]:
    """The shops' receipts of orders. Five statements."""
    return _load(subjects, _sales_receipt)


def _load(
    subjects: Sequence[str], make: Callable[[Order, Party, Sequence[str]], Draft]
) -> Mapping[str, Callable[[], Draft]]:
    orders = list(
        Order.objects.filter(pk__in=ids(subjects))
        .select_related("seller", "checkout", "split")
        .prefetch_related("lines")
    )
    cards = cards_of([order.checkout_id for order in orders])
    sellers = shops(order.seller for order in orders)
    return {
        f"order:{order.pk}": partial(make, order, sellers[order.seller_id], cards.get(order.checkout_id, ()))
        for order in orders
    }


def cards_of(checkouts: Sequence[int]) -> dict[int, Sequence[str]]:
    """The card that paid each checkout, as (brand, last four), where Stripe's copy knows it. Two statements."""
    paid = Intent.objects.filter(payment__checkout__in=checkouts, status=Intent.Status.SUCCEEDED)
    charges = dict(paid.exclude(charge_id="").values_list("payment__checkout", "charge_id"))
    known = mirror.cards_of(list(charges.values()))
    return {checkout: known[charge] for checkout, charge in charges.items() if charge in known}


def _receipt(order: Order, seller: Party, card: Sequence[str]) -> Draft:
    return Draft(
        language=settings.LANGUAGE_CODE,
        country=order.checkout.region_id if order.checkout.region_id != "EU" else "",
        seller_id=order.seller_id,
        user_id=order.buyer_id,
        data=_facts(order, seller, card),
    )


def _sales_receipt(order: Order, seller: Party, card: Sequence[str]) -> Draft:
    return Draft(
        language=settings.LANGUAGE_CODE,
        country=order.seller.country,
        seller_id=order.seller_id,
        data={
            **_facts(order, seller, card),
            "fees": [
                {"title": line.title, "rate_bps": line.fee_rate_bps, "fee": line.fee}
                for line in order.lines.all()
            ],
        },
    )


def _facts(order: Order, seller: Party, card: Sequence[str]) -> Said:
    if order.paid_at is None:
        raise NotYet(f"{order.number} was not paid")
    checkout, split = order.checkout, order.split
    return {
        "currency": order.currency,
        "order": order.number,
        "checkout": checkout.number,
        "paid_at": order.paid_at.isoformat(),
        "seller": {"slug": order.seller.slug, **seller.frozen()},
        "buyer": {**buyer_of(checkout).frozen(), "email": checkout.email},
        "lines": [
            {
                "title": line.title,
                "variant": line.variant_name,
                "quantity": line.quantity,
                "each": line.unit_amount,
                "amount": line.subtotal,
                "rate_bps": line.tax_rate_bps,
            }
            for line in order.lines.all()
        ],
        "subtotal": order.subtotal,
        "discount": order.discount,
        "shipping": order.shipping,
        "posted": order.min_days is not None,
        "tax": order.tax,
        "tax_name": checkout.tax_name,
        "tax_inclusive": checkout.tax_inclusive,
        "jurisdiction": order.tax_jurisdiction or checkout.region_id,
        "taxes": _taxes(order, checkout, order.lines.all()),
        "total": order.total,
        "wallet": split.wallet_part,
        "card": split.card_part,
        "card_name": list(card),
        "went": {
            "net": order.seller_net,
            "fee": order.marketplace_fee,
            "tax": order.tax,
            "processing": order.processing_fee,
            "promotion": order.promotion,
        },
    }


def _taxes(order: Order, checkout: Checkout, lines: Iterable[OrderLine]) -> list[TaxData]:
    delivery = order.shipping - (order.shipping_tax if checkout.tax_inclusive else 0)
    parts = [(line.tax_rate_bps, line.tax_base or line.total - line.tax, line.tax) for line in lines]
    if order.shipping:
        parts.append((order.shipping_tax_rate_bps, delivery, order.shipping_tax))
    return by_rate(parts)


def by_rate(parts: Iterable[tuple[int, int, int]]) -> list[TaxData]:
    """(rate in basis points, base, tax) summed by rate, the highest first."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for rate, base, tax in parts:
        sums[rate][0] += base
        sums[rate][1] += tax
    return [
        {"rate_bps": rate, "base": sums[rate][0], "tax": sums[rate][1]} for rate in sorted(sums, reverse=True)
    ]
