"""Headers that every answer carries and that no library sets; and addresses that nobody can have."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from banibs.core.security.permissions_policy import permissions

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
