"""A listing: begun with a title, then described, priced, pictured and published on one page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from banibs.core import events, money
from banibs.core.states import state_machine
from banibs.core.ui.forms import LineField, NoCardNumbers
from marketplace import policy
from marketplace.models import Category, Kind, Product, TaxClass
from marketplace.regions import lookup as regions
from marketplace.sellers import listings
from marketplace.views.seller.access import SellerRequest, is_fragment, render_page, seller_required
from marketplace.views.seller.listings import listing_context, uploads
from marketplace.views.seller.listings.listing_form import (
    ListingForm,
    category_choices,
    choices_formset,
    content_of,
    typed,
)


class NewForm(NoCardNumbers, forms.Form):
    """How a listing begins."""

    title = LineField(label=gettext_lazy("Title"), max_length=120)
    kind = forms.ChoiceField(
        label=gettext_lazy("How does it reach the buyer"),
        choices=(
            (Kind.PHYSICAL, gettext_lazy("In a parcel that I post")),
            (Kind.DIGITAL, gettext_lazy("As files to download")),
        ),
        widget=forms.RadioSelect,
        initial=Kind.PHYSICAL,
    )
    category = forms.ChoiceField(label=gettext_lazy("Category"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["category"]).choices = category_choices()


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
def new(request: SellerRequest) -> HttpResponseBase:
    """Makes a draft and goes on to its page."""
    form = NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        category = Category.objects.get(pk=form.cleaned_data["category"])
        product = listings.draft(
            request.shop, title=form.cleaned_data["title"], kind=form.cleaned_data["kind"], category=category
        )
        messages.success(request, _("Your draft is kept. Buyers do not see it yet."))
        return redirect("seller:listing_edit", product.pk)
    return render_page(
        request, "seller/listings/new_listing.html", {"form": form}, status=400 if form.errors else 200
    )


@dataclass
class Outcome:
    """What a press came to: the status of the answer, and sentences to show above the form."""

    status: int = 200
    problems: list[str] = field(default_factory=list)
    refused: list[uploads.Refusal] = field(default_factory=list)
    conflict: bool = False


def own(request: SellerRequest, pk: int) -> Product:
    """The listing, if it is this shop's; else 404, whoever asks."""
    product = Product.objects.select_related("category", "seller").filter(seller=request.shop, pk=pk).first()
    if product is None:
        raise Http404
    return product


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
def edit(request: SellerRequest, pk: int) -> HttpResponseBase:
    """The page, and every button on it: each sends the whole form, so that nothing typed is ever lost."""
    product = own(request, pk)
    if request.method != "POST":
        return listing_context.stored(request, product)
    outcome = Outcome()
    outcome.refused += uploads.take(request, product)
    do = request.POST.get("do", "save")
    if do in ("save", "publish"):
        return _save(request, product, outcome, publish=do == "publish")
    if do in ("archive", "draft"):
        return _move(request, product, to="archived" if do == "archive" else "draft")
    outcome.problems += uploads.change(product, do)
    return _again(request, product, outcome, extra_choice=do == "choice", asks=uploads.asks(do))


def _again(
    request: SellerRequest, product: Product, outcome: Outcome, *, extra_choice: bool = False, asks: str = ""
) -> HttpResponseBase:
    """The page with what was typed, not judged: only a picture, a file or a choice was dealt with."""
    values, rows = typed(request.POST)
    if extra_choice and len(rows) < policy.LISTING_MOST_VARIANTS:
        rows.append({})
    form = ListingForm(initial=values)
    seen = request.POST.get("version", "")
    status = 400 if outcome.problems or outcome.refused else 200
    return listing_context.show(
        request,
        product,
        form,
        choices_formset(initial=rows),
        seen=seen,
        problems=outcome.problems,
        asks=asks,
        refused=outcome.refused,
        status=status,
    )


def _save(request: SellerRequest, product: Product, outcome: Outcome, *, publish: bool) -> HttpResponseBase:
    form, choices = ListingForm(request.POST), choices_formset(request.POST)
    version = request.POST.get("version", "")
    valid = form.is_valid()
    if not (choices.is_valid() and valid) or outcome.refused:
        status = 422 if is_fragment(request) else 400
        return listing_context.show(
            request, product, form, choices, seen=version, refused=outcome.refused, status=status
        )
    try:
        listings.save(product.pk, content_of(form, choices), seen=_moment(version))
        if publish:
            actor = events.Actor.person(request.user, role="seller")
            listings.move(product.pk, to=Product.Status.ACTIVE, actor=actor)
    except listings.Conflict as conflict:
        return listing_context.show(
            request,
            conflict.product,
            form,
            choices,
            seen=conflict.product.updated_at.isoformat(),
            conflict=True,
            status=409,
        )
    except listings.StockMoved as moved:
        return listing_context.stock_moved(request, product, form, choices, moved.left, seen=version)
    except listings.NotReady as lacking:
        product = own(request, product.pk)
        return listing_context.stored(
            request, product, problems=_linked(lacking.lacks), kept=True, status=400
        )
    except state_machine.InvalidTransition:
        pass  # pressed twice: it is on sale already, and what was typed is saved
    done = _("%(title)s is on sale.") if publish else _("%(title)s is saved.")
    messages.success(request, done % {"title": form.cleaned_data["title"]})
    return redirect(
        "seller:listings" if publish else "seller:listing_edit", *([] if publish else [product.pk])
    )


def _linked(lacks: Sequence[listings.Lack]) -> list[dict[str, str]]:
    """What is lacking, each with the field that it is given in."""
    fields = {
        "pictures": "pictures-in",
        "files": "files-in",
        "prices": f"id_price_{next(iter(regions.places()))}",
    }
    return [{"id": fields[one.part], "text": one.text} for one in lacks]


def _moment(text: str) -> dt.datetime:
    """When the page was opened; a time long past, so a conflict, when the field was tampered with."""
    try:
        return parse_datetime(text) or dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    except ValueError:
        return dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _move(request: SellerRequest, product: Product, *, to: str) -> HttpResponseBase:
    actor = events.Actor.person(request.user, role="seller")
    try:
        listings.move(product.pk, to=to, actor=actor)
        text = _("%(title)s is taken down.") if to == "archived" else _("%(title)s is a draft again.")
        messages.success(request, text % {"title": product.title})
    except state_machine.InvalidTransition:
        messages.error(
            request, _("%(title)s changed meanwhile. Nothing was done.") % {"title": product.title}
        )
    return redirect("seller:listing_edit", product.pk)


@require_safe
@seller_required
def keep(request: SellerRequest) -> HttpResponse:
    """ "You keep £36.00" for a price that is being typed; nothing for what is no price yet."""
    region = request.GET.get("region", "")
    kind, tax_class = request.GET.get("kind", ""), request.GET.get("tax_class", "")
    known = region in regions.places() and kind in Kind.values and tax_class in TaxClass.values
    if not known:
        return HttpResponse("")
    try:
        amount = money.parse(request.GET.get(f"price_{region}", ""), regions.place(region).currency)
    except money.InvalidAmount:
        return HttpResponse("")
    kept = listings.seller_share(amount.amount, region=region, kind=kind, tax_class=tax_class)
    return HttpResponse(listing_context.kept_words(kept))
