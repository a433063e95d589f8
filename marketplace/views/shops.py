"""Shops: all of them, one of them, and its cloth."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.cloth import band
from marketplace.cloth import cloth as woven

_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}", re.ASCII)


@require_safe
def shops(request: HttpRequest) -> HttpResponse:
    return render(request, "marketplace/shops.html")


@require_safe
def country(request: HttpRequest, country: str) -> HttpResponse:
    return render(request, "marketplace/shops.html")


@require_safe
def shop(request: HttpRequest, slug: str) -> HttpResponse:
    return render(request, "marketplace/shops.html")


about = delivery = shop


@require_safe
def cloth(request: HttpRequest, slug: str) -> HttpResponse:
    """A shop's cloth; `?shape=band` is the long strip. The same for a slug for ever, so kept for ever."""
    if not _SLUG.fullmatch(slug):
        raise Http404
    svg = band(slug) if request.GET.get("shape") == "band" else woven(slug)
    response = HttpResponse(svg, content_type="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response
