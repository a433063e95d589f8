"""Decorators that cache a view's page for a minute; the visitor's own parts are filled in for each response.

`cache_page_for_all` serves everybody, `cache_page_for_guests` those who have neither signed in nor put anything into a
cart. The key is the whole `PageVariant`; what differs by visitor is a placeholder.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template import Context, RequestContext, engines

from banibs.core import policy
from banibs.core.page_cache import placeholders
from banibs.core.page_cache.variant import PageVariant, variant_of

View = Callable[..., HttpResponse]


def cache_page_for_guests(view: View) -> View:
    """Serves a page to guests from the cache; for everybody else it is rendered each time."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_anonymous_get(request):
            return view(request, *args, **kwargs)
        return _from_cache(request, lambda: view(request, *args, **kwargs), audience="")

    return inner


def cache_page_for_all(view: View) -> View:
    """Serves a page to everybody from the cache: only its header and footer may speak of the person."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_short_get(request):
            return view(request, *args, **kwargs)
        if is_anonymous_get(request):
            return _from_cache(request, lambda: view(request, *args, **kwargs), audience="")

        def with_placeholders() -> HttpResponse:
            with placeholders.deferring(request, placeholders.Deferred.VISITOR):
                return view(request, *args, **kwargs)

        audience = "person" if request.user.is_authenticated else "guest"
        return _from_cache(request, with_placeholders, audience=audience)

    return inner


def _from_cache(request: HttpRequest, make: Callable[[], HttpResponse], *, audience: str) -> HttpResponse:
    variant = variant_of(request)
    key = variant.key(audience)
    stored = cache.get(key)
    if stored is None:
        response = make()
        if response.status_code != 200:
            response.content = _filled(response.content.decode(), request)
            return response
        stored = (placeholders.defer_tokens(response.content.decode()), dict(response.headers))
        if _worth_storing(variant, key):
            cache.set(key, stored, policy.PAGE_KEPT_SECONDS)
    html, headers = stored
    headers.pop("Content-Length", None)
    return HttpResponse(_filled(html, request), headers=headers)


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


def is_anonymous_get(request: HttpRequest) -> bool:
    """Whether nothing on the page depends on who asks: no session, no message waiting."""
    return (
        _is_short_get(request)
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
    )


def _is_short_get(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and len(request.META.get("QUERY_STRING", "")) <= policy.PAGE_KEPT_MOST_QUERY_CHARACTERS
    )
