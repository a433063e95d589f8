"""The page of a listing."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banibs.core.money import Money
from banibs.core.page_cache.cache_page import cache_page_for_guests
from marketplace import policy
from marketplace.catalogue import categories, product_list
from marketplace.catalogue.filters import Filters
from marketplace.catalogue.product_cards import product_url
from marketplace.catalogue.product_detail import Choice, Listing, listing
from marketplace.media import image_urls
from marketplace.models import Variant
from marketplace.orders.expected_days import expected_days
from marketplace.regions import lookup as regions
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.views.catalogue.view_counting import counts_product_views, seen_by_owner

# By the target of htmx.
FRAGMENTS = {"gallery": "marketplace/product/_gallery.html", "buy": "marketplace/product/_buy_box.html"}


class Option(NamedTuple):
    """A value that an option can take: a link to the variant with it."""

    id: str
    value: str
    url: str
    current: bool
    sold_out: bool


@require_safe
@counts_product_views
@cache_page_for_guests
def product(request: VisitorRequest, slug: str, pk: int) -> HttpResponse:
    """A listing; 410 with its shop when it was taken down; an old slug leads to the new one."""
    place: regions.Place = request.place
    found = listing(pk, place) if pk < 2**63 else None
    if found is None:
        raise Http404
    if found.gone:
        return render(request, "marketplace/product/product_gone.html", {"listing": found}, status=410)
    if slug != found.slug:
        query = request.variant.query
        return redirect(product_url(found.slug, pk) + (f"?{query}" if query else ""), permanent=True)
    shown = context(request, found, found.choice(_number(request.GET.get("variant", ""))))
    if template := FRAGMENTS.get(request.variant.part or ""):
        return render(request, template, {**shown, "oob": True})
    others = product_list.first(
        product_list.Scope(place.code, seller=found.seller.id),
        Filters(),
        place,
        but=pk,
        most=policy.SHOP_MORE_PRODUCTS,
    )
    page = render(request, "marketplace/product/product.html", {**shown, "cards": others})
    return seen_by_owner(request, page, owner=found.seller.owner)


def with_refusal(request: VisitorRequest, variant: int, message: str, *, typed: str) -> HttpResponse | None:
    """The page of a variant's listing with why it was not put into the cart; None if there is no such page."""
    product_id = Variant.objects.filter(pk=variant).values_list("product_id", flat=True).first()
    found = listing(product_id, request.place) if product_id is not None else None
    if found is None or found.gone:
        return None
    shown = context(request, found, found.choice(variant)) | {"buy_error": message, "quantity": typed[:12]}
    return render(request, "marketplace/product/product.html", shown, status=400)


def context(request: VisitorRequest, found: Listing, choice: Choice | None) -> dict[str, Any]:
    """What the page and its fragments show."""
    place, url = found.place, product_url(found.slug, found.id)
    most = min(policy.CART_LINE_MOST, choice.stock) if choice and choice.stock else policy.CART_LINE_MOST
    wanted = _number(request.GET.get("quantity", "")) or 1  # kept while another option is chosen
    node = categories.by_id(found.category_id)
    pictured = _pictured(request, found)
    return {
        "listing": found,
        "quantity": str(max(1, min(wanted, most))),
        "url": url,
        "canonical": settings.SITE_URL + url,
        "og_image": settings.SITE_URL + image_urls.address(found.cover, 960) if found.cover else "",
        "choice": choice,
        "price": _money(choice.amount if choice else None, place),
        "was": _money(choice.compare_at if choice else None, place),
        "options": _options(found, choice, url),
        "most": most,
        "few": choice is not None
        and choice.stock is not None
        and 0 < choice.stock <= policy.PRODUCT_LOW_STOCK
        and not found.digital,
        "tax_rate": _percent(found.rate_bps()),
        "node": node,
        "department": node and (node.parent or node),
        "crumbs": _crumbs(found, node),
        "regions_sold": sorted(regions.place(code).name for code in found.sold_in),
        **_delivery(found, choice),
        **_money_goes(found, choice),
        **pictured,
    }


def _pictured(request: VisitorRequest, found: Listing) -> dict[str, Any]:
    number = _number(request.GET.get("picture", "")) or 1
    shown = [
        {"number": at, "thumb": image_urls.address(one.path, 240), "alt": one.alt,
         "src": image_urls.address(one.path, 960), "srcset": image_urls.srcset(one.path, 480, 960, 1440)}
        for at, one in enumerate(found.pictures, 1)
    ]  # fmt: skip
    at = number if 0 < number <= len(shown) else 1
    return {
        "pictures": shown,
        "picture": shown[at - 1] if shown else None,
        "more_pictures": shown[1:3] if at == 1 else [],
    }


def _options(found: Listing, choice: Choice | None, url: str) -> list[tuple[str, str, list[Option]]]:
    """(option, its chosen value, its values) for each option that the variants differ in."""
    if choice is None or len(found.variants) < 2:
        return []
    names = list(dict.fromkeys(name for variant in found.variants for name in variant.options))
    if not names:
        values = [
            Option(f"variant-{v.id}", v.name, f"{url}?variant={v.id}", v is choice, not v.can_be_bought)
            for v in found.variants
        ]
        return [(_("Choose"), choice.name, values)]
    return [
        (name, choice.options.get(name, ""), _values(found, choice, name, at, url))
        for at, name in enumerate(names)
    ]


def _values(found: Listing, choice: Choice, name: str, at: int, url: str) -> list[Option]:
    options = []
    values = dict.fromkeys(variant.options[name] for variant in found.variants if name in variant.options)
    for number, value in enumerate(values):
        wanted = choice.options | {name: value}
        variant = next((one for one in found.variants if one.options == wanted), None)
        # a combination that is not made leads to the nearest one that has the value
        nearest = variant or next(one for one in found.variants if one.options.get(name) == value)
        dead = variant is not None and not variant.can_be_bought
        current = choice.options.get(name) == value
        options.append(Option(f"option-{at}-{number}", value, f"{url}?variant={nearest.id}", current, dead))
    return options


def _delivery(found: Listing, choice: Choice | None) -> dict[str, Any]:
    rate = found.delivery
    if rate is None:
        return {}
    one = rate.flat + rate.per_item
    return {
        "delivery": _money(one, found.place),
        "each_more": _money(rate.per_item, found.place),
        "arrives": expected_days(found.today, rate.min_days, rate.max_days),
        "with_delivery": _money(choice.amount + one, found.place)
        if choice and choice.amount is not None
        else None,
    }


def _money_goes(found: Listing, choice: Choice | None) -> dict[str, Any]:
    if choice is None or choice.amount is None:
        return {}
    keeps, fee, tax = found.split(choice.amount)
    return {"maker_keeps": keeps, "fee": fee, "tax": tax}


def _crumbs(found: Listing, node: categories.Node | None) -> list[dict[str, str]]:
    crumbs = [{"name": _("Everything"), "url": reverse("marketplace:browse")}]
    if node is not None and node.parent is not None:
        crumbs.append({"name": node.parent.name, "url": node.parent.url})
    if node is not None:
        crumbs.append({"name": node.name, "url": node.url})
    return [*crumbs, {"name": found.title, "url": ""}]


def _money(amount: int | None, place: regions.Place) -> Money | None:
    return None if amount is None else Money(amount, place.currency)


def _percent(bps: int) -> str:
    return f"{bps / 100:g}"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
