"""Headers that every answer carries and that no library sets; addresses that nobody can have; terms to agree to first."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from banibs.core.security.permissions_policy import permissions
from banibs.users import legal

# An answer is one person's unless its view says otherwise: what the header of a page shows is theirs already.
OF_ONE_PERSON = "private, no-store"


class HeadersMiddleware:
    """Says which powers of a browser our pages may use, and that nobody keeps an answer whose view does not say so.

    A NUL in an address, which no column can hold, is 404.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", permissions())
        response.headers.setdefault("Cache-Control", OF_ONE_PERSON)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Raises Http404 for an address that holds NUL: PostgreSQL takes none, not even to find no such row."""
        if "\x00" in request.path_info:
            raise Http404


# Where a person acts. What anybody may read stays open, and programs with a key go on.
SAFE = ("GET", "HEAD", "OPTIONS")
PERSONAL = ("/account/", "/admin/", "/checkout/", "/developers/keys/", "/seller/", "/wallet/")


class ConsentMiddleware:
    """Leads who signed in and has not agreed to the terms that hold now to the question, from every page of their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PERSONAL) or not request.session.get(legal.SESSION_DUE):
            return self.get_response(request)
        asks, fragment = request.method not in SAFE, "HX-Request" in request.headers
        if request.path == reverse("users:consent") or (fragment and not asks):
            return self.get_response(request)  # a part of a page, such as the count of its bell
        onward = legal.ask_url("" if asks else request.get_full_path())
        return HttpResponseClientRedirect(onward) if fragment else redirect(onward)
