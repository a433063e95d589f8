"""What BANIBS knows of a disputed sale by itself, in the fields that a bank reads at Stripe.

In English, whatever the seller reads: it is the banks' language at Stripe. Every text is cut to what one field takes;
all of them together stay below Stripe's limit for text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.utils import translation

from banibs.core.models import Event
from marketplace.models import Download, Message, Order
from marketplace.models.catalogue import Kind
from marketplace.models.sellers import CancelPolicy, ReturnPaidBy
from marketplace.orders import timeline
from payments import policy
from payments.models import Dispute, DisputeEvidence, EvidenceFile

# Stripe's names, in the order in which they are shown.
FIELDS = (
    "customer_name",
    "customer_email_address",
    "billing_address",
    "product_description",
    "shipping_address",
    "shipping_carrier",
    "shipping_tracking_number",
    "shipping_date",
    "access_activity_log",
    "refund_policy_disclosure",
    "cancellation_policy_disclosure",
    "uncategorized_text",
)


_SIDES = {"buyer": "the buyer", "seller": "the shop", "staff": "BANIBS"}
_NOT_FOR_SHOPS = frozenset({"customer_email_address"})


def gather(
    dispute: Dispute,
    orders: Sequence[Order],
    parts: Iterable[DisputeEvidence],
    *,
    receipts: Sequence[tuple[str, int]] = (),
    files: bool = True,
) -> Mapping[str, str]:
    """Stripe's field → what is said in it, for these orders and with these parts. Fields with nothing to say are left
    out. `receipts`: of which orders the receipt stands before the files, and how many pages it has; without `files` none
    is spoken of. Five statements.
    """
    with translation.override("en"):
        said = _of_orders(orders) if orders else _of_top_up(dispute)
        index = _index(parts, receipts) if files else ""
        blocks = (_notes(parts), index, _story(orders), _talk(orders))
        said["uncategorized_text"] = "\n\n".join(block for block in blocks if block)
    return {name: _cut(said[name]) for name in FIELDS if said.get(name)}


def for_shop(said: Mapping[str, str]) -> dict[str, str]:
    """What of it a shop may read: not the buyer's email, which shops are never told."""
    return {name: text for name, text in said.items() if name not in _NOT_FOR_SHOPS}


def _of_orders(orders: Sequence[Order]) -> dict[str, str]:
    checkout = orders[0].checkout
    where = ", ".join(
        str(checkout.address[part])
        for part in ("name", "line1", "line2", "city", "region", "postcode", "country")
        if checkout.address.get(part)
    )
    sent = [order for order in orders if order.min_days is not None and order.fulfilled_at]
    parcels = [order for order in orders if order.min_days is not None]
    return {
        "customer_name": str(checkout.address.get("name", "")),
        "customer_email_address": checkout.email,
        "billing_address": where,
        "product_description": "\n".join(_goods(order) for order in orders),
        "shipping_address": where if parcels else "",
        "shipping_carrier": _each(sent, lambda order: order.carrier),
        "shipping_tracking_number": _each(sent, lambda order: order.tracking),
        "shipping_date": _each(sent, lambda order: f"{order.fulfilled_at:%Y-%m-%d}"),
        "access_activity_log": _downloads(orders),
        "refund_policy_disclosure": "\n".join(_returns(order) for order in orders),
        "cancellation_policy_disclosure": "\n".join(_cancelling(order) for order in orders),
    }


def _each(orders: Sequence[Order], value: Callable[[Order], str]) -> str:
    """What each order says, once where all say the same."""
    said = {order.number: value(order) for order in orders if value(order)}
    if len(set(said.values())) <= 1:
        return next(iter(said.values()), "")
    return "; ".join(f"{number}: {text}" for number, text in said.items())


def _of_top_up(dispute: Dispute) -> dict[str, str]:
    person = dispute.payment.user
    return {
        "customer_name": person.get_full_name(),
        "customer_email_address": person.email,
        "product_description": "Money added by card to the customer's own wallet at BANIBS, for purchases there.",
    }


def _goods(order: Order) -> str:
    lines = "; ".join(
        f"{line.quantity} x {line.title}{f' ({line.variant_name})' if line.variant_name else ''}"
        for line in order.lines.all()
    )
    return f"{order.number}, sold by {order.seller.name}: {lines}"


def _returns(order: Order) -> str:
    paid_by = "the shop" if order.return_paid_by == ReturnPaidBy.SELLER else "the buyer"
    return (
        f"{order.number}: returns within {order.return_days} days of delivery, the way back paid by {paid_by}. "
        "Shown on the product's page, in the cart and on the order; kept with the order when it was placed."
    )


def _cancelling(order: Order) -> str:
    how = "at once" if order.cancel_policy == CancelPolicy.AT_ONCE else "when the shop agrees"
    return f"{order.number}: can be cancelled {how} until it is sent. Shown on the order; kept with it when it was placed."


def _downloads(orders: Sequence[Order]) -> str:
    files = [order.pk for order in orders if any(line.kind == Kind.DIGITAL for line in order.lines.all())]
    if not files:
        return ""
    rights = {
        right.pk: right
        for right in Download.objects.filter(line__order__in=files).select_related("file", "line__order")
    }
    fetched = Event.objects.filter(
        kind="download.started", subject_type="download", subject_id__in=list(rights)
    ).order_by("pk")
    return "\n".join(
        f"{event.at:%Y-%m-%d %H:%M} UTC: {event.actor_name or 'the customer'} downloaded "
        f"{rights[event.subject_id].file.name} of {rights[event.subject_id].line.order.number}, signed in"
        for event in fetched[: policy.EVIDENCE_LOG_ROWS]
    )


def _notes(parts: Iterable[DisputeEvidence]) -> str:
    return "\n\n".join(
        f"{f'{part.order.number}, the shop says' if part.order else 'BANIBS says'}:\n{part.notes}"
        for part in parts
        if part.notes
    )


def _index(parts: Iterable[DisputeEvidence], receipts: Sequence[tuple[str, int]]) -> str:
    """What is on which page of the packet."""
    page, lines = 1, []
    found = [(f"receipt of {number}", pages) for number, pages in receipts]
    for part in parts:
        whose = part.order.number if part.order else "BANIBS"
        found += [
            (f"{file.name}, {file.get_shows_display().lower()} ({whose})", file.pages)
            for file in in_order(part)
        ]
    for what, count in found:
        last = page + count - 1
        lines.append(f"page {page}: {what}" if last == page else f"pages {page} to {last}: {what}")
        page = last + 1
    return "\n".join(["In the attached file:", *lines]) if lines else ""


def in_order(part: DisputeEvidence) -> list[EvidenceFile]:
    """A part's files, as they stand in the packet."""
    return sorted(part.files.all(), key=lambda file: file.pk)


def _talk(orders: Sequence[Order]) -> str:
    """What buyer and shops wrote to each other about these orders."""
    numbers = {order.pk: order.number for order in orders}
    written = Message.objects.filter(order__in=list(numbers)).order_by("pk")
    lines = [
        f"{one.at:%Y-%m-%d %H:%M} UTC, {numbers[one.order_id]}, {_SIDES[one.side]}: {one.text}"
        for one in written[: policy.EVIDENCE_LOG_ROWS]
    ]
    return "\n".join(["What they wrote to each other:", *lines]) if lines else ""


def _story(orders: Sequence[Order]) -> str:
    if not orders:
        return ""
    happened = timeline.read([order.pk for order in orders])
    blocks = []
    for order in orders:
        money = order.money
        figures = (
            f"{order.number}: {money(order.subtotal - order.discount)} goods, {money(order.shipping)} delivery, "
            f"{money(order.tax)} tax, {money(order.total)} in all, paid {order.paid_at:%Y-%m-%d %H:%M} UTC"
        )
        steps = [
            f"{entry.at:%Y-%m-%d %H:%M} UTC: {entry.text}{f' ({entry.tracking})' if entry.tracking else ''}"
            for entry in happened[order.pk]
        ]
        blocks.append("\n".join([figures, *steps]))
    return "\n\n".join(blocks)


def _cut(text: str) -> str:
    most = policy.EVIDENCE_TEXT_MOST_CHARACTERS
    return text if len(text) <= most else f"{text[: most - 1]}…"
