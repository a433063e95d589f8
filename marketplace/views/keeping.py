"""Pages that look the same to every visitor who has neither signed in nor put anything into a cart are kept a minute.

What differs between two such visitors is part of the key: address, region, language, theme, and what htmx asks for. The
CSRF token of each is written into the kept page when it is handed out.
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
        key = _key(request)
        kept = cache.get(key)
        if kept is None:
            response = view(request, *args, **kwargs)
            if response.status_code == 200:
                cache.set(key, (_TOKEN.sub(_MARK, response.content), dict(response.headers)), KEEP_SECONDS)
            return response
        body, headers = kept
        if _MARK in body:
            body = body.replace(_MARK, get_token(request).encode())
        return HttpResponse(body, headers=headers)

    return inner


def is_plain(request: HttpRequest) -> bool:
    """Whether nothing on the page depends on who asks: no session, no message waiting."""
    return (
        request.method == "GET"
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and "messages" not in request.COOKIES
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
    )


def _key(request: HttpRequest) -> str:
    place, htmx = request.place, request.htmx  # type: ignore[attr-defined]
    parts = (
        request.get_full_path(),
        place.code,
        get_language(),
        request.COOKIES.get(THEME_COOKIE, "")[:8],
        str(htmx.target)[:40] if htmx and not htmx.boosted else None,
    )
    return "page:" + hashlib.sha256(repr(parts).encode()).hexdigest()
