"""From an event to the notices of both sides: who is told what. Named in `banibs.registry.event_subscribers`.

Runs in the transaction of its delivery; a notice is unique per event, person and kind, so a job that runs again writes
nothing twice. Emails are sent afterwards, each by itself (`emails`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.urls import reverse

from banibs.core.clock import Now
from banibs.core.models import Event
from banibs.notifications import emails, policy
from banibs.notifications.kinds import KINDS
from banibs.notifications.models import Choice, Notice
from banibs.notifications.recipients import (
    case_recipients,
    payment_recipients,
    payout_recipients,
    shop_recipients,
)
from banibs.notifications.recipients.recipient import Recipient, money
from marketplace.models import Order
from payments.models import Refund


def notify(event: Event) -> None:
    """Writes the notices of an event of an order, a payment or a shop. The letters are asked for after the commit."""
    told = list(_OF[event.subject_type](event))
    if not told:
        return
    unwanted = set(
        Choice.objects.filter(user__in=[one.user_id for one in told]).values_list("user_id", "kind")
    )
    Notice.objects.bulk_create((_notice(event, one, unwanted) for one in told), ignore_conflicts=True)
    transaction.on_commit(emails.request_run)


def _of_order(event: Event) -> Iterator[Recipient]:
    order = (
        Order.objects.select_related("seller", "checkout")
        .prefetch_related("lines", "checkout__orders")
        .get(pk=event.subject_id)
    )
    for told in _WHO[event.kind](event, order):
        yield replace(told, data={"order": order.pk, **told.data})


def _notice(event: Event, told: Recipient, unwanted: set[tuple[int, str]]) -> Notice:
    kind = KINDS[told.kind]
    wanted = told.letter and bool(kind.letter) and (kind.always or (told.user_id, told.kind) not in unwanted)
    return Notice(
        event=event,
        user_id=told.user_id,
        kind=told.kind,
        url=told.url,
        data=dict(told.data),
        letter=Notice.Letter.DUE if wanted else Notice.Letter.NONE,
        letter_due_at=Now() if wanted else None,
    )


def _paid(event: Event, order: Order) -> Iterator[Recipient]:
    """The buyer hears once of the whole checkout: from the event of its first order."""
    if order.pk == min(one.pk for one in order.checkout.orders.all()):
        yield _to_buyer(order, "order_confirmed", total=_money(order, order.checkout.total))
    paid = _to_seller(order, "sale_paid", net=_money(order, order.seller_net))
    if order.min_days is None:
        yield paid
    else:  # one letter says both
        yield replace(paid, letter=False)
        yield _to_seller(order, "sale_to_send", titles=_titles(order))


def _fulfilled(event: Event, order: Order) -> Iterator[Recipient]:
    if order.min_days is None:
        yield _to_buyer(order, "order_ready", titles=_titles(order))
    else:
        yield _to_buyer(order, "order_posted", **event.data)


def _canceled(event: Event, order: Order) -> Iterator[Recipient]:
    """An order that was never paid was never told to its shop; the buyer hears once that the checkout lapsed."""
    if event.from_state == Order.Status.CREATED:
        first = min(one.pk for one in order.checkout.orders.all())
        if first == order.pk and event.actor_type != Event.Actor.BUYER:  # who cancelled knows
            yield _to_buyer(order, "order_failed")
        return
    if event.actor_type == Event.Actor.STRIPE:  # a dispute was lost: that is told by itself
        return
    back = Refund.objects.filter(order=order).order_by("-pk").first()
    refund = _money(order, back.amount if back else 0)
    ways = {"wallet": back.wallet_part, "card": back.card_part} if back else {}
    tenders = {name: _money(order, amount) for name, amount in ways.items() if amount}
    kind = "order_canceled_by_you" if event.actor_type == Event.Actor.BUYER else "order_canceled"
    yield _to_buyer(order, kind, refund=refund, reason=event.reason, **tenders)
    yield _to_seller(order, "sale_canceled", refund=refund, reason=event.reason)


def _refunded(event: Event, order: Order) -> Iterator[Recipient]:
    """A part, or all of what was sent: of an order that was canceled with it, that is told by itself."""
    if event.to_state == Order.Status.CANCELED or "net" not in event.data:
        return
    amount, net = _money(order, event.data["amount"]), _money(order, event.data["net"])
    if event.data["amount"]:
        yield _to_buyer(order, "refund_made", amount=amount, reason=event.reason)
    yield _to_seller(order, "sale_refunded", amount=amount, net=net)


def _refund_sent(event: Event, order: Order) -> Iterator[Recipient]:
    yield _to_buyer(order, "refund_sent", amount=_money(order, event.data["amount"]))


def _refund_to_wallet(event: Event, order: Order) -> Iterator[Recipient]:
    amount = _money(order, event.data["amount"])
    yield _to_buyer(order, "refund_to_wallet", amount=amount)
    yield _to_seller(order, "sale_refund_to_wallet", amount=amount)


def _refund_canceled(event: Event, order: Order) -> Iterator[Recipient]:
    amount = _money(order, event.data["amount"])
    yield _to_buyer(order, "refund_canceled", amount=amount)
    yield _to_seller(order, "sale_refund_canceled", amount=amount)


def _disputed(event: Event, order: Order) -> Iterator[Recipient]:
    yield _to_buyer(order, "order_disputed", amount=_money(order, event.data["amount"]))
    yield _of_dispute("sale_disputed", event, order)


def _dispute_won(event: Event, order: Order) -> Iterator[Recipient]:
    yield _of_dispute("sale_dispute_won", event, order)


def _dispute_lost(event: Event, order: Order) -> Iterator[Recipient]:
    yield _of_dispute("sale_dispute_lost", event, order)


def _dispute_reinstated(event: Event, order: Order) -> Iterator[Recipient]:
    yield _of_dispute("sale_dispute_reinstated", event, order)


def _of_dispute(kind: str, event: Event, order: Order) -> Recipient:
    net, fee = _money(order, event.data["net"]), _money(order, event.data["fee"])
    said = _to_seller(order, kind, net=net, fee=fee, reason=event.data["reason"].replace("_", " "))
    return replace(said, url=_dispute_page(event))


def _dispute_page(event: Event) -> str:
    return reverse("payments:dispute", args=[event.data["dispute"]])


def _inquiry_opened(event: Event, order: Order) -> Iterator[Recipient]:
    said = _to_seller(order, "sale_inquiry", reason=event.data["reason"].replace("_", " "))
    yield replace(said, url=_dispute_page(event))


def _inquiry_closed(event: Event, order: Order) -> Iterator[Recipient]:
    yield replace(_to_seller(order, "sale_inquiry_closed"), url=_dispute_page(event))


def _evidence_due(event: Event, order: Order) -> Iterator[Recipient]:
    until = event.data["until"][:16].replace("T", " ")
    yield replace(_to_seller(order, "sale_evidence_due", until=until), url=_dispute_page(event))


def _evidence_sent(event: Event, order: Order) -> Iterator[Recipient]:
    yield replace(_to_seller(order, "sale_evidence_sent"), url=_dispute_page(event))


def _completed(event: Event, order: Order) -> Iterator[Recipient]:
    yield _to_seller(order, "sale_completed")
    if event.actor_id != order.buyer_id:
        yield _to_buyer(order, "order_completed")


_WHO: Mapping[str, Callable[[Event, Order], Iterator[Recipient]]] = {
    "order.paid": _paid,
    "order.fulfilled": _fulfilled,
    "order.canceled": _canceled,
    "order.completed": _completed,
    "order.refunded": _refunded,
    "order.refund_sent": _refund_sent,
    "order.refund_to_wallet": _refund_to_wallet,
    "order.refund_canceled": _refund_canceled,
    "order.disputed": _disputed,
    "order.dispute_won": _dispute_won,
    "order.dispute_lost": _dispute_lost,
    "order.dispute_reinstated": _dispute_reinstated,
    "order.evidence_due": _evidence_due,
    "order.evidence_sent": _evidence_sent,
    "order.inquiry_closed": _inquiry_closed,
    "order.inquiry_opened": _inquiry_opened,
}


_OF: Mapping[str, Callable[[Event], Iterator[Recipient]]] = {
    "order": _of_order,
    "payment": payment_recipients.recipients,
    "seller": shop_recipients.recipients,
    "case": case_recipients.recipients,
    "message": case_recipients.of_message,
    "payoutmethod": payout_recipients.of_method,
    "payout": payout_recipients.of_payout,
    "payouthold": payout_recipients.of_hold,
}


def _to_buyer(order: Order, kind: str, **data: Any) -> Recipient:
    number = order.checkout.number
    said = {"number": number, "shop": order.seller.name, "shop_slug": order.seller.slug, **data}
    return Recipient(order.buyer_id, kind, reverse("marketplace:order", args=[number]), said)


def _to_seller(order: Order, kind: str, **data: Any) -> Recipient:
    said = {"order_number": order.number, "shop_slug": order.seller.slug, **data}
    return Recipient(order.seller.user_id, kind, reverse("seller:order", args=[order.number]), said)


def _money(order: Order, amount: int) -> dict[str, Any]:
    return money(amount, order.currency)


def _titles(order: Order) -> str:
    titles = [str(line) for line in order.lines.all()]
    return ", ".join(titles[: policy.TITLES_NAMED]) + (
        f" +{len(titles) - policy.TITLES_NAMED}" if len(titles) > policy.TITLES_NAMED else ""
    )
