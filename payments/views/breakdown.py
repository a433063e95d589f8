"""Who gets what of the cart at the till: a sheet over the page, or a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from marketplace import breakdown, cart
from marketplace.pricing import Tender


@require_safe
@never_cache
@vary_on_headers("HX-Request")
def show(request: HttpRequest) -> HttpResponse:
    """The breakdown of what is in the cart now."""
    contents = cart.contents(cart.of_request(request), request.place)  # type: ignore[attr-defined]
    if not contents.good:
        return redirect("marketplace:cart")
    parts = breakdown.of_quote(contents.good, contents.quote(Tender()), tax_name=contents.place.tax_name)
    page = "marketplace/breakdown_sheet.html" if request.htmx else "payments/breakdown.html"  # type: ignore[attr-defined]
    return render(request, page, {"parts": parts, "step": "payment"})
