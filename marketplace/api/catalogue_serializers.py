"""The catalogue's answers: regions, categories, listings and shops, as docs "What the outside sees" fixes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from banibs.core.api import MoneySerializer, money, page_of
from banibs.core.api.request import Request
from banibs.core.money import Money
from marketplace.catalogue import categories, storefront
from marketplace.catalogue.product_cards import Card, cloth_url
from marketplace.catalogue.product_detail import Choice, Listing
from marketplace.catalogue.search import ShopTile
from marketplace.media import image_urls
from marketplace.models import Kind, Seller
from marketplace.pricing.quote import Delivery
from marketplace.regions.lookup import Place

DETAIL_WIDTH = 1440


def slug_of(slug: str, pk: int) -> str:
    """A listing's slug in the API: its words, which others may have too, and its number."""
    return f"{slug}-{pk}"


def region(place: Place) -> dict[str, Any]:
    """A region."""
    return {
        "code": place.code,
        "name": place.name,
        "currency": place.currency,
        "tax_name": place.tax_name,
        "tax_inclusive": place.tax_inclusive,
        "countries": [{"code": code, "name": name} for code, name in place.countries.items()],
    }


def category(node: categories.Node) -> dict[str, Any]:
    """A department with its categories."""
    return {
        **_category_name(node),
        "intro": node.intro,
        "children": [{**_category_name(child), "intro": child.intro} for child in node.children],
    }


def _category_name(node: categories.Node | None) -> dict[str, str]:
    return {"path": node.path, "name": node.name} if node else {"path": "", "name": ""}


def product(card: Card, request: Request) -> dict[str, Any]:
    """A listing in a list. Its price is its cheapest variant's."""
    return {
        "slug": slug_of(card.slug, card.id),
        "title": card.title,
        "kind": card.kind,
        "seller": {"slug": card.shop_slug, "name": card.shop, "country": card.made_in},
        "category": _category_name(categories.by_id(card.category)),
        "price": money(card.price),
        "compare_at": money(card.was) if card.was is not None else None,
        "image": request.build_absolute_uri(card.image),
        "rating": float(card.rating) if card.rating else None,
        "in_stock": card.left is None or card.left > 0,
    }


def detail(found: Listing, request: Request) -> dict[str, Any]:
    """A listing in full. `price` is null where it is not sold."""
    currency, seller = found.place.currency, found.seller
    first = found.choice(None) if found.sold_here else None

    def show(amount: int | None) -> dict[str, Any] | None:
        return None if amount is None else money(Money(amount, currency))

    return {
        "slug": slug_of(found.slug, found.id),
        "title": found.title,
        "kind": found.kind,
        "seller": {"slug": seller.slug, "name": seller.name, "country": seller.country},
        "category": _category_name(categories.by_id(found.category_id)),
        "price": show(first.amount if first else None),
        "compare_at": show(first.compare_at if first else None),
        "image": _picture(found.cover, request) or request.build_absolute_uri(cloth_url(seller.slug)),
        "rating": None,
        "in_stock": found.sold_here and any(variant.can_be_bought for variant in found.variants),
        "summary": found.summary,
        "description_html": found.description_html,
        "materials": found.materials,
        "images": [{"url": _picture(one.path, request), "alt": one.alt} for one in found.pictures],
        "variants": [variant(one, currency, sold=found.sold_here) for one in found.variants],
        "files": [
            {"name": one.name, "size": one.size, "limit": one.limit, "days": one.days} for one in found.files
        ],
        "shipping": shipping(found.delivery, currency),
    }


def _picture(path: str, request: Request) -> str:
    return request.build_absolute_uri(image_urls.address(path, DETAIL_WIDTH)) if path else ""


def variant(one: Choice, currency: str, *, sold: bool) -> dict[str, Any]:
    """A variant; `price` null where it is not sold, `stock` null for unlimited."""
    return {
        "id": one.id,
        "name": one.name,
        "options": one.options,
        "price": money(Money(one.amount, currency)) if sold and one.amount is not None else None,
        "stock": one.stock,
    }


def shipping(rate: Delivery | None, currency: str) -> dict[str, Any] | None:
    """What a parcel costs there; null for files, and where the shop does not send."""
    if rate is None:
        return None
    return {
        "price": money(Money(rate.flat + rate.per_item, currency)),
        "each_more": money(Money(rate.per_item, currency)),
        "min_days": rate.min_days,
        "max_days": rate.max_days,
    }


def shop(tile: ShopTile) -> dict[str, Any]:
    """A shop in a list."""
    return {
        "slug": tile.slug,
        "name": tile.name,
        "tagline": tile.tagline,
        "city": tile.city,
        "country": tile.country,
    }


def shop_detail(seller: Seller, request: Request) -> dict[str, Any]:
    """A shop in full."""
    return {
        "slug": seller.slug,
        "name": seller.name,
        "tagline": seller.tagline,
        "city": seller.city,
        "country": seller.country,
        "status": seller.status,
        "back_on": storefront.back_on(seller),
        "maker": seller.maker,
        "quote": seller.quote,
        "story_html": seller.story_html,
        "returns_html": seller.returns_html,
        "image": request.build_absolute_uri(cloth_url(seller.slug)),
        "delivery": [
            {
                "region": one.name,
                "price": money(one.first),
                "each_more": money(one.each_more),
                "min_days": one.min_days,
                "max_days": one.max_days,
            }
            for one in storefront.destinations(seller)
        ],
    }


class CountrySerializer(serializers.Serializer[Any]):
    """A country that a region delivers to."""

    code = serializers.CharField()
    name = serializers.CharField()


class RegionSerializer(serializers.Serializer[Any]):
    """A market: one currency, one tax, one price list."""

    code = serializers.CharField()
    name = serializers.CharField()
    currency = serializers.CharField()
    tax_name = serializers.CharField()
    tax_inclusive = serializers.BooleanField()
    countries = CountrySerializer(many=True)


class CategoryName(serializers.Serializer[Any]):
    """A category, in passing; `path` is what `products/?category=` takes."""

    path = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)


class SubcategorySerializer(CategoryName):
    """A category below a department."""

    intro = serializers.CharField(allow_blank=True)


class CategorySerializer(SubcategorySerializer):
    """A department."""

    children = SubcategorySerializer(many=True)


class ShopName(serializers.Serializer[Any]):
    """The shop of a listing."""

    slug = serializers.CharField()
    name = serializers.CharField()
    country = serializers.CharField()


class ProductSerializer(serializers.Serializer[Any]):
    """A listing in a list. Titles repeat, so its slug ends in its number."""

    slug = serializers.CharField(help_text="Its words and its number; the number alone decides")
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    seller = ShopName()
    category = CategoryName()
    price = MoneySerializer()
    compare_at = MoneySerializer(allow_null=True)
    image = serializers.CharField()
    rating = serializers.FloatField(allow_null=True, help_text="1 to 5; null where there are no reviews")
    in_stock = serializers.BooleanField()


class ImageSerializer(serializers.Serializer[Any]):
    """A picture."""

    url = serializers.CharField()
    alt = serializers.CharField(allow_blank=True)


class VariantSerializer(serializers.Serializer[Any]):
    """What is put into a cart."""

    id = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    options = serializers.DictField(child=serializers.CharField(allow_blank=True))
    price = MoneySerializer(allow_null=True)
    stock = serializers.IntegerField(allow_null=True, help_text="Null for unlimited")


class FileSerializer(serializers.Serializer[Any]):
    """A file that a buyer gets."""

    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes")
    limit = serializers.IntegerField(allow_null=True, help_text="How often it may be fetched")
    days = serializers.IntegerField(allow_null=True, help_text="For how long")


class ShippingSerializer(serializers.Serializer[Any]):
    """What a parcel costs: with one piece, and for each more of the same shop."""

    price = MoneySerializer()
    each_more = MoneySerializer()
    min_days = serializers.IntegerField()
    max_days = serializers.IntegerField()


class DeliverySerializer(ShippingSerializer):
    """The same of one region."""

    region = serializers.CharField()


class ProductDetailSerializer(ProductSerializer):
    """A listing in full."""

    price = MoneySerializer(allow_null=True, help_text="Null where it is not sold")
    summary = serializers.CharField(allow_blank=True)
    description_html = serializers.CharField(allow_blank=True)
    materials = serializers.CharField(allow_blank=True)
    images = ImageSerializer(many=True)
    variants = VariantSerializer(many=True)
    files = FileSerializer(many=True)
    shipping = ShippingSerializer(
        allow_null=True, help_text="Null for files, and where the shop does not send"
    )


class SellerListSerializer(serializers.Serializer[Any]):
    """A shop in a list."""

    slug = serializers.CharField()
    name = serializers.CharField()
    tagline = serializers.CharField(allow_blank=True)
    city = serializers.CharField(allow_blank=True)
    country = serializers.CharField()


class SellerDetailSerializer(SellerListSerializer):
    """A shop in full."""

    status = serializers.ChoiceField(choices=Seller.Status.choices)
    back_on = serializers.DateField(allow_null=True, help_text="When a paused shop opens again")
    maker = serializers.CharField(allow_blank=True)
    quote = serializers.CharField(allow_blank=True)
    story_html = serializers.CharField(allow_blank=True)
    returns_html = serializers.CharField(allow_blank=True)
    image = serializers.CharField()
    delivery = DeliverySerializer(many=True)


RegionPage = page_of(RegionSerializer, "Region")
CategoryPage = page_of(CategorySerializer, "Category")
ProductPage = page_of(ProductSerializer, "Product")
SellerPage = page_of(SellerListSerializer, "Seller")
