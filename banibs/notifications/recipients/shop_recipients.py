"""What a seller hears of the shop: closed by staff or open again, a file refused; why, and what to do now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.urls import reverse

from banibs.core.models import Event
from banibs.notifications.recipients.recipient import Recipient
from marketplace.models import Seller


def recipients(event: Event) -> Iterator[Recipient]:
    """Everybody to be told of an event of a shop. One statement."""
    shop = Seller.objects.get(pk=event.subject_id)
    return _WHO[event.kind](event, shop)


def _suspended(event: Event, shop: Seller) -> Iterator[Recipient]:
    yield _to_seller("shop_suspended", event, shop)


def _active(event: Event, shop: Seller) -> Iterator[Recipient]:
    """Only the end of a suspension is news: a seller who opens or reopens the shop did it with their own hand."""
    if event.from_state == Seller.Status.SUSPENDED:
        yield _to_seller("shop_reinstated", event, shop)


def _file_refused(event: Event, shop: Seller) -> Iterator[Recipient]:
    """Of a file that waited, or was sold before there was a scanner. The virus is "" where it was too large."""
    said = {"shop": shop.name, "shop_slug": shop.slug, **event.data}
    url = reverse("seller:listing_edit", args=[event.data["product"]])
    yield Recipient(shop.user_id, "file_refused", url, said)


def _to_seller(kind: str, event: Event, shop: Seller) -> Recipient:
    said = {"shop": shop.name, "shop_slug": shop.slug, "reason": event.reason}
    return Recipient(shop.user_id, kind, reverse("seller:home"), said)


_WHO: Mapping[str, Callable[[Event, Seller], Iterator[Recipient]]] = {
    "shop.suspended": _suspended,
    "shop.active": _active,
    "shop.file_refused": _file_refused,
}
