"""An order as a row of a list: the figures and words that its templates print."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from banibs.core.money import Money
from banibs.users.addresses import address_formats
from marketplace import policy
from marketplace.media import image_urls
from marketplace.models import Order, OrderLine
from marketplace.sellers import sales


@dataclass(frozen=True)
class Row:
    """A sale. Its amounts as Money, its words for `{% status %}`, its lines as they were bought."""

    order: Order
    lines: Sequence[OrderLine]

    @property
    def state(self) -> str:
        """The state to show: a dispute outweighs where the parcel is."""
        return "disputed" if self.order.disputed else str(self.order.status)

    @property
    def variant(self) -> str:
        """Which wording of the state fits: files alone have nothing to post."""
        return "digital" if sales.is_digital(self.order) else ""

    @property
    def pieces(self) -> int:
        """How many pieces."""
        return sum(line.quantity for line in self.lines)

    @property
    def pieces_to_send(self) -> int:
        """How many of them go into the parcel: files do not."""
        return sum(line.quantity for line in self.lines if line.kind == "physical")

    @property
    def net(self) -> Money:
        """What the seller keeps, or would have kept of an order that was cancelled."""
        return self.order.money(self.order.seller_net)

    @property
    def kept(self) -> Money:
        """What is the seller's of it today: their net less their part of what was given back, 0 of a cancelled one."""
        order = self.order
        delivery = order.refunded_shipping - order.refunded_shipping_tax
        goods = sum(
            line.refunded - line.refunded_tax - line.refunded_fee + line.refunded_promotion
            for line in self.lines
        )
        left = order.seller_net - goods - delivery + order.refunded_processing
        return order.money(0 if self.lost else left)

    @property
    def clears(self) -> dt.datetime | None:
        """When its money may be paid out; None while something is not sent, or is disputed."""
        paid, sent = self.order.paid_at, self.order.fulfilled_at
        return (
            None
            if paid is None or sent is None or self.order.dispute == Order.Dispute.OPEN
            else max(paid + policy.CLEAR_AFTER, sent)
        )

    @property
    def lost(self) -> bool:
        """Whether nothing is kept of it after all."""
        return self.order.status in (Order.Status.CANCELED, Order.Status.REFUNDED)

    @property
    def picture(self) -> str:
        """The address of the first line's picture; "" for none."""
        return image_urls.address(self.lines[0].cover, 240) if self.lines else ""

    @property
    def goods(self) -> list[tuple[OrderLine, str]]:
        """What has to be packed, each with the address of its picture ("" for none)."""
        parcels = [line for line in self.lines if line.kind == "physical"]
        return [(line, image_urls.address(line.cover, 240)) for line in parcels]

    @property
    def _since_paid(self) -> dt.timedelta:
        waited: dt.timedelta = self.order.waited  # type: ignore[attr-defined]  # annotated by `sales.waiting`
        return waited

    @property
    def late(self) -> bool:
        """Whether it should be on its way by now."""
        return self._since_paid > policy.SEND_WITHIN

    @property
    def waited(self) -> str:
        """How long ago it was paid, in words."""
        waited = self._since_paid
        if waited.days:
            return ngettext("paid %(n)d day ago", "paid %(n)d days ago", waited.days) % {"n": waited.days}
        hours = waited.seconds // 3600
        if hours:
            return ngettext("paid %(n)d hour ago", "paid %(n)d hours ago", hours) % {"n": hours}
        return gettext("paid just now")

    @property
    def send_by(self) -> dt.datetime:
        """When it should be on its way."""
        return sales.send_by(self.order)

    @property
    def label(self) -> list[str]:
        """The address as it stands on the parcel, a line each, the country left to the template."""
        return address_formats.label(self.order.checkout.address)


def rows(orders: Iterable[Order]) -> list[Row]:
    """Rows of orders whose lines are loaded. No statement."""
    return [Row(order, list(order.lines.all())) for order in orders]
