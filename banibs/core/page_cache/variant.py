"""The variant of a cached page: all that decides how it looks for a request. The whole of it is the cache key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from banibs.core.ui.theme import theme_of


@dataclass(frozen=True, slots=True)
class PageVariant:
    """All that a cached view and its templates may look at: two requests with one variant get one page.

    `fragment` is what htmx asks for: its target and whether the whole page is boosted or restored from history.
    """

    address: str
    region: str
    language: str
    theme: str
    fragment: tuple[str, bool, bool] | None

    @property
    def is_whole_page(self) -> bool:
        """Whether this is the address as a browser without script asks for it, with no question in it."""
        return self.fragment is None and "?" not in self.address

    def key(self, audience: str) -> str:
        """The key of this page for an audience: everybody alike, guests with a cart, or people signed in."""
        return "page:" + hashlib.sha256(repr((audience, self)).encode()).hexdigest()


def variant_of(request: HttpRequest) -> PageVariant:
    """The variant that a request asks for. Needs the region's and htmx's middleware."""
    seen: Any = request  # the middleware's attributes: place, htmx
    htmx = seen.htmx
    return PageVariant(
        address=request.get_full_path(),
        region=str(seen.place.code),
        language=get_language() or "",
        theme=theme_of(request),
        fragment=(str(htmx.target), htmx.boosted, htmx.history_restore_request) if htmx else None,
    )
