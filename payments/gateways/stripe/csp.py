"""What a page needs in the browser to take a card: Stripe's script, and a Content-Security-Policy that lets it in.

Only pages that take a card, or send somebody to Stripe's own, widen the policy. STRIPE_API_HOST alone points them at
another host that speaks Stripe. Source: Stripe, "Security at Stripe", Content security policy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from banibs.core.security.permissions_policy import permissions

Asked = TypeVar("Asked", bound=HttpRequest)
Rest = ParamSpec("Rest")
SCRIPT = "https://js.stripe.com"
PAGES = "https://checkout.stripe.com"
PARTS = "https://*.js.stripe.com"  # of the script, which loads them as it needs them
MAPS = "https://maps.googleapis.com"  # addresses that its fields complete
BANKS = "https://hooks.stripe.com"  # the bank's question, in a frame or on a page
API = "https://api.stripe.com"
ONBOARDING = "https://connect.stripe.com"


def host() -> str:
    """Another host that speaks Stripe, or nothing for Stripe itself."""
    return getattr(settings, "STRIPE_API_HOST", "").rstrip("/")


def script() -> str:
    """The address of Stripe's script. It must come from Stripe, never from a copy of ours."""
    return f"{host() or SCRIPT}/v3/"


def takes_cards(
    view: Callable[Concatenate[Asked, Rest], HttpResponse],
) -> Callable[Concatenate[Asked, Rest], HttpResponse]:
    """Lets Stripe's script, its card fields and its answers into this page, its frames use the wallets of the browser and
    passkeys, and a form lead to its pages.
    """

    @wraps(view)
    def widened(request: Asked, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        other = host()
        directives = {
            "script-src": [other] if other else [SCRIPT, PARTS, MAPS],
            "frame-src": [other] if other else [SCRIPT, PARTS, BANKS],
            "connect-src": [other] if other else [API, MAPS],
            "form-action": [other] if other else [PAGES, BANKS],
        }
        response = _with_csp(request, view(request, *args, **kwargs), directives)
        response.headers["Permissions-Policy"] = permissions([other] if other else [SCRIPT, BANKS])
        return response

    return widened


def leads_to_stripe(
    view: Callable[Concatenate[Asked, Rest], HttpResponse],
) -> Callable[Concatenate[Asked, Rest], HttpResponse]:
    """Lets a form of this page end, after our redirect, at Stripe's own pages."""

    @wraps(view)
    def widened(request: Asked, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        other = host()
        allowed = {"form-action": [other] if other else [PAGES, ONBOARDING, BANKS]}
        return _with_csp(request, view(request, *args, **kwargs), allowed)

    return widened


def _with_csp(request: HttpRequest, response: HttpResponse, directives: dict[str, list[str]]) -> HttpResponse:
    """The response, marked as the library's decorator marks what a view returns."""
    csp_update(directives)(lambda _request: response)(request)
    return response
