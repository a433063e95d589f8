"""Where most stories of cases begin: Amara has Zuri's two jars, or waits for them."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from banibs.core import audit, events
from marketplace.models import Order
from marketplace.orders import transitions
from payments.cases import opening
from payments.models import Case
from tests import market as scene
from tests.shopping import buys, tell

ZURI = events.Actor(type="seller", name="Zuri")


def bought(*, posted: bool = True, **changes: Any) -> tuple[scene.Market, Order]:
    """Two jars of Zuri's for £35.20 from the wallet; `changes` are columns of the order, such as its promises."""
    market = scene.opened()
    order = buys(market, (market.jar, 2)).orders.get()
    if posted:
        transitions.fulfil(order.pk, actor=ZURI)
    if changes:
        Order.objects.filter(pk=order.pk).update(**changes)
    tell()
    return market, fresh(order)


def fresh(order: Order) -> Order:
    """The order as it is now."""
    return Order.objects.select_related("seller", "checkout").get(pk=order.pk)


def complained(
    market: scene.Market, order: Order, kind: str = Case.Kind.NOT_RECEIVED, text: str = "Nothing came."
) -> Case:
    """Amara says what is wrong."""
    return opening.open_case(order.pk, kind=kind, text=text, user=market.amara)


def photo(name: str = "broken.jpg") -> SimpleUploadedFile:
    """A picture as a phone sends it."""
    file = io.BytesIO()
    Image.new("RGB", (640, 480), "#b4451f").save(file, "JPEG")
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/jpeg")


def broken() -> list[str]:
    """The audits that do not hold."""
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]
