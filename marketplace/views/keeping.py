"""Pages that look the same to many are kept for a minute: `kept` for everybody, `kept_for_guests` for those who have
neither signed in nor put anything into a cart.

What differs between two visitors of the same page is part of the key (address, region, language, theme, whether signed
in, what htmx asks for), a hole that is filled when the page is handed out (`{% personal %}`: balance, cart, bell,
messages), or the CSRF token, which is written into it then.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils.translation import get_language

from banibs.core.templatetags.personal import filled
from marketplace.visitor import THEME_COOKIE

KEEP_SECONDS = 60
LONGEST_QUERY = 200
_TOKEN = re.compile(
    rb'(?<=name="csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}|(?<="X-CSRFToken": ")[A-Za-z0-9]{64}'
)
_MARK = b"\x00csrf\x00"

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
        request.leaves_holes = True  # type: ignore[attr-defined]
        of = "person" if request.user.is_authenticated else "guest"
        return _handed(request, lambda: view(request, *args, **kwargs), of=of)

    return inner


def _handed(request: HttpRequest, make: Callable[[], HttpResponse], *, of: str) -> HttpResponse:
    key = _key(request, of)
    kept = cache.get(key)
    if kept is None:
        response = make()
        if response.status_code != 200:
            return response
        kept = (_TOKEN.sub(_MARK, response.content), dict(response.headers))
        cache.set(key, kept, KEEP_SECONDS)
    body, headers = kept
    body = filled(body, request)
    if _MARK in body:
        body = body.replace(_MARK, get_token(request).encode())
    headers.pop("Content-Length", None)
    return HttpResponse(body, headers=headers)


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
