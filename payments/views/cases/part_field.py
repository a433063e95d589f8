"""The field of a part of an order's money, as the shop's and the staff's forms have it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from banibs.core.ui.forms import MoneyField
from marketplace.models import Order


def part_field(order: Order) -> MoneyField:
    """An amount of at most what is left of an order."""
    left = order.total - order.refunded
    return MoneyField(
        label=_("How much, if it is a part"),
        required=False,
        currency=order.currency,
        least=1,
        most=left,
        help_text=_("At most %(left)s.") % {"left": order.money(left)},
    )
