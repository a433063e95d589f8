"""Terms, privacy, returns and imprint, as staff wrote them."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banibs.users import legal
from banibs.users.models import LegalText
from marketplace.sellers import rich_text


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """`/legal/<slug>/`: the version in force, with its number and day."""
    text = legal.in_force(slug) if slug in LegalText.Slug.values else None
    if text is None:
        raise Http404
    # Cleaned by the allowlist of listings, whose headings stand below a listing's own; here they are the page's.
    body = rich_text.from_text(text.body).replace("<h3>", "<h2>").replace("</h3>", "</h2>")
    return render(request, "legal.html", {
        "text": text,
        "body": body,
        "others": [(value, name) for value, name in LegalText.Slug.choices if value != slug],
        "canonical": settings.SITE_URL + request.path,
        "write_to": settings.SUPPORT_EMAIL,
        "crumbs": [
            {"name": _("Home"), "url": reverse("marketplace:home")},
            {"name": text.get_slug_display(), "url": ""},
        ],
    })  # fmt: skip
