"""The explorer: every operation of the API, and a form to try it with a key. Swagger UI from a wheel, offline.

The one page whose policy is wider than ours: Swagger UI sets styles from its script and draws its icons from data.
Nothing of it is inline in our page, and no script but ours and its own may run. Around it stand header and footer.
"""

from __future__ import annotations

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],  # the forms of the header
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}


@require_safe
@csp_replace(POLICY)
def page(request: HttpRequest) -> HttpResponse:
    """Swagger UI on our own schema."""
    return render(request, "developers/explorer.html")
