"""What the page of a listing shows: the form as stored or as typed, pictures, files, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from banibs.core.money import Money
from marketplace import policy
from marketplace.media import image_urls, virus_scan
from marketplace.models import Offer, Product, ShippingRate, Variant
from marketplace.regions import lookup as regions
from marketplace.sellers import listings
from marketplace.views.seller.access import SellerRequest, render_page
from marketplace.views.seller.listings import uploads
from marketplace.views.seller.listings.listing_form import (
    ChoiceForm,
    ListingForm,
    choices_formset,
    choices_of,
    initial_of,
)


def stored(
    request: SellerRequest,
    product: Product,
    *,
    problems: Sequence[str | dict[str, str]] = (),
    kept: bool = False,
    status: int = 200,
) -> HttpResponseBase:
    """The page as the listing is stored. `kept`: it was saved, though `problems` keep it off sale."""
    variants = list(Variant.objects.filter(product=product, active=True).order_by("position", "pk"))
    offers = list(Offer.objects.filter(product=product, variant__active=True).order_by("pk"))
    form = ListingForm(initial=initial_of(product, variants, offers))
    choices = choices_formset(initial=choices_of(variants, offers) or [{}])
    seen = product.updated_at.isoformat()
    return show(request, product, form, choices, seen=seen, problems=problems, kept=kept, status=status)


def stock_moved(
    request: SellerRequest,
    product: Product,
    form: ListingForm,
    choices: forms.BaseFormSet[Any],
    left: Mapping[int, int | None],
    *,
    seen: str,
) -> HttpResponseBase:
    """The page again: pieces were sold while a number was changed. The next press is taken at its word."""
    for row in choices.forms:
        pk = row.cleaned_data.get("pk")
        if pk in left:
            now = left[pk]
            row.data = row.data.copy()
            row.data[row.add_prefix("seen")] = "" if now is None else str(now)
            sold = _("It changed while this page was open: %(left)s are there now.") % {"left": now}
            row.add_error("stock", sold)
    return show(request, product, form, choices, seen=seen, status=409)


def show(
    request: SellerRequest,
    product: Product,
    form: ListingForm,
    choices: forms.BaseFormSet[Any],
    *,
    seen: str,
    problems: Sequence[str | dict[str, str]] = (),
    refused: Sequence[uploads.Refusal] = (),
    conflict: bool = False,
    kept: bool = False,
    asks: str = "",
    status: int = 200,
) -> HttpResponseBase:
    """The page with this form. `asks`: the button ("remove:12", "file:7") that is asked about before it is meant."""
    rates = set(ShippingRate.objects.filter(seller=request.shop).values_list("region_id", flat=True))
    context = {
        "product": product,
        "form": form,
        "choices": choices,
        "seen": seen,
        "problems": problems,
        "conflict": conflict,
        "kept": kept,
        "summary": _summary(form, choices) + _refused_uploads(refused),
        "refused": {
            "pictures": [one.text for one in refused if one.field == uploads.PICTURES],
            "files": [one.text for one in refused if one.field == uploads.FILES],
        },
        "scanner": virus_scan.configured(),
        "prices": [
            _price(form, product, place, sends=place.code in rates) for place in regions.places().values()
        ],
        "gallery": [
            {
                "picture": picture,
                "asks": asks == f"remove:{picture.pk}",
                "url": image_urls.address(picture.path, 240),
            }
            for picture in product.images.all()
        ],
        "files": [{"file": file, "asks": asks == f"file:{file.pk}"} for file in product.files.all()]
        if product.kind == "digital"
        else [],
        "full": len(choices.forms) >= policy.LISTING_MOST_VARIANTS,
    }
    return render_page(request, "seller/listings/edit_listing.html", context, status=status)


def _refused_uploads(refused: Sequence[uploads.Refusal]) -> list[dict[str, str]]:
    """Refusals of pictures, files and their limits, each with the field to go to."""
    labels = {uploads.PICTURES: _("Pictures"), uploads.FILES: _("Files")}
    return [
        {"id": one.field, "label": labels.get(one.field, _("Downloads")), "text": one.text} for one in refused
    ]


def _price(form: ListingForm, product: Product, place: regions.Place, *, sends: bool) -> dict[str, Any]:
    """A region's line of the price list: its fields, what is kept of the price, whether parcels go there."""
    field = form[f"price_{place.code}"]
    value = form.initial.get(f"price_{place.code}")
    kept = None
    if isinstance(value, Money):
        kept = listings.seller_share(
            value.amount, region=place.code, kind=product.kind, tax_class=product.tax_class
        )
    return {
        "place": place,
        "price": field,
        "value": field.field.widget.format_value(field.value()) or "",
        "before": form[f"before_{place.code}"],
        "kept": kept_words(kept) if kept else "",
        "sends": sends or product.kind == "digital",
    }


def kept_words(kept: listings.SellerShare) -> SafeString:
    """ "You keep £36.00" and where the rest goes."""
    if kept.tax:
        rest = _("%(fee)s fee, %(tax)s tax") % {"fee": kept.fee, "tax": kept.tax}
    else:
        rest = _("%(fee)s fee") % {"fee": kept.fee}
    return format_html("<strong>{}</strong> {}", _("You keep %(kept)s") % {"kept": kept.kept}, rest)


def _summary(form: ListingForm, choices: forms.BaseFormSet[Any]) -> list[dict[str, str]]:
    """Every error of the page with the field to go to."""
    if not form.is_bound:
        return []
    found = [
        {"id": form[name].id_for_label, "label": str(form[name].label), "text": str(error)}
        for name, errors in form.errors.items()
        if name in form.fields
        for error in errors
    ]
    for n, row in enumerate(choices.forms, start=1):
        assert isinstance(row, ChoiceForm)
        found += [
            {
                "id": row[name].id_for_label,
                "label": _("Variant %(n)d, %(field)s") % {"n": n, "field": row[name].label},
                "text": str(error),
            }
            for name, errors in row.errors.items()
            if name in row.fields
            for error in errors
        ]
    return found + [
        {"id": "choices", "label": _("Variants"), "text": str(error)} for error in choices.non_form_errors()
    ]
