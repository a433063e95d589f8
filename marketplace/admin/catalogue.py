"""What is for sale: categories, listings with their choices and prices, pictures and files."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from banibs.core import events
from banibs.core.staff.admin_base import ReadOnly, StateButtons, Undeletable, money, state
from marketplace.catalogue import categories, offer_index
from marketplace.media import image_urls
from marketplace.models import Category, DigitalFile, Offer, Product, ProductImage, Variant
from marketplace.sellers import listings, rich_text

Status = Product.Status


@admin.register(Category)
class CategoryAdmin(Undeletable, admin.ModelAdmin[Category]):
    """The tree. An address, once given, stays."""

    list_display = ["name", "parent", "path", "position"]
    list_select_related = ["parent"]
    search_fields = ["name", "^path"]
    ordering = ["path"]
    fields = ["name", "parent", "slug", "path", "intro", "art", "position"]

    def get_readonly_fields(self, request: HttpRequest, obj: Category | None = None) -> list[str]:
        """Where it hangs and where it is found are settled when it is made."""
        return ["parent", "slug", "path"] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Two levels: a parent is a department."""
        if db_field.name == "parent":
            kwargs["queryset"] = Category.objects.filter(parent=None)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        """Pages of this process see it at once, the others within a minute."""
        super().save_model(request, obj, form, change)
        categories.forget()


class VariantInline(ReadOnly, admin.TabularInline[Variant, Product]):
    """The choices and their stock."""

    model = Variant
    extra = 0
    fields = ["name", "sku", "stock", "active"]


class OfferInline(ReadOnly, admin.TabularInline[Offer, Product]):
    """The prices by choice and region; `lead` is the one that its card shows there."""

    model = Offer
    fk_name = "product"
    extra = 0
    fields = ["variant", "region", "price", "before", "lead"]
    readonly_fields = ["price", "before"]
    price = staticmethod(money("amount", _("price"), currency="region__currency"))
    before = staticmethod(money("compare_at", _("before"), currency="region__currency"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Offer]:
        """With choice, listing and region: one statement."""
        return (
            super()
            .get_queryset(request)
            .select_related("region", "variant__product")
            .order_by("region", "id")
        )


class ImageInline(ReadOnly, admin.TabularInline[ProductImage, Product]):
    """The pictures in their order."""

    model = ProductImage
    extra = 0
    fields = ["picture", "alt", "width", "height"]
    readonly_fields = ["picture"]

    @admin.display(description=_("picture"))
    def picture(self, row: ProductImage) -> str:
        """The picture itself, small."""
        return format_html('<img class="thumbnail" src="{}" alt="">', image_urls.address(row.path, 240))


class FileInline(ReadOnly, admin.TabularInline[DigitalFile, Product]):
    """The files that buyers get; named, not opened."""

    model = DigitalFile
    extra = 0
    fields = ["name", "size", "sha256", "limit", "days", "scan", "virus"]


@admin.register(Product)
class ProductAdmin(Undeletable, StateButtons):
    """Listings."""

    list_display = ["title", "state", "kind", "seller", "category", "created_at"]
    list_filter = ["status", "kind"]
    list_select_related = ["seller", "category"]
    search_fields = ["title", "^seller__name", "^seller__slug"]
    search_help_text = _("Part of a title, or the beginning of a shop's name")
    ordering = ["-id"]
    raw_id_fields = ["category"]
    readonly_fields = ["seller", "slug", "state", "kind", "created_at", "updated_at"]
    fields = [
        *("title", "slug", "state", "kind", "seller", "category", "tax_class", "summary", "description_html"),
        *("materials", "created_at", "updated_at"),
    ]
    inlines = [VariantInline, OfferInline, ImageInline, FileInline]
    state = staticmethod(state("listing", _("state")))
    moves = {
        "archive": (_("Take this listing down"), frozenset({Status.ACTIVE, Status.DRAFT})),
        "publish": (_("Put it on sale again"), frozenset({Status.ARCHIVED})),
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A listing is made by its seller."""
        return False

    def make_move(self, row: Product, verb: str, *, actor: events.Actor, reason: str) -> None:
        """Takes it down or puts it back, with the reason in its history."""
        to = Status.ARCHIVED if verb == "archive" else Status.ACTIVE
        listings.move(row.pk, to=to, actor=actor, reason=reason)

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        """Text goes through the same allowlist as the seller's own, and the offers follow the category."""
        obj.description_html = rich_text.clean(obj.description_html)
        super().save_model(request, obj, form, change)
        offer_index.refresh_products([obj.pk])
