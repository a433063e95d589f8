"""Addresses in templates: `{{ address|label|join:"<br>" }}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from banibs.users.addresses import address_formats
from banibs.users.models import Address

register = template.Library()


@register.filter
def label(address: Address | Mapping[str, Any]) -> list[str]:
    """The lines of an address of the book, or of one that an order keeps, the country's name last."""
    return address_formats.label(
        address.snapshot() if isinstance(address, Address) else address, with_country=True
    )
