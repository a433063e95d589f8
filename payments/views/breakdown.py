"""Who gets what of the cart at the checkout: a drawer over the page, or a page of its own."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from banibs.core.money import Money
from banibs.users.current_user import current_user
from marketplace.cart import contents as cart
from marketplace.checkout import breakdown, delivery_address
from marketplace.pricing.quote import Tender
from marketplace.regions.visitor_request import VisitorRequest
from payments.charges import payment_methods
from payments.models import Method


@require_safe
@never_cache
@vary_on_headers("HX-Request")
def show(request: VisitorRequest) -> HttpResponse:
    """The breakdown of what is in the cart now."""
    contents = cart.contents(cart.for_request(request), request.place)
    if not contents.good:
        return redirect("marketplace:cart")
    contents = delivery_address.taxed(request, contents)
    parts = breakdown.of_quote(contents, contents.quote(_tender(request, contents)))
    drawer = request.htmx
    page = "marketplace/orders/payment_breakdown_drawer.html" if drawer else "payments/payment_breakdown.html"
    return render(request, page, {"parts": parts, "step": "payment"})


def _tender(request: VisitorRequest, contents: cart.Contents) -> Tender:
    """`?method=`: a card costs the shops its fee, so who gets what depends on how it is paid. Without it: the wallet."""
    wanted = request.GET.get("method", "")
    if wanted not in Method.values or wanted == Method.WALLET or not request.user.is_authenticated:
        return Tender()
    total = Money(contents.quote(Tender()).total, contents.place.currency)
    return payment_methods.tender(wanted, payment_methods.wallet_of(current_user(request).pk, total))
