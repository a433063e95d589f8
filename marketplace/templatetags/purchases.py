"""Filters of the pages that show what was bought."""

from __future__ import annotations

from django import template

from banibs.core.money import Money
from marketplace.media import image_urls
from marketplace.models import Checkout, Order

register = template.Library()


@register.filter
def picture(cover: str) -> str:
    """`{{ line.cover|picture }}`: the address of a small picture, or nothing."""
    return image_urls.address(cover, 240)


@register.filter
def money_of(amount: int, owner: Checkout | Order) -> Money:
    """`{{ line.total|money_of:order }}`: minor units as Money of their order."""
    return owner.money(amount)
