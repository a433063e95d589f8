"""Where things are sent, and light or dark: two small forms in the header, kept in cookies."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banibs.core.ui.theme import THEME_COOKIE, THEMES
from banibs.users import policy as users_policy
from marketplace.cart import contents as carts
from marketplace.regions import lookup as regions
from marketplace.regions.middleware import REGION_COOKIE


def next_page(request: HttpRequest) -> str:
    """The page that the form stood on, if it is one of ours; else home."""
    there = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        there, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return there if ours and there.startswith("/") else "/"


def remember(response: HttpResponse, name: str, value: str) -> None:
    """Keeps a choice of the visitor for a year."""
    response.set_cookie(
        name,
        value,
        max_age=users_policy.PREFERENCE_COOKIE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


@require_POST
def region(request: HttpRequest) -> HttpResponse:
    """Chooses the region. What is in the cart and not sold there stays, marked, and is named."""
    response = HttpResponseRedirect(next_page(request))
    chosen = request.POST.get("region", "")
    if chosen not in regions.places():
        messages.error(request, _("We do not send there yet. Nothing was changed."))
        return response
    cart = carts.for_request(request)
    if cart is not None and cart.region_id != chosen:
        _tell(request, carts.change_region(cart, chosen), regions.place(chosen))
    remember(response, REGION_COOKIE, chosen)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


def _tell(request: HttpRequest, leaving: list[carts.Row], place: regions.Place) -> None:
    if not leaving:
        return
    said = ngettext(
        "%(title)s in your cart is not sold in %(region)s. It stays in the cart, marked, until you remove it.",
        "%(title)s and %(more)d more in your cart are not sold in %(region)s. They stay in the cart, marked, until you "
        "remove them.",
        len(leaving),
    )
    messages.warning(
        request, said % {"title": leaving[0].title, "more": len(leaving) - 1, "region": place.name}
    )


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Chooses light or dark, or what the device says."""
    response = HttpResponseRedirect(next_page(request))
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        remember(response, THEME_COOKIE, chosen)
    else:
        response.delete_cookie(THEME_COOKIE, samesite="Lax")
    return response
