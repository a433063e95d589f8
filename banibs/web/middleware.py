"""Headers that every answer carries and that no library sets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from banibs.core.security.permissions_policy import permissions

# An answer is one person's unless its view says otherwise: what the header of a page shows is theirs already.
OF_ONE_PERSON = "private, no-store"


class HeadersMiddleware:
    """Says which powers of a browser our pages may use, and that nobody keeps an answer whose view does not say so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", permissions())
        response.headers.setdefault("Cache-Control", OF_ONE_PERSON)
        return response
