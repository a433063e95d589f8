"""What waits for a shop in its cases, for pages to the left that only print it."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from marketplace.models import Seller
from payments.cases import case_access
from payments.models import Case

register = template.Library()


@register.simple_tag
def cases_waiting(shop: Seller, most: int = 3) -> Sequence[Case]:
    """`{% cases_waiting shop as problems %}`: those in which it is the shop's turn, the next deadline first. One query."""
    return list(case_access.waiting_for_shop(shop.pk)[:most])
