"""Filters of the pages that show what was bought."""

from __future__ import annotations

from django import template

from banibs.core.money import Money
from marketplace.media import image_urls
from marketplace.models import Checkout, Order
from marketplace.orders import carriers

register = template.Library()


@register.filter
def picture(cover: str) -> str:
    """`{{ line.cover|picture }}`: the address of a small picture, or nothing."""
    return image_urls.address(cover, 240)


@register.filter
def money_of(amount: int, owner: Checkout | Order) -> Money:
    """`{{ line.total|money_of:order }}`: minor units as Money of their order."""
    return owner.money(amount)


@register.filter
def tracking_url(order: Order) -> str:
    """`{{ order|tracking_url }}`: where its parcel is followed, or nothing."""
    return carriers.tracking_url(order.carrier, order.tracking)
