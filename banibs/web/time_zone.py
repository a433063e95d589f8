"""Pages tell times by the clock of whoever reads them: their browser says its zone in a cookie (`static/js/app.js`).

Programs and staff read UTC, as the books are kept.
"""

from __future__ import annotations

import functools
import zoneinfo
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

COOKIE = "time_zone"
_IN_UTC = ("/api/", "/admin/")


class TimeZoneMiddleware:
    """Draws each page in its reader's zone; in UTC until the browser has said which. A page says the zone of an hour."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = "" if request.path.startswith(_IN_UTC) else request.COOKIES.get(COOKIE, "")
        with timezone.override(zoneinfo.ZoneInfo(wanted if wanted in _zones() else "UTC")):
            return self.get_response(request)


@functools.cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())
