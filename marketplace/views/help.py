"""Short answers, and what machines read: robots.txt and the sitemap."""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from banibs.core.page_cache.cache_page import cache_page_for_guests
from marketplace import policy
from marketplace.catalogue import categories, storefront
from marketplace.media import virus_scan
from marketplace.regions.visitor_request import VisitorRequest


class Article(NamedTuple):
    """A page of help; its text is templates/marketplace/help/<slug>.html."""

    slug: str
    title: str | Promise
    summary: str | Promise
    icon: str


ARTICLES = (
    Article(
        "delivery",
        _("Orders and delivery"),
        _("One payment, a parcel from each shop, and when they arrive."),
        "truck",
    ),
    Article(
        "cards",
        _("Paying by card"),
        _("Once for all shops, what your bank may ask, and what a refusal means."),
        "credit-card",
    ),
    Article(
        "wallet", _("Your wallet"), _("Money you keep with us, and where every cent of it went."), "wallet"
    ),
    Article(
        "refunds",
        _("Cancelling and refunds"),
        _("What happens when something is not sent, or not right."),
        "undo-2",
    ),
    Article("fees", _("Fees and tax"), _("What the shops pay, what you pay, and what is tax."), "percent"),
    Article("downloads", _("Downloads"), _("Where your files are, how often and how long."), "download"),
    Article(
        "accessibility",
        _("Accessibility"),
        _("How we build, and what to do when something stands in your way."),
        "accessibility",
    ),
)
_BY_SLUG = {article.slug: article for article in ARTICLES}


@require_safe
@cache_page_for_guests
def index(request: VisitorRequest) -> HttpResponse:
    """All answers."""
    return render(
        request,
        "marketplace/help/index.html",
        {
            "articles": ARTICLES,
            "canonical": settings.SITE_URL + request.path,
            "write_to": settings.SUPPORT_EMAIL,
        },
    )


@require_safe
@cache_page_for_guests
def article(request: VisitorRequest, slug: str) -> HttpResponse:
    """One answer."""
    found = _BY_SLUG.get(slug)
    if found is None:
        raise Http404
    place = request.place
    return render(request, f"marketplace/help/{slug}.html", {
        "article": found,
        "others": [one for one in ARTICLES if one is not found],
        "canonical": settings.SITE_URL + request.path,
        "write_to": settings.SUPPORT_EMAIL,
        "rates": {kind: f"{bps / 100:g}" for kind, bps in policy.MARKETPLACE_FEE_BPS.items()},
        "scanner": virus_scan.configured(),
        "card_percent": f"{place.market.processing_bps / 100:g}",
        "crumbs": [
            {"name": _("Home"), "url": reverse("marketplace:home")},
            {"name": _("Help"), "url": reverse("marketplace:help")},
            {"name": found.title, "url": ""},
        ],
    })  # fmt: skip


@require_safe
def robots(request: VisitorRequest) -> HttpResponse:
    """What search engines may read: everything but what belongs to one person."""
    closed = ("/cart/", "/checkout/", "/account/", "/accounts/", "/seller/", "/admin/", "/search/", "/api/")
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
        "",
    ]
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def sitemap(request: VisitorRequest) -> HttpResponse:
    """The pages that lead to all others, and the newest listings."""
    pages = [reverse(f"marketplace:{name}") for name in ("home", "browse", "shops", "sell", "help")]
    pages += [node.url for node in categories.tree().values()]
    pages += [reverse("marketplace:help_article", args=[one.slug]) for one in ARTICLES]
    pages += storefront.addresses(most=policy.SITEMAP_LISTINGS)
    body = "".join(f"<url><loc>{settings.SITE_URL}{page}</loc></url>" for page in pages)
    text = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</urlset>'
    response = HttpResponse(text, content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response
