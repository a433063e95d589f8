"""What a page needs in the browser to take a card: Stripe's script, and a Content-Security-Policy that lets it in.

Only pages that take a card, or send somebody to Stripe's own, widen the policy. STRIPE_API_HOST alone points them at
another host that speaks Stripe.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]
SCRIPT = "https://js.stripe.com"
PAGES = "https://checkout.stripe.com"
API = "https://api.stripe.com"
ONBOARDING = "https://connect.stripe.com"


def host() -> str:
    """Another host that speaks Stripe, or nothing for Stripe itself."""
    return getattr(settings, "STRIPE_API_HOST", "").rstrip("/")


def script() -> str:
    """The address of Stripe's script. It must come from Stripe, never from a copy of ours."""
    return f"{host() or SCRIPT}/v3/"


def takes_cards(view: View) -> View:
    """Lets Stripe's script, its card fields and its answers into this page, and a form lead to its pages."""

    @wraps(view)
    def widened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        other = host()
        directives: dict[str, list[str]] = {
            "script-src": [other or SCRIPT],
            "frame-src": [other] if other else [SCRIPT, "https://hooks.stripe.com"],
            "connect-src": [other or API],
            "form-action": [other] if other else [PAGES, "https://hooks.stripe.com"],
        }
        response: HttpResponse = csp_update(directives)(view)(request, *args, **kwargs)  # type: ignore[assignment]  # its stubs forget the view's type
        return response

    return widened


def leads_to_stripe(view: View) -> View:
    """Lets a form of this page end, after our redirect, at Stripe's own pages."""

    @wraps(view)
    def widened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        other = host()
        allowed = {"form-action": [other] if other else [PAGES, ONBOARDING, "https://hooks.stripe.com"]}
        response: HttpResponse = csp_update(allowed)(view)(request, *args, **kwargs)  # type: ignore[assignment]  # as above
        return response

    return widened
