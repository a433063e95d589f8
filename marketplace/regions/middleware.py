"""Which region a visitor shops in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from marketplace.regions import lookup as regions

REGION_COOKIE = "region"


class RegionMiddleware:
    """Puts `request.place` there: the region chosen by cookie, else the one the browser's languages point to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.place = SimpleLazyObject(lambda: region_of(request))  # type: ignore[attr-defined]  # the one place that sets it
        return self.get_response(request)


def region_of(request: HttpRequest) -> regions.Place:
    """The visitor's region."""
    chosen = request.COOKIES.get(REGION_COOKIE, "")
    if chosen in regions.places():
        return regions.place(chosen)
    return regions.guess(request.headers.get("Accept-Language", ""))
