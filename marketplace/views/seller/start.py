"""Opening a shop: one form, then the checklist until the doors are open."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banibs.core import events
from banibs.core.states import state_machine
from banibs.core.text import shown_line
from banibs.core.ui import icons
from banibs.users.models import User
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.sellers import shops
from marketplace.views.seller import access
from marketplace.views.seller.access import SellerRequest, is_fragment, seller_required
from marketplace.views.seller.shop_forms import StartForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def start(request: VisitorRequest) -> HttpResponseBase:
    """Asks for a name, a place and a story, and makes a shop that is not open yet. One per person."""
    if access.own_shop(request.user.pk) is not None:
        return redirect("seller:home")
    if "change" in request.POST:  # the country alone: its time zones with what was typed, and no complaints
        form = StartForm(initial=request.POST.dict(), first=request.place.countries)
        return render(
            request, "seller/_time_zone.html" if request.htmx else "seller/start.html", {"form": form}
        )
    form = StartForm(request.POST or None, first=request.place.countries)
    if request.method == "POST" and form.is_valid():
        assert isinstance(request.user, User)
        try:
            shops.open_draft(request.user, name=form.cleaned_data["name"], texts=form.texts())
        except shops.ShopRefusal as refusal:
            form.add_error(refusal.field or None, refusal.message)
        else:
            messages.success(request, _("Your shop is created. Two more steps, and it can open."))
            return redirect("seller:home")
    status = (422 if is_fragment(request) else 400) if form.errors else 200
    return render(request, "seller/start.html", {"form": form}, status=status)


@require_safe
@login_required
def name(request: VisitorRequest) -> HttpResponse:
    """Whether a name is free, for the line below its field. Asked when the field is left."""
    typed = shown_line(request.GET.get("name", "")[:80])
    if not typed:
        return HttpResponse("")
    problem, slug = shops.name_problem(typed), shops.address_for(typed)
    if problem:
        line = format_html(
            '<span class="error-text">{}<span>{}</span></span>', icons.icon("circle-alert"), problem
        )
    elif not slug:
        line = format_html('<span class="hint">{}</span>', _("Free. Your shop’s address will have a number"))
    else:
        where = _("Free. Your shop’s address will be %(address)s") % {"address": f"/shops/{slug}/"}
        line = format_html('<span class="hint">{}</span>', where)
    return HttpResponse(line)


@require_POST
@seller_required
def open_shop(request: SellerRequest) -> HttpResponseBase:
    """Opens the doors for the first time, or says what is missing."""
    try:
        actor = events.Actor.person(request.user, role="seller")
        shops.move(request.shop.pk, to="active", actor=actor)
        messages.success(request, _("%(shop)s is open. Welcome to the market.") % {"shop": request.shop.name})
    except shops.ShopRefusal as refusal:
        messages.error(request, refusal.message)
    except state_machine.InvalidTransition:
        messages.error(request, _("Your shop cannot be opened from here. Nothing was changed."))
    return redirect("seller:home")
