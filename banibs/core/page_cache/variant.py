"""The variant of a cached page: all that decides how it looks for a request. The whole of it is the cache key."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django_htmx.middleware import HtmxDetails

from banibs.core.ui.theme import theme_of

# What `variant_of` reads besides the address: said in the `Vary` of every page that is drawn from a variant.
VARY = ("Cookie", "Accept-Language", "HX-Request", "HX-Boosted", "HX-History-Restore-Request", "HX-Target")


class Audience(enum.StrEnum):
    """For whom a page is kept: guests without a session, guests with one, people who have signed in."""

    NOBODY = "nobody"
    GUEST = "guest"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class PageVariant:
    """All that a cached view and its templates may look at: two requests with one variant get one page.

    `part` is the target for which htmx wants a part of the page ("" for no particular one); None is the whole page, as
    it also is when htmx boosts a link or restores history.
    """

    path: str
    query: str
    region: str
    language: str
    theme: str
    part: str | None
    audience: Audience

    @property
    def is_whole_page(self) -> bool:
        """Whether this is the address as a browser without script asks for it, with no question in it."""
        return self.part is None and not self.query

    @property
    def key(self) -> str:
        """The key of this page in the cache."""
        return "page:" + hashlib.sha256(repr(self).encode()).hexdigest()


def variant_of(request: HttpRequest, audience: Audience) -> PageVariant:
    """The variant that a request asks for. Needs the region's and htmx's middleware."""
    seen: Any = request  # the middleware's attributes: place, htmx
    return PageVariant(
        path=request.path,
        query=request.META.get("QUERY_STRING", ""),
        region=str(seen.place.code),
        language=get_language() or "",
        theme=theme_of(request),
        part=_part(seen.htmx),
        audience=audience,
    )


def _part(htmx: HtmxDetails) -> str | None:
    if not htmx or htmx.boosted or htmx.history_restore_request:
        return None
    return str(htmx.target or "")
