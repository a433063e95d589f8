"""Decorators that cache a view's page for a minute; the visitor's own parts are filled in for each response.

`cache_page_for_all` serves everybody, `cache_page_for_guests` those who have neither signed in nor put anything into a
cart. The key is the whole `PageVariant`, the page is drawn from it alone, and what differs by visitor is a placeholder.
"""

from __future__ import annotations

import contextlib
import copy
import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template import Context, RequestContext, engines
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from banibs.core import policy
from banibs.core.page_cache import placeholders
from banibs.core.page_cache.page_request import PageRequest
from banibs.core.page_cache.variant import VARY, Audience, PageVariant, variant_of

View = Callable[..., HttpResponse]
# A guest's browser may show it again on the way back; nobody in between keeps it: it carries their token.
GUESTS_MAY_KEEP = "private, no-cache"


def cache_page_for_guests(view: View) -> View:
    """Serves a page to guests from the cache; for everybody else it is rendered each time."""
    return _cached(view, for_all=False)


def cache_page_for_all(view: View) -> View:
    """Serves a page to everybody from the cache: only its header and footer may speak of the person."""
    return _cached(view, for_all=True)


def _cached(view: View, *, for_all: bool) -> View:
    """The view behind the cache. It reads `request.variant`, whether or not its page is kept.

    A page that is kept is drawn from a `PageRequest`: nothing of the request that came is within its reach.
    """

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked: Any = request  # a VisitorRequest, which stands to the right
        variant = variant_of(request, _audience(request))
        if _is_short_get(request) and (for_all or variant.audience is Audience.NOBODY):
            response = _from_cache(request, variant, lambda drawn: view(drawn, *args, **kwargs))
        else:
            asked.variant = variant
            response = view(request, *args, **kwargs)
        patch_vary_headers(response, VARY)
        if variant.audience is Audience.NOBODY:
            response.headers["Cache-Control"] = GUESTS_MAY_KEEP
        return response

    marked: Any = inner
    marked.is_page_cached = True  # the tests ask every such page
    return inner


def _from_cache(
    request: HttpRequest, variant: PageVariant, view: Callable[[PageRequest], HttpResponse]
) -> HttpResponse:
    key = variant.key
    stored = cache.get(key)
    if stored is None:
        with timezone.override(dt.UTC):  # it is kept for readers of every zone
            response = _drawn(request, variant, view)
        if response.status_code != 200:
            response.content = _filled(response.content.decode(), request)
            return response
        stored = (placeholders.defer_tokens(response.content.decode()), dict(response.headers))
        if _worth_storing(variant, key):
            cache.set(key, stored, policy.PAGE_KEPT_SECONDS)
    html, headers = stored
    headers.pop("Content-Length", None)
    return HttpResponse(_filled(html, request), headers=headers)


def _drawn(
    request: HttpRequest, variant: PageVariant, view: Callable[[PageRequest], HttpResponse]
) -> HttpResponse:
    """The page of a variant. The region is copied: lazy, it would lead back to the request."""
    asked: Any = request  # as above
    drawn = PageRequest(variant, copy.copy(asked.place))
    if variant.audience is Audience.NOBODY:
        return view(drawn)
    with placeholders.deferring(drawn, placeholders.Deferred.VISITOR):
        return view(drawn)


def _worth_storing(variant: PageVariant, key: str) -> bool:
    """A whole page, at once; one with a question in its address, or for script, when somebody asks the same again.

    Questions are without number: stored at once, whoever makes them up fills the memory of the cache. Under `make run`
    no page is stored: it would hide an edit.
    """
    if settings.RELOAD:
        return False
    return variant.is_whole_page or not cache.add(f"asked:{key}", 1, policy.PAGE_KEPT_SECONDS)


def _filled(html: str, request: HttpRequest) -> str:
    with contextlib.ExitStack() as until_filled:
        return placeholders.fill_visitor(
            html, request, functools.cache(lambda: _context(request, until_filled))
        )


def _context(request: HttpRequest, until_filled: contextlib.ExitStack) -> Context:
    """What the visitor's own parts are drawn with."""
    context = RequestContext(request)
    toasts: Any = engines["django"].get_template("components/toasts.html")
    until_filled.enter_context(context.bind_template(toasts.template))
    return context


def _audience(request: HttpRequest) -> Audience:
    """For whom this is drawn. With no session and no message waiting, nothing depends on who asks."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES and "messages" not in request.COOKIES:
        return Audience.NOBODY
    return Audience.PERSON if request.user.is_authenticated else Audience.GUEST


def _is_short_get(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and len(request.META.get("QUERY_STRING", "")) <= policy.PAGE_KEPT_MOST_QUERY_CHARACTERS
    )
