"""Shops: their texts may be mended, their doors closed and opened with a reason that the seller reads."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from banibs.core import events
from banibs.core.staff.admin_base import ReadOnly, StateButtons, Undeletable, money, state
from marketplace.catalogue import offer_index
from marketplace.models import Seller, ShippingRate
from marketplace.sellers import rich_text, shops

Status = Seller.Status


class ShippingRateInline(ReadOnly, admin.TabularInline[ShippingRate, Seller]):
    """Where the shop sends and for how much; its own to set."""

    model = ShippingRate
    extra = 0
    fields = ["region", "per_parcel", "per_piece", "min_days", "max_days"]
    readonly_fields = ["per_parcel", "per_piece"]
    per_parcel = staticmethod(money("flat", _("per parcel"), currency="region__currency"))
    per_piece = staticmethod(money("per_piece", _("per item"), currency="region__currency"))

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the regions."""
        return super().get_queryset(request).select_related("region")


@admin.register(Seller)
class SellerAdmin(Undeletable, StateButtons):
    """Shops."""

    list_display = ["name", "state", "country", "city", "user", "created_at"]
    list_filter = ["status", "country"]
    list_select_related = ["user"]
    search_fields = ["name", "^slug", "^user__email"]
    search_help_text = _("Part of a name, or the beginning of an address")
    ordering = ["-id"]
    readonly_fields = ["user", "slug", "state", "paused_until", "logo", "created_at"]
    fields = [
        *("name", "slug", "state", "paused_until", "user", "country", "city", "tagline", "maker", "quote"),
        *("story_html", "returns_html", "logo", "created_at"),
    ]
    inlines = [ShippingRateInline]
    state = staticmethod(state("shop", _("state")))
    moves = {
        "suspend": (_("Suspend this shop"), frozenset({Status.ACTIVE, Status.PAUSED, Status.DRAFT})),
        "reinstate": (_("Open it again"), frozenset({Status.SUSPENDED})),
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A shop is opened by the person whose it is."""
        return False

    def make_move(self, row: Seller, verb: str, *, actor: events.Actor, reason: str) -> None:
        """Closes or opens the doors; the goods go or come back with them."""
        to = Status.SUSPENDED if verb == "suspend" else Status.ACTIVE
        shops.move(row.pk, to=to, actor=actor, reason=reason)

    def save_model(self, request: HttpRequest, obj: Seller, form: Any, change: bool) -> None:
        """Texts go through the same allowlist as the seller's own, and the goods follow the country."""
        obj.story_html = rich_text.clean(obj.story_html)
        obj.returns_html = rich_text.clean(obj.returns_html)
        super().save_model(request, obj, form, change)
        offer_index.refresh_seller(obj.pk)
