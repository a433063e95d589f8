"""Whose names, addresses and tax numbers a document bears. The one place where they are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from django.conf import settings

from banibs.users.addresses import address_formats
from marketplace.models import Checkout, Seller
from marketplace.regions import lookup as regions
from payments.receipts.snapshots.draft import PartyData


class TaxDetails(Protocol):
    """What a document says of a party: its legal name, its address line by line, its tax numbers in words."""

    @property
    def name(self) -> str:
        """The legal name."""

    @property
    def address(self) -> list[str]:
        """The address, a line each."""

    @property
    def tax_ids(self) -> list[str]:
        """ "VAT no. GB 123 4567 89", each as it is to be read."""


@dataclass(frozen=True)
class Party:
    """Tax details as a snapshot keeps them. `version`: of the details that they were read from, where it has one."""

    name: str
    address: list[str] = field(default_factory=list)
    tax_ids: list[str] = field(default_factory=list)
    version: int | None = None

    def frozen(self) -> PartyData:
        """As JSON."""
        return {
            "name": self.name,
            "address": self.address,
            "tax_ids": self.tax_ids,
            "version": self.version,
        }


def tax_details_for(seller: Seller) -> Party:
    """The shop as its documents name it: by its own name, its town and country."""
    place = ", ".join(filter(None, [seller.city, regions.country_name(seller.country)]))
    return Party(name=seller.name, address=[place])


def buyer_of(checkout: Checkout) -> Party:
    """The buyer as they were named at checkout."""
    name, *lines = address_formats.label(checkout.address, with_country=True) or [checkout.email]
    return Party(name=name, address=lines)


def platform() -> Party:
    """BANIBS itself: PLATFORM_LEGAL_NAME, PLATFORM_ADDRESS, PLATFORM_TAX_NUMBER."""
    numbers = [settings.PLATFORM_TAX_NUMBER] if settings.PLATFORM_TAX_NUMBER else []
    return Party(name=settings.PLATFORM_LEGAL_NAME, address=list(settings.PLATFORM_ADDRESS), tax_ids=numbers)
