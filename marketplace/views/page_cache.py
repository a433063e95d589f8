"""Pages that look the same to many are kept for a minute: `kept` for everybody, `kept_for_guests` for those who have
neither signed in nor put anything into a cart.

What differs between two visitors of the same page is part of the key (address, region, language, theme, whether signed
in, what htmx asks for), a hole that is filled when the page is handed out (`{% visitor_fragment %}`: balance, cart, bell,
messages), or the CSRF token, which is written into it then.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.template import Context, RequestContext, engines
from django.utils.translation import get_language

from banibs.core import placeholders
from marketplace.regions.middleware import THEME_COOKIE

KEEP_SECONDS = 60
LONGEST_QUERY = 200

View = Callable[..., HttpResponse]


def kept_for_guests(view: View) -> View:
    """Hands a page to guests from the cache. Everybody else's is made for them."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_plain(request):
            return view(request, *args, **kwargs)
        return _handed(request, lambda: view(request, *args, **kwargs), of="")

    return inner


def kept(view: View) -> View:
    """Hands a page that says nothing of the person, but around it, to everybody from the cache."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _is_short_get(request):
            return view(request, *args, **kwargs)
        if is_plain(request):
            return _handed(request, lambda: view(request, *args, **kwargs), of="")

        def with_holes() -> HttpResponse:
            with placeholders.leaving(request, placeholders.Left.VISITOR):
                return view(request, *args, **kwargs)

        of = "person" if request.user.is_authenticated else "guest"
        return _handed(request, with_holes, of=of)

    return inner


def _handed(request: HttpRequest, make: Callable[[], HttpResponse], *, of: str) -> HttpResponse:
    key = _key(request, of)
    kept = cache.get(key)
    if kept is None:
        response = make()
        if response.status_code != 200:
            response.content = _filled(response.content.decode(), request)
            return response
        kept = (placeholders.close_tokens(response.content.decode()), dict(response.headers))
        if _worth_keeping(request, key):
            cache.set(key, kept, KEEP_SECONDS)
    html, headers = kept
    headers.pop("Content-Length", None)
    return HttpResponse(_filled(html, request), headers=headers)


def _worth_keeping(request: HttpRequest, key: str) -> bool:
    """A page as it is, at once; one with a question in its address when somebody asks the same again.

    Questions are without number: kept at once, whoever makes them up fills the memory of the cache. Under `make run`
    no page is: it would hide an edit.
    """
    if settings.RELOAD:
        return False
    return not request.META.get("QUERY_STRING") or not cache.add(f"asked:{key}", 1, KEEP_SECONDS)


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


def is_plain(request: HttpRequest) -> bool:
    """Whether nothing on the page depends on who asks: no session, no message waiting."""
    return (
        _is_short_get(request)
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
    )


def _is_short_get(request: HttpRequest) -> bool:
    return request.method == "GET" and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY


def _key(request: HttpRequest, of: str) -> str:
    place, htmx = request.place, request.htmx  # type: ignore[attr-defined]
    parts = (
        of,
        request.get_full_path(),
        place.code,
        get_language(),
        request.COOKIES.get(THEME_COOKIE, "")[:8],
        str(htmx.target)[:40] if htmx and not htmx.boosted else None,
    )
    return "page:" + hashlib.sha256(repr(parts).encode()).hexdigest()
