"""The request that a kept page is drawn from: made of the page's variant, with nothing of the one that came."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, QueryDict
from django.utils.functional import cached_property

from banibs.core.page_cache.variant import Audience, PageVariant
from banibs.core.ui.theme import THEME_COOKIE


class NotInVariant(RuntimeError):
    """A page that is kept for many asked for something of one request. No template swallows it."""


class _Closed(dict[str, Any]):
    """What a drawn page may read, by name. Anything else is absent; under development and in tests it raises."""

    def __init__(self, what: str, known: dict[str, Any], *, absent: tuple[str, ...] = ()) -> None:
        super().__init__(known)
        self.what, self.absent = what, absent

    def __getitem__(self, name: str) -> Any:
        self._look_up(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._look_up(name)
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._look_up(name)
        return super().get(name, default)

    def _look_up(self, name: object) -> None:
        if settings.DEVELOPMENT and not super().__contains__(name) and name not in self.absent:
            raise NotInVariant(f"{self.what} {name!r} is not in the variant of a kept page")


class SomebodySignedIn:
    """Whoever has signed in, as a page for all of them sees them: that they have, and nothing more."""

    is_authenticated = True
    is_anonymous = False


class PageRequest(HttpRequest):
    """A GET with a variant's address, region and theme; no header, no other cookie, nobody's session.

    Headers, cookies and session answer only what the variant says: see `_Closed`.
    """

    def __init__(self, variant: PageVariant, place: Any) -> None:
        super().__init__()
        self.variant, self.place = variant, place
        self.method = "GET"
        self.path = self.path_info = variant.path
        self.GET = QueryDict(variant.query)
        address = {"PATH_INFO": variant.path, "QUERY_STRING": variant.query, "REQUEST_METHOD": "GET"}
        # The token that is drawn gives way to each visitor's own.
        self.META = _Closed("the environment", address, absent=("CSRF_COOKIE",))
        self.COOKIES = _Closed("the cookie", {THEME_COOKIE: variant.theme})
        nobody = variant.audience is Audience.NOBODY
        # Nobody's cart is empty; the parts of others are placeholders, so that theirs is not looked at.
        self.session: Any = {} if nobody else _Closed("the session's", {})
        self.user: Any = SomebodySignedIn() if variant.audience is Audience.PERSON else AnonymousUser()

    @cached_property
    def headers(self) -> Any:
        """No header: those that decide how a page looks are in its variant."""
        return _Closed("the header", {})
