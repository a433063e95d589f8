"""Headers that every answer carries and that no library sets."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Nothing here is used by BANIBS, except paying with a wallet of the browser on Stripe's form.
PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), "
    "payment=(self), publickey-credentials-create=(self), publickey-credentials-get=(self), usb=()"
)


# An answer is one person's unless its view says otherwise: what the header of a page shows is theirs already.
OF_ONE_PERSON = "private, no-store"


class HeadersMiddleware:
    """Says which powers of a browser our pages may use, and that nobody keeps an answer whose view does not say so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cache-Control", OF_ONE_PERSON)
        return response
