"""What a refund gave back of an order, against the order's receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from django.conf import settings

from marketplace.models import OrderLine
from payments.models import Document, DocumentKind, Refund
from payments.receipts.snapshots.draft import Draft, LineData, NotYet, ids
from payments.receipts.snapshots.order import by_rate, cards_of
from payments.receipts.snapshots.parties import Party, buyer_of, shops


def credit_notes(subjects: Sequence[str]) -> Mapping[str, Callable[[], Draft]]:
    """Credit notes of refunds. Six statements. Each raises NotYet before its order's receipt has a number."""
    refunds = list(
        Refund.objects.filter(pk__in=ids(subjects))
        .exclude(status=Refund.Status.CANCELED)
        .select_related("order__seller", "order__checkout")
        .prefetch_related("order__lines")
    )
    receipts = dict(
        Document.objects.filter(
            kind=DocumentKind.RECEIPT, subject__in={f"order:{refund.order_id}" for refund in refunds}
        ).values_list("subject", "name")
    )
    cards = cards_of([refund.order.checkout_id for refund in refunds])
    sellers = shops(refund.order.seller for refund in refunds)
    return {
        f"refund:{refund.pk}": partial(
            _draft,
            refund,
            sellers[refund.order.seller_id],
            receipts.get(f"order:{refund.order_id}", ""),
            cards.get(refund.order.checkout_id, ()),
        )
        for refund in refunds
    }


def _draft(refund: Refund, seller: Party, receipt: str, card: Sequence[str]) -> Draft:
    if not receipt:
        raise NotYet(f"the receipt of {refund.order.number} has no number yet")
    order, checkout = refund.order, refund.order.checkout
    lines = {str(line.pk): line for line in order.lines.all()}
    given = [(key, values) for key, values in refund.breakdown.items() if values[0]]
    parts = sorted(given, key=lambda part: (part[0] not in lines, int(part[0])))  # the delivery last
    return Draft(
        language=settings.LANGUAGE_CODE,
        country=checkout.region_id if checkout.region_id != "EU" else "",
        seller_id=order.seller_id,
        user_id=order.buyer_id,
        data={
            "currency": refund.currency,
            "order": order.number,
            "checkout": checkout.number,
            "receipt": receipt,
            "refunded_at": refund.created_at.isoformat(),
            "reason": refund.reason,
            "seller": {"slug": order.seller.slug, **seller.frozen()},
            "buyer": {**buyer_of(checkout).frozen(), "email": checkout.email},
            "lines": [_line(lines.get(key), values[0]) for key, values in parts],
            "tax": refund.tax,
            "tax_name": checkout.tax_name,
            "jurisdiction": order.tax_jurisdiction or checkout.region_id,
            "taxes": by_rate(
                (_rate(lines.get(key), order.shipping_tax_rate_bps), values[0] - values[1], values[1])
                for key, values in parts
            ),
            "total": refund.amount,
            "wallet": refund.wallet_part,
            "card": refund.card_part,
            "card_name": list(card),
        },
    )


def _line(line: OrderLine | None, amount: int) -> LineData:
    """A line, or the delivery (no title)."""
    return {
        "title": line.title if line else "",
        "variant": line.variant_name if line else "",
        "amount": amount,
    }


def _rate(line: OrderLine | None, of_delivery: int) -> int:
    return line.tax_rate_bps if line else of_delivery
