"""What counts as a view: a whole page that was shown to a visitor. Said in words on the seller's page of figures.

Not counted: answers that are not the page, HEAD, parts of a page, pages fetched ahead of a click, another choice on the
same page, programs that say what they are, the shop's own people and staff. Somebody who comes twice counts twice: to know
it, they would have to be recognised.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from banibs.core.page_cache.variant import Audience
from marketplace.catalogue import page_views
from marketplace.regions.visitor_request import VisitorRequest

View = Callable[..., HttpResponse]
# Programs that say so of themselves, and what fetches previews. A program that lies counts.
_PROGRAMS = re.compile(
    r"bot\b|bot/|bot-|crawl|spider|slurp|archiv|preview|fetch|monitor|scrap|lighthouse|headless|facebookexternalhit|"
    r"embedly|whatsapp|telegram|validator|^$|^(?:curl|wget|python|java|go-http|okhttp|ruby|perl|php|node|axios|libwww)\b",
    re.IGNORECASE,
)


def counts_product_views(view: View) -> View:
    """Counts the views of a page whose address has the listing's `pk`. Outside the page cache: what it hands out counts."""
    return _counted(view, lambda region, pk, **_address: page_views.count_product(pk, region))


def counts_shop_views(view: View) -> View:
    """The same of a shop's page, by its `slug`."""
    return _counted(view, lambda region, slug, **_address: page_views.count_shop(slug, region))


def _counted(view: View, count: Callable[..., None]) -> View:
    @functools.wraps(view)
    def inner(request: VisitorRequest, **address: Any) -> HttpResponse:
        response = view(request, **address)
        if response.status_code == 200 and _is_visit(request) and not getattr(response, "is_own", False):
            count(request.place.code, **address)
        return response

    return inner


def seen_by_owner(request: VisitorRequest, response: HttpResponse, *, owner: int) -> HttpResponse:
    """Marks the page of a person who looks at their own shop, or at any as staff. Asks no statement."""
    if request.variant.audience is Audience.PERSON:
        marked: Any = response
        marked.is_own = request.user.pk == owner or getattr(request.user, "is_staff", False)
    return response


def _is_visit(request: HttpRequest) -> bool:
    headers, seen = request.headers, request
    part = getattr(seen, "htmx", None)
    return (
        request.method == "GET"
        and not (part and not part.boosted and not part.history_restore_request)
        and "prefetch" not in headers.get("Sec-Purpose", headers.get("Purpose", "")).lower()
        and urlsplit(headers.get("Referer", "")).path != request.path
        and not _PROGRAMS.search(headers.get("User-Agent", "")[:300])
    )
