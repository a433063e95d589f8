"""Whose names, addresses and tax numbers a document bears. The one place where they are read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _

from banibs.users.addresses import address_formats
from marketplace.models import Checkout, Seller, TaxDetails
from marketplace.regions import lookup as regions
from marketplace.sellers import tax_details
from payments.receipts.snapshots.draft import PartyData


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


def shops(sellers: Iterable[Seller]) -> dict[int, Party]:
    """Shops as their documents name them today: by their tax details, or, where a shop gave none yet, by its own name,
    its town and country. One statement.
    """
    known = {one.pk: one for one in sellers}
    newest = (
        TaxDetails.objects.filter(seller__in=known).order_by("seller_id", "-version").distinct("seller_id")
    )
    given = {row.seller_id: tax_details.printable(row) for row in newest}
    return {pk: _shop(seller, given.get(pk)) for pk, seller in known.items()}


def _shop(seller: Seller, given: tax_details.Printable | None) -> Party:
    if given is None:
        place = ", ".join(filter(None, [seller.city, regions.country_name(seller.country)]))
        return Party(name=seller.name, address=[place])
    name, *lines = given.lines()
    if name != seller.name:  # a buyer knows the shop, its legal name says who that is
        lines = [name, *lines]
    numbers = [_("VAT no. %(number)s") % {"number": given.vat_number}] if given.vat_number else []
    return Party(name=seller.name, address=lines, tax_ids=numbers, version=given.version)


def buyer_of(checkout: Checkout) -> Party:
    """The buyer as they were named at checkout: the company, where they bought for one, with its VAT number."""
    name, *lines = address_formats.label(checkout.address, with_country=True) or [checkout.email]
    numbers = [_("VAT no. %(number)s") % {"number": checkout.vat_id}] if checkout.vat_id else []
    if checkout.company:
        return Party(name=checkout.company, address=[name, *lines], tax_ids=numbers)
    return Party(name=name, address=lines, tax_ids=numbers)


def platform() -> Party:
    """BANIBS itself: PLATFORM_LEGAL_NAME, PLATFORM_ADDRESS, PLATFORM_TAX_NUMBER."""
    numbers = [settings.PLATFORM_TAX_NUMBER] if settings.PLATFORM_TAX_NUMBER else []
    return Party(name=settings.PLATFORM_LEGAL_NAME, address=list(settings.PLATFORM_ADDRESS), tax_ids=numbers)
