"""Settings of a shop: what it says of itself, where it sends, and a pause."""

from __future__ import annotations

from typing import Any

import structlog
from django import forms
from django.contrib import messages
from django.db import DatabaseError, InterfaceError
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from banibs.core import clock, events
from banibs.core.money import Money
from banibs.core.states import state_machine
from banibs.core.ui.forms import MoneyField, NoCardNumbers
from marketplace import policy
from marketplace.media import image_uploads, logos
from marketplace.models import Seller, ShippingRate
from marketplace.regions import lookup as regions
from marketplace.sellers import rich_text, shops, time_zones
from marketplace.views.seller.access import SellerRequest, is_fragment, render_page, seller_required
from marketplace.views.seller.listings import uploads
from marketplace.views.seller.shop_forms import ProfileForm

log = structlog.get_logger(__name__)


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
def profile(request: SellerRequest) -> HttpResponseBase:
    """Name, place, story, logo, returns."""
    shop = request.shop
    if "change" in request.POST:  # the country alone: its time zones with what was typed, and no complaints
        form = ProfileForm(initial=request.POST.dict())
        if request.htmx:
            return render(request, "seller/_time_zone.html", {"form": form})
        return render_page(request, "seller/settings/shop_profile.html", {"form": form})
    form = ProfileForm(request.POST or None, initial=_profile(shop))
    if request.method == "POST":
        _logo(request, form)
        if form.is_valid():
            shops.change(shop, texts=form.texts())
            messages.success(request, _("Your shop's page is saved."))
            return redirect("seller:settings")
    return render_page(
        request, "seller/settings/shop_profile.html", {"form": form}, status=400 if form.errors else 200
    )


def _profile(shop: Seller) -> dict[str, Any]:
    names = (
        *("name", "country", "city", "tagline", "maker", "quote"),
        *("return_days", "return_paid_by", "cancel_policy"),
    )
    texts = {"story": rich_text.to_text(shop.story_html), "returns": rich_text.to_text(shop.returns_html)}
    zone = time_zones.zone_name(shop)
    return {**{name: getattr(shop, name) for name in names}, "timezone": zone, **texts}


def _logo(request: SellerRequest, form: ProfileForm) -> None:
    """Keeps or drops the logo at once; a refusal stands beside its field, and nothing typed is lost."""
    if request.POST.get("drop_logo"):
        logos.remove(request.shop)
    upload = request.FILES.get("logo")
    if upload is None:
        return
    try:
        logos.replace(request.shop, upload)
    except image_uploads.UnsupportedImage as refusal:
        form.add_error("logo", refusal.message)
    except (DatabaseError, InterfaceError):
        raise
    except (
        Exception
    ) as error:  # a storage of any kind may fail in any way; what was typed must not go with it
        log.exception("upload.failed", error=type(error).__name__)
        name = _("Your logo")
        form.add_error("logo", uploads.no_room(name) if uploads.is_full(error) else uploads.not_kept(name))


class RateForm(forms.Form):
    """One region's rate. Without a price for the parcel nothing is sent there."""

    min_days = forms.IntegerField(
        label=gettext_lazy("Days, at least"), required=False, min_value=1, max_value=policy.DELIVERY_MOST_DAYS
    )
    max_days = forms.IntegerField(
        label=gettext_lazy("At most"), required=False, min_value=1, max_value=policy.DELIVERY_MOST_DAYS
    )

    def __init__(self, place: regions.Place, data: Any, *, initial: dict[str, Any]) -> None:
        super().__init__(data, prefix=place.code, initial=initial)
        self.place = place
        currency = place.currency
        self.fields["flat"] = MoneyField(
            most=policy.PRICE_MOST, label=_("Per parcel"), currency=currency, required=False
        )
        self.fields["per_item"] = MoneyField(
            most=policy.PRICE_MOST, label=_("Per item"), currency=currency, required=False
        )
        self.order_fields(["flat", "per_item", "min_days", "max_days"])
        for name in ("min_days", "max_days"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def clean(self) -> dict[str, Any]:
        """A rate is whole: a price for the parcel, and days in order."""
        data = super().clean() or {}
        if data.get("flat") is None and "flat" not in self.errors:
            if any(data.get(name) is not None for name in ("per_item", "min_days", "max_days")):
                self.add_error("flat", _("Say what a parcel costs; 0 is free delivery"))
        elif (data.get("min_days") or 3) > (data.get("max_days") or max(7, data.get("min_days") or 3)):
            self.add_error("max_days", _("Not fewer than at least"))
        return data

    def rate(self) -> shops.Rate | None:
        """The rate of a valid form; None where nothing is sent."""
        data = self.cleaned_data
        if data["flat"] is None:
            return None
        least = data["min_days"] or 3
        return shops.Rate(
            region=self.place.code,
            flat=data["flat"].amount,
            per_item=data["per_item"].amount if data["per_item"] else 0,
            min_days=least,
            max_days=data["max_days"] or max(7, least),
        )


def _rate_forms(data: Any, rates: dict[str, ShippingRate]) -> list[RateForm]:
    made = []
    for place in regions.places().values():
        rate = rates.get(place.code)
        initial = {}
        if rate is not None:
            initial = {
                "flat": Money(rate.flat, place.currency),
                "per_item": Money(rate.per_item, place.currency),
                "min_days": rate.min_days,
                "max_days": rate.max_days,
            }
        made.append(RateForm(place, data, initial=initial))
    return made


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
def delivery(request: SellerRequest) -> HttpResponseBase:
    """Where parcels go, for how much, in how many days."""
    rates = {rate.region_id: rate for rate in ShippingRate.objects.filter(seller=request.shop)}
    rate_forms = _rate_forms(request.POST or None, rates)
    valid = [form.is_valid() for form in rate_forms]  # each of them is asked, for its errors to be shown
    if request.method == "POST" and all(valid):
        shops.set_rates(request.shop, rates=[rate for form in rate_forms if (rate := form.rate())])
        messages.success(request, _("Your delivery rates are saved."))
        return redirect("seller:delivery")
    errors = [
        {
            "id": form[name].id_for_label,
            "label": f"{form.place.name}, {form.fields[name].label}",
            "text": error,
        }
        for form in rate_forms
        for name, found in form.errors.items()
        for error in found
    ]
    context = {"rates": rate_forms, "summary": errors, **_trial(request, rates)}
    return render_page(request, "seller/settings/delivery_rates.html", context, status=400 if errors else 200)


@require_safe
@seller_required
def try_delivery(request: SellerRequest) -> HttpResponseBase:
    """What a buyer somewhere would pay for a parcel, by the rates as they are saved."""
    rates = {rate.region_id: rate for rate in ShippingRate.objects.filter(seller=request.shop)}
    if not is_fragment(request):
        query = request.GET.urlencode()
        return redirect(f"{reverse('seller:delivery')}?{query}#try")
    return render_page(request, "seller/settings/delivery_rates.html#answer", _trial(request, rates))


def _trial(request: SellerRequest, rates: dict[str, ShippingRate]) -> dict[str, Any]:
    """The test's question and its answer."""
    code = request.GET.get("to", "")
    text = request.GET.get("pieces", "1")
    pieces = int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 100 else 1
    place = regions.places().get(code)
    rate = rates.get(code)
    return {
        "places": regions.places().values(),
        "try_to": place,
        "try_pieces": pieces,
        "try_rate": rate,
        "try_cost": shops.delivery_costs(rate, pieces=pieces) if rate else None,
    }


class PauseForm(NoCardNumbers, forms.Form):
    """When the shop is back."""

    until = forms.DateField(
        label=gettext_lazy("Back on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Buyers see the day. Your shop opens by itself on it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
def pause(request: SellerRequest) -> HttpResponseBase:
    """Closes the shop for a while, or opens it again."""
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        until = form.cleaned_data["until"]
        opening = request.POST.get("do") == "open"
        if until and until <= clock.now().date() and not opening:
            form.add_error("until", _("A day that is still to come"))
        else:
            return _pause(request, to="active" if opening else "paused", until=until)
    return render_page(
        request, "seller/settings/pause_shop.html", {"form": form}, status=400 if form.errors else 200
    )


def _pause(request: SellerRequest, *, to: str, until: Any) -> HttpResponseBase:
    actor = events.Actor.person(request.user, role="seller")
    try:
        shops.move(request.shop.pk, to=to, actor=actor, until=until)
        words = _("Your shop is open again.") if to == "active" else _("Your shop is paused.")
        messages.success(request, words)
    except shops.ShopRefusal as refusal:
        messages.error(request, refusal.message)
    except state_machine.InvalidTransition:
        messages.error(request, _("Your shop changed meanwhile. Nothing was done."))
    return redirect("seller:pause")
