"""Who hears of a case and of a message: the other side of the order, and both when BANIBS does something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.urls import reverse

from banibs.core.models import Event
from banibs.notifications.recipients.recipient import Recipient
from marketplace.models import Message, Order
from payments.models import Case

# event → the kind of notice to the buyer, and to the shop
_KINDS: Mapping[str, tuple[str, str]] = {
    "case.open": ("", "sale_case_opened"),
    "case.proposed": ("case_proposed", ""),
    "case.taken_back": ("case_taken_back", ""),
    "case.agreed": ("", "sale_case_agreed"),
    "case.declined": ("case_declined", "sale_case_declined"),
    "case.parcel_sent": ("case_parcel_sent", "sale_case_parcel_sent"),
    "case.staff": ("case_at_staff", "sale_case_at_staff"),
    "case.closed": ("case_closed", "sale_case_closed"),
}


def recipients(event: Event) -> Iterator[Recipient]:
    """Everybody to be told of an event of a case, but whoever did it. One statement."""
    case = Case.objects.select_related("order__seller", "order__checkout").get(pk=event.subject_id)
    to_buyer, to_seller = _KINDS[event.kind]
    if to_buyer and event.actor_type != "buyer":
        yield _to_buyer(case.order, to_buyer, reverse("payments:case", args=[case.pk]))
    if to_seller and event.actor_type != "seller":
        yield _to_seller(case.order, to_seller, reverse("payments:seller_case", args=[case.pk]))


def of_message(event: Event) -> Iterator[Recipient]:
    """The other side of the order hears that something was written. One statement."""
    message = Message.objects.select_related("order__seller", "order__checkout").get(pk=event.subject_id)
    order = message.order
    if message.side != Message.Side.BUYER:
        url = reverse("marketplace:order_messages", args=[order.number])
        yield _to_buyer(order, "order_message", _case_page(message, "payments:case") or url)
    if message.side != Message.Side.SELLER:
        url = reverse("seller:order_messages", args=[order.number])
        yield _to_seller(order, "sale_message", _case_page(message, "payments:seller_case") or url)


def _case_page(message: Message, name: str) -> str:
    return reverse(name, args=[message.case]) if message.case else ""


def _to_buyer(order: Order, kind: str, url: str) -> Recipient:
    said = {"number": order.checkout.number, "shop": order.seller.name, "shop_slug": order.seller.slug}
    return Recipient(order.buyer_id, kind, url, said)


def _to_seller(order: Order, kind: str, url: str) -> Recipient:
    said = {"order_number": order.number, "shop_slug": order.seller.slug}
    return Recipient(order.seller.user_id, kind, url, said)
