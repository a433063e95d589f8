"""A seller's own listing in requests and answers."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework import serializers

from banibs.core.api import (
    AmountField,
    LineField,
    MoneySerializer,
    StrictSerializer,
    TextField,
    money,
    page_of,
)
from banibs.core.money import Money
from banibs.core.text import clean_line
from banibs.core.ui import quantities
from marketplace import policy
from marketplace.api.catalogue_serializers import CategoryName, slug_of
from marketplace.models import Kind, Offer, Product, TaxClass, Variant
from marketplace.regions import lookup as regions
from marketplace.sellers.listings import is_reduced, repeated_choices, unnamed_choices


def live_variants(product: Product) -> list[Variant]:
    """The variants on sale, as `OwnListings` prefetched them."""
    found: list[Variant] = product.live  # type: ignore[attr-defined]  # prefetched by that name
    return found


def priced_offers(product: Product) -> list[Offer]:
    """The prices of those variants, as `OwnListings` prefetched them."""
    found: list[Offer] = product.priced  # type: ignore[attr-defined]  # prefetched by that name
    return found


def base_prices(product: Product) -> dict[str, Offer]:
    """region → the first variant's price, which stands for the listing."""
    order = {variant.pk: n for n, variant in enumerate(live_variants(product))}
    found: dict[str, Offer] = {}
    for offer in sorted(priced_offers(product), key=lambda one: order.get(one.variant_id, len(order))):
        found.setdefault(offer.region_id, offer)
    return found


def own_prices(product: Product) -> dict[int, dict[str, int]]:
    """variant → region → price, where it differs from the listing's."""
    base = base_prices(product)
    found: dict[int, dict[str, int]] = {variant.pk: {} for variant in live_variants(product)}
    for offer in priced_offers(product):
        if offer.variant_id in found and offer.amount != base[offer.region_id].amount:
            found[offer.variant_id][offer.region_id] = offer.amount
    return found


def listing(product: Product) -> dict[str, Any]:
    """A listing as its seller sees it, read by `OwnListings.rows`."""
    own = own_prices(product)
    return {
        "id": product.pk,
        "slug": slug_of(product.slug, product.pk),
        "title": product.title,
        "kind": product.kind,
        "status": product.status,
        "category": {"path": product.category.path, "name": product.category.name},
        "summary": product.summary,
        "description_html": product.description_html,
        "materials": product.materials,
        "tax_class": product.tax_class,
        "cover_alt": product.cover_alt,
        "prices": [_price(offer) for offer in base_prices(product).values()],
        "variants": [
            {
                "id": one.pk,
                "name": one.name,
                "options": one.options,
                "sku": one.sku,
                "stock": one.stock,
                "prices": [
                    {"region": code, "price": _money(amount, code)} for code, amount in own[one.pk].items()
                ],
            }
            for one in live_variants(product)
        ],
        "updated_at": product.updated_at,
    }


def _price(offer: Offer) -> dict[str, Any]:
    before = offer.compare_at
    return {
        "region": offer.region_id,
        "price": _money(offer.amount, offer.region_id),
        "compare_at": None if before is None else _money(before, offer.region_id),
    }


def _money(amount: int, region: str) -> dict[str, Any]:
    return money(Money(amount, regions.place(region).currency))


class OwnPriceSerializer(serializers.Serializer[Any]):
    """A price in a region."""

    region = serializers.CharField()
    price = MoneySerializer()


class ListingPriceSerializer(OwnPriceSerializer):
    """A listing's price in a region."""

    compare_at = MoneySerializer(allow_null=True)


class ListingVariantSerializer(serializers.Serializer[Any]):
    """A variant; `prices` are those that differ from the listing's."""

    id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    options = serializers.DictField(child=LineField(allow_blank=True))
    sku = serializers.CharField(allow_blank=True)
    stock = serializers.IntegerField(allow_null=True, help_text="Null for unlimited")
    prices = OwnPriceSerializer(many=True)


class ListingSerializer(serializers.Serializer[Any]):
    """A listing as its seller sees it."""

    id = serializers.IntegerField()
    slug = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    status = serializers.ChoiceField(choices=Product.Status.choices)
    category = CategoryName()
    summary = serializers.CharField(allow_blank=True)
    description_html = serializers.CharField(allow_blank=True)
    materials = serializers.CharField(allow_blank=True)
    tax_class = serializers.ChoiceField(choices=TaxClass.choices)
    cover_alt = serializers.CharField(allow_blank=True)
    prices = ListingPriceSerializer(many=True)
    variants = ListingVariantSerializer(many=True)
    updated_at = serializers.DateTimeField()


ListingPage = page_of(ListingSerializer, "Listing")


class RegionField(serializers.CharField):
    """A region's code."""

    default_error_messages = {"unknown_region": "There is no such region"}

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if value not in regions.places():
            self.fail("unknown_region")
        return str(value)


class OwnPriceRequest(StrictSerializer):
    """A variant's own price in a region."""

    region = RegionField(max_length=2)
    amount = AmountField(max_value=policy.PRICE_MOST)


class PriceRequest(OwnPriceRequest):
    """A listing's price in a region, and what it was before."""

    compare_at = AmountField(required=False, allow_null=True, default=None, max_value=policy.PRICE_MOST)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The price before is higher."""
        if attrs["compare_at"] is not None and not is_reduced(attrs["amount"], attrs["compare_at"]):
            raise serializers.ValidationError(
                {"compare_at": [_("The compare-at price is higher than the price")]}
            )
        return attrs


class VariantRequest(StrictSerializer):
    """A variant. With `id` it is one that there is; those left out are on sale no more."""

    id = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=10**18
    )
    options = serializers.DictField(child=LineField(max_length=40), required=False, default=dict)
    sku = LineField(max_length=40, required=False, allow_blank=True, default="")
    stock = serializers.IntegerField(min_value=0, max_value=policy.VARIANT_MOST_STOCK, allow_null=True)
    prices = serializers.ListField(child=OwnPriceRequest(), required=False, default=list, max_length=50)

    def validate_options(self, value: dict[str, str]) -> dict[str, str]:
        """At most two, such as Size and Colour."""
        try:
            value = {clean_line(name): text for name, text in value.items()}
        except ValidationError as error:
            raise serializers.ValidationError(error.messages, error.code) from error
        if len(value) > policy.VARIANT_MOST_OPTIONS or any(len(name) > 30 for name in value):
            raise serializers.ValidationError(
                _("A variant has %(most)s options at most")
                % {"most": quantities.number(policy.VARIANT_MOST_OPTIONS)},
                "too_many_options",
            )
        return value


class ListingRequest(StrictSerializer):
    """What can be written of a listing. `description` is plain text; an empty line begins a paragraph.

    With `updated_at`, as it was read, a change made meanwhile is refused instead of overwritten.
    """

    title = LineField(max_length=120, required=False)
    category = serializers.CharField(max_length=130, required=False)
    summary = LineField(max_length=200, required=False, allow_blank=True)
    description = TextField(max_length=policy.RICH_TEXT_MOST_CHARACTERS, required=False, allow_blank=True)
    materials = LineField(max_length=200, required=False, allow_blank=True)
    tax_class = serializers.ChoiceField(choices=TaxClass.choices, required=False)
    prices = serializers.ListField(child=PriceRequest(), required=False, max_length=50)
    variants = serializers.ListField(
        child=VariantRequest(), required=False, min_length=1, max_length=policy.LISTING_MOST_VARIANTS
    )
    status = serializers.ChoiceField(choices=Product.Status.choices, required=False)
    updated_at = serializers.DateTimeField(required=False)

    def validate_prices(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """One per region."""
        if len({one["region"] for one in value}) != len(value):
            raise serializers.ValidationError(_("A region is listed twice"), "region_twice")
        return value

    def validate_variants(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Two variants never look the same, none stands there twice, and of several each has a name."""
        named = [list(one["options"].values()) for one in value]
        ids = [one["id"] for one in value if one["id"] is not None]
        if repeated_choices(named) or len(set(ids)) != len(ids):
            raise serializers.ValidationError(_("This variant is listed twice"), "variant_twice")
        if unnamed_choices(named):
            raise serializers.ValidationError(_("Give this variant a name"))
        return value


class NewListingRequest(ListingRequest):
    """A new listing. It is a draft until it is put on sale."""

    title = LineField(max_length=120)
    category = serializers.CharField(max_length=130)
    kind = serializers.ChoiceField(choices=Kind.choices)
