"""All listings of a shop: found, filtered, and their stock and price changed where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from banibs.core.db import keyset_pagination
from banibs.core.money import Money
from banibs.core.ui.forms import MoneyField
from marketplace import policy
from marketplace.media import image_urls
from marketplace.models import Offer, Product, Variant
from marketplace.regions import lookup as regions
from marketplace.sellers import listings as rules
from marketplace.views.seller.access import SellerRequest, is_fragment, render_page, seller_required
from marketplace.views.seller.listings.listing_edit import own

_live = Variant.objects.filter(product=OuterRef("pk"), active=True)
_sold_out = Exists(_live) & ~Exists(_live.exclude(stock=0))


def tabs() -> dict[str, Q]:
    """What the list is narrowed to: the tab's name → its listings."""
    low = Q(Exists(_live.filter(stock__lte=policy.SHOP_LOW_STOCK)))
    return {
        "": Q(),
        "active": Q(status=Product.Status.ACTIVE),
        "low": Q(status=Product.Status.ACTIVE) & low,
        "sold-out": Q(status=Product.Status.ACTIVE) & Q(_sold_out),
        "draft": Q(status=Product.Status.DRAFT),
        "archived": Q(status=Product.Status.ARCHIVED),
    }


@dataclass(frozen=True)
class Row:
    """A listing as the list prints it."""

    product: Product
    variants: Sequence[Variant]
    offers: Sequence[Offer]

    @property
    def state(self) -> str:
        """Its state, or that there is nothing left of it."""
        stocks = [variant.stock for variant in self.variants]
        if self.product.status == Product.Status.ACTIVE and stocks and all(stock == 0 for stock in stocks):
            return "sold_out"
        return str(self.product.status)

    @property
    def stock(self) -> int | None:
        """How many pieces of all choices; None when one of them is without end."""
        stocks = [variant.stock for variant in self.variants]
        return None if None in stocks else sum(stock or 0 for stock in stocks)

    @property
    def low(self) -> int:
        """How many of its choices are nearly sold out."""
        return sum(
            variant.stock is not None and variant.stock <= policy.SHOP_LOW_STOCK for variant in self.variants
        )

    @property
    def region(self) -> str:
        """The region whose price is shown, the first of those where it is sold; "" for none."""
        sold_in = {offer.region_id for offer in self.offers}
        return next((code for code in regions.places() if code in sold_in), "")

    @property
    def prices(self) -> Money | None:
        """The lowest price in that region."""
        amounts = [offer.amount for offer in self.offers if offer.region_id == self.region]
        return Money(min(amounts), regions.place(self.region).currency) if amounts else None

    @property
    def elsewhere(self) -> int:
        """In how many other regions it is sold."""
        return max(0, len({offer.region_id for offer in self.offers}) - 1)

    @property
    def picture(self) -> str:
        """The address of its cover; "" for none."""
        return image_urls.address(self.product.cover, 240)


def rows(products: QuerySet[Product] | Sequence[Product]) -> list[Row]:
    """Rows of products whose variants and offers are loaded."""
    return [Row(product, list(product.variants.all()), list(product.offers.all())) for product in products]


def _loaded(products: QuerySet[Product]) -> QuerySet[Product]:
    variants = Variant.objects.filter(active=True).order_by("position", "pk")
    offers = Offer.objects.filter(variant__active=True).order_by("pk")
    return products.prefetch_related(Prefetch("variants", variants), Prefetch("offers", offers))


@require_safe
@seller_required
def listings(request: SellerRequest) -> HttpResponseBase:
    """The list, a tab for each state."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[: policy.SEARCH_MOST_CHARACTERS]
    chosen = request.GET.get("status", "")
    mine = Product.objects.filter(seller=request.shop)
    if text:
        mine = mine.filter(Q(title__icontains=text) | Q(Exists(_live.filter(sku__icontains=text))))
    found = keyset_pagination.page(_loaded(mine.filter(tabs().get(chosen, Q()))), request.GET)
    context = {
        "rows": rows(found.rows),
        "pages": found.links(request.GET),
        "text": text,
        "chosen": chosen,
        "filtered": bool(text or chosen),
        "tabs": _tabs(mine, chosen, text),
    }
    template = (
        "seller/listings/listing_list.html#results"
        if is_fragment(request)
        else "seller/listings/listing_list.html"
    )
    return render_page(request, template, context)


def _tabs(mine: QuerySet[Product], chosen: str, text: str) -> list[dict[str, Any]]:
    words = {
        "": _("All"),
        "active": _("On sale"),
        "low": _("Nearly sold out"),
        "sold-out": _("Sold out"),
        "draft": _("Drafts"),
        "archived": _("Taken down"),
    }
    names = {status: f"n_{status.replace('-', '_')}" for status in words}
    counts = mine.aggregate(**{names[status]: Count("pk", filter=where) for status, where in tabs().items()})
    search = f"&q={text}" if text else ""
    return [
        {
            "url": f"?status={status}{search}",
            "name": word,
            "count": counts[names[status]],
            "current": status == chosen,
        }
        for status, word in words.items()
    ]


class QuickForm(forms.Form):
    """Stock and price of every choice of a listing, in one region."""

    def __init__(self, row: Row, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        currency = regions.place(row.region).currency
        amounts = {offer.variant_id: offer.amount for offer in row.offers if offer.region_id == row.region}
        for variant in row.variants:
            seen = "" if variant.stock is None else str(variant.stock)
            self.fields[f"seen_{variant.pk}"] = forms.CharField(
                required=False, initial=seen, max_length=12, widget=forms.HiddenInput
            )
            self.fields[f"stock_{variant.pk}"] = forms.IntegerField(
                label=_("Stock, %(choice)s") % {"choice": variant.name} if variant.name else _("Stock"),
                required=False,
                min_value=0,
                max_value=policy.VARIANT_MOST_STOCK,
                initial=variant.stock,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )
            if variant.pk in amounts:
                self.fields[f"amount_{variant.pk}"] = MoneyField(
                    most=policy.PRICE_MOST,
                    label=_("Price, %(currency)s") % {"currency": currency},
                    currency=currency,
                    least=1,
                    initial=Money(amounts[variant.pk], currency),
                )

    def lines(self) -> list[dict[str, Any]]:
        """The fields of each choice."""
        return [
            {
                "variant": variant,
                "stock": self[f"stock_{variant.pk}"],
                "amount": self[f"amount_{variant.pk}"] if f"amount_{variant.pk}" in self.fields else None,
            }
            for variant in self.row.variants
        ]

    def stocks(self) -> dict[int, rules.Stock]:
        """The numbers, by variant, of a valid form."""
        found = {}
        for variant in self.row.variants:
            seen = self.cleaned_data[f"seen_{variant.pk}"]
            number = int(seen) if seen.isascii() and seen.isdigit() else None
            found[variant.pk] = rules.Stock(wanted=self.cleaned_data[f"stock_{variant.pk}"], seen=number)
        return found

    def amounts(self) -> dict[int, int]:
        """The prices, by variant, of a valid form."""
        return {
            variant.pk: self.cleaned_data[f"amount_{variant.pk}"].amount
            for variant in self.row.variants
            if f"amount_{variant.pk}" in self.fields
        }


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
def quick(request: SellerRequest, pk: int) -> HttpResponseBase:
    """Stock and price of one listing: a row of the list for htmx, a page of its own without."""
    own(request, pk)
    row = _row(request, pk)
    form = QuickForm(row, request.POST or None)
    if request.method != "POST" or not form.is_valid():
        status = (422 if is_fragment(request) else 400) if form.errors else 200
        return _quick(request, row, form, status=status)
    try:
        rules.restock(row.product, region=row.region, stocks=form.stocks(), amounts=form.amounts())
    except rules.StockMoved as moved:
        return _quick(request, _row(request, pk), _moved(form, moved), status=409)
    if is_fragment(request):
        return render_page(
            request, "seller/listings/listing_list.html#row", {"row": _row(request, pk), "saved": True}
        )
    messages.success(request, _("%(title)s is saved.") % {"title": row.product.title})
    return redirect("seller:listings")


def _row(request: SellerRequest, pk: int) -> Row:
    return rows(_loaded(Product.objects.filter(seller=request.shop, pk=pk)))[0]


def _quick(request: SellerRequest, row: Row, form: QuickForm, *, status: int) -> HttpResponseBase:
    template = (
        "seller/listings/_quick_edit.html" if is_fragment(request) else "seller/listings/quick_edit.html"
    )
    place = regions.place(row.region)
    return render_page(
        request, template, {"row": row, "product": row.product, "form": form, "place": place}, status=status
    )


def _moved(form: QuickForm, moved: rules.StockMoved) -> QuickForm:
    """The form again with what is there now beside what was typed; the next press is taken at its word."""
    seen = {f"seen_{pk}": "" if left is None else str(left) for pk, left in moved.left.items()}
    form.data = {**dict(form.data.items()), **seen}
    for pk, left in moved.left.items():
        form.add_error(f"stock_{pk}", _("Some were sold meanwhile: %(left)s are there now.") % {"left": left})
    return form
