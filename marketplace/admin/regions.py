"""Regions, countries and tax: the data that prices stand on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from banibs.core.staff.admin_base import Undeletable
from marketplace.models import Country, Region, TaxRate
from marketplace.regions import lookup as regions


class TaxRateInline(Undeletable, admin.TabularInline[TaxRate, Region]):
    """The rates of a region, in basis points: 2000 is 20 %."""

    model = TaxRate
    extra = 0


class CountryInline(Undeletable, admin.TabularInline[Country, Region]):
    """The countries that a region delivers to; a new one is added in their own table."""

    model = Country
    extra = 0
    readonly_fields = ["code"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not here."""
        return False


@admin.register(Region)
class RegionAdmin(Undeletable, admin.ModelAdmin[Region]):
    """A market. Its currency stands once and for all: prices and orders are written in it."""

    list_display = [
        "code",
        "name",
        "currency",
        "tax_name",
        "tax_inclusive",
        "shipping_taxed",
        "processing_bps",
    ]
    ordering = ["position", "code"]
    inlines = [TaxRateInline, CountryInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Region | None = None) -> list[str]:
        """What prices and orders already stand on."""
        return ["code", "currency"] if obj else []

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Pages of this process see it at once, the others within a minute."""
        super().save_related(request, form, formsets, change)
        regions.forget()


@admin.register(Country)
class CountryAdmin(Undeletable, admin.ModelAdmin[Country]):
    """Countries, and the region that each belongs to."""

    list_display = ["code", "name", "region"]
    list_filter = ["region"]
    list_select_related = ["region"]
    search_fields = ["name", "=code"]
    search_help_text = _("Part of a name, or a code")
    ordering = ["name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Country | None = None) -> list[str]:
        """The code is what addresses hold."""
        return ["code"] if obj else []

    def save_model(self, request: HttpRequest, obj: Country, form: Any, change: bool) -> None:
        """Pages of this process see it at once, the others within a minute."""
        super().save_model(request, obj, form, change)
        regions.forget()
