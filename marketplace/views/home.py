"""The first page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from banibs.core.page_cache.cache_page import cache_page_for_guests
from marketplace import policy
from marketplace.catalogue import categories, filters, product_list, storefront
from marketplace.catalogue.filters import Filters
from marketplace.catalogue.product_cards import cloth_url, product_url
from marketplace.media import image_urls
from marketplace.regions.lookup import Place
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.views.catalogue import product_list_context


@require_safe
@cache_page_for_guests
def home(request: VisitorRequest) -> HttpResponse:
    """What is here, how much of it, the newest, one shop, and what can be had at once."""
    place: Place = request.place
    scope, asked = product_list.Scope(place.code), filters.read(request.GET, place.currency)
    front = storefront.front(place.code)
    newest = product_list.first(scope, Filters(), place, most=policy.HOME_NEWEST)
    digital = product_list.first(scope, Filters(kind="digital"), place, most=policy.HOME_DIGITAL)
    shown = product_list_context.context(
        path=reverse("marketplace:browse"),
        asked=asked,
        page=product_list.Page(newest),
        counts=product_list.counts(scope, Filters()),
        place=place,
        sorts=product_list_context.sort_names(),
    )
    return product_list_context.respond(request, "marketplace/home/home.html", {
        **shown,
        "heading": _("New this week") if front.recent >= policy.HOME_NEWEST // 2 else _("New arrivals"),
        "see_all": True,
        "canonical": settings.SITE_URL + "/",
        "front": front,
        "in_countries": ngettext("in %(n)d country", "in %(n)d countries", front.countries) % {"n": front.countries},
        "departments": departments(),
        "quilt": _quilt(front),
        "digital": digital,
        "feature_picture": image_urls.address(front.feature.cover, 960) if front.feature else "",
    })  # fmt: skip


def departments() -> list[dict[str, Any]]:
    """The tiles of the top of the tree."""
    return [
        {
            "name": one.name,
            "url": one.url,
            "picture": static(f"img/art/{one.art}.svg") if one.art else cloth_url(one.slug),
        }
        for one in categories.departments()
    ]


# Where things lie in the quilt, row by row: a letter is a pattern of the house, 0 and 1 big goods, 2 and 3 small ones,
# c the cloth of a shop.
_LAYOUT = ("a", "0", "e", "2", "b", "c", "1", "f", "3", "d")


def _quilt(front: storefront.Front) -> list[dict[str, Any]]:
    """The fields of the picture. Where there are too few shops to take goods from, our own drawings stand in."""
    goods = [
        {
            "url": product_url(slug, pk),
            "title": title,
            "image": image_urls.address(cover, 960 if at < policy.HOME_QUILT_LARGE else 480),
            "big": at < policy.HOME_QUILT_LARGE,
        }
        for at, (slug, pk, title, cover, _shop) in enumerate(front.picks[: policy.HOME_QUILT])
    ]
    shop = front.picks[0][4] if front.picks else ""
    fields: dict[str, dict[str, Any]] = {
        str(at): {"pattern": static(f"img/art/{name}.svg"), "big": at < policy.HOME_QUILT_LARGE}
        for at, name in enumerate(("hero-basket", "hero-pitcher", "quilt-c", "quilt-b"))
    }
    fields |= {str(at): one for at, one in enumerate(goods)}
    fields |= {letter: {"pattern": static(f"img/art/quilt-{letter}.svg")} for letter in "abdef"}
    fields["c"] = {"pattern": cloth_url(shop) if shop else static("img/art/cloth.svg")}
    return [fields[name] for name in _LAYOUT]
