"""Headers that every answer carries and that no library sets; and addresses that nobody can have."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from banibs.core.security.permissions_policy import permissions
from banibs.web import error_pages

# An answer is one person's unless its view says otherwise: what the header of a page shows is theirs already.
OF_ONE_PERSON = "private, no-store"


class HeadersMiddleware:
    """Says which powers of a browser our pages may use, and that nobody keeps an answer whose view does not say so.

    A NUL in an address, which no column can hold, is 400.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info:
            response = error_pages.bad_request(request, BadRequest("NUL"))
        else:
            response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", permissions())
        response.headers.setdefault("Cache-Control", OF_ONE_PERSON)
        return response
