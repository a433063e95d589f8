"""Why sell here, and what of a price is left."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from banibs.core.money import Money
from banibs.core.ui.forms import MoneyField
from marketplace import policy
from marketplace.models import Kind
from marketplace.pricing import fees
from marketplace.regions.lookup import Place
from marketplace.regions.visitor_request import VisitorRequest

METHODS = (("wallet", _("Wallet")), ("card", _("Card")))


class FeeForm(forms.Form):
    """A price as the buyer sees it."""

    price = MoneyField(most=policy.PRICE_MOST, label=_("Your price"), least=1)
    kind = forms.ChoiceField(label=_("What you sell"), choices=Kind.choices, initial=Kind.PHYSICAL)
    method = forms.ChoiceField(label=_("How the buyer pays"), choices=METHODS, initial="wallet")

    def __init__(self, data: dict[str, str], *, place: Place) -> None:
        super().__init__(data)
        cast(MoneyField, self.fields["price"]).currency = place.currency
        self.fields["price"].help_text = _("In %(currency)s, as buyers in %(place)s would see it.") % {
            "currency": place.currency, "place": place.name
        }  # fmt: skip


@require_safe
def sell(request: VisitorRequest) -> HttpResponse:
    """The page, with the calculator filled in from the address."""
    place: Place = request.place
    start = {"price": str(policy.SELL_EXAMPLE_PRICE), "kind": "physical", "method": "wallet"}
    asked = {name: request.GET.get(name, value) for name, value in start.items()}
    form = FeeForm(asked, place=place)
    shown: dict[str, Any] = {
        "start_url": start_url(),
        "form": form,
        "kept": None,
        "rates": {kind: f"{bps / 100:g}" for kind, bps in policy.MARKETPLACE_FEE_BPS.items()},
    }
    if form.is_valid():
        shown["kept"] = fee_example(
            form.cleaned_data["price"], form.cleaned_data["kind"], form.cleaned_data["method"], place
        )
    template = "marketplace/sell/_fee_calculator.html" if request.htmx else "marketplace/sell/sell.html"
    return render(request, template, shown, status=200 if form.is_valid() or not request.htmx else 422)


def fee_example(price: Money, kind: str, method: str, place: Place) -> dict[str, Money]:
    """What a price sold alone leaves: tax, our fee, the card's fee, and what the seller keeps."""
    rate = place.rates.get("standard", 0)
    tax = fees.tax_on(price.amount, rate, inclusive=place.tax_inclusive)
    net = fees.without_tax(price.amount, rate, inclusive=place.tax_inclusive)
    fee = fees.marketplace_fee(net, kind)
    charged = net + tax
    market = place.market
    card = [charged if method == "card" else 0]
    (processing,) = fees.processing_fees(
        card, [net - fee], bps=market.processing_bps, fixed=market.processing_fixed
    )
    parts = {
        "price": price.amount,
        "tax": tax,
        "fee": fee,
        "card_fee": processing,
        "keeps": net - fee - processing,
    }
    return {name: Money(amount, price.currency) for name, amount in parts.items()}


def start_url() -> str:
    """Where a shop is opened."""
    return reverse("seller:start")
