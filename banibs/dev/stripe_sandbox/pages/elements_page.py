"""The card fields that stand in a frame on BANIBS's payment page: what is typed in them never touches
that page.
"""

from django.http import HttpRequest, HttpResponse

from banibs.dev.stripe_sandbox.pages.answers import page

_THEMES = {"stripe": "light", "flat": "light", "light": "light", "night": "dark", "dark": "dark"}


def card_form(request: HttpRequest) -> HttpResponse:
    """The frame's document, light or dark as the page around it asks."""
    values = {
        "theme": _THEMES.get(request.GET.get("theme", ""), ""),
        "parent": request.GET.get("parent", ""),
        "key": request.GET.get("key", ""),
    }
    return page(request, "card_frame.html", values, framed=True)
