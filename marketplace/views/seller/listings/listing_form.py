"""The form of a listing: its texts, a price per region, its choices. What was typed is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.money import Money
from banibs.core.ui.forms import LineField, MoneyField, NoCardNumbers, TextField
from marketplace import policy
from marketplace.catalogue import categories
from marketplace.models import Offer, Product, TaxClass, Variant
from marketplace.regions import lookup as regions
from marketplace.sellers import listings, rich_text
from marketplace.sellers.listings import Choice, Content, Price, Stock


def category_choices() -> list[Any]:
    """The tree as a select shows it: departments as groups; one without categories stands alone."""
    grouped: list[Any] = [("", _("Choose one"))]
    for department in categories.departments():
        if department.children:
            below = [(str(child.id), child.name) for child in department.children]
            grouped.append(
                (
                    department.name,
                    [(str(department.id), _("All of %(name)s") % {"name": department.name}), *below],
                )
            )
        else:
            grouped.append((str(department.id), department.name))
    return grouped


class ListingForm(NoCardNumbers, forms.Form):
    """All but the choices: texts, and for every region a price and what it was before."""

    title = LineField(label=gettext_lazy("Title"), max_length=120)
    category = forms.ChoiceField(label=gettext_lazy("Category"))
    summary = LineField(
        label=gettext_lazy("In one sentence"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("It shows below the title and in search results."),
    )
    description = TextField(
        label=gettext_lazy("Description"),
        max_length=policy.RICH_TEXT_MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=gettext_lazy(
            "An empty line begins a paragraph. “- ” makes a list, “## ” a heading, **stars** strong words."
        ),
    )
    materials = LineField(label=gettext_lazy("Materials"), max_length=200, required=False)
    tax_class = forms.ChoiceField(
        label=gettext_lazy("Tax class"),
        choices=TaxClass.choices,
        help_text=gettext_lazy("Standard fits nearly everything. BANIBS collects the tax and passes it on."),
    )
    option1 = LineField(label=gettext_lazy("Option"), max_length=30, required=False)
    option2 = LineField(label=gettext_lazy("Second option"), max_length=30, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["category"]).choices = category_choices()
        self.fields["option1"].widget.attrs["placeholder"] = _("Size")
        self.fields["option2"].widget.attrs["placeholder"] = _("Colour")
        for place in regions.places().values():
            names = {"place": place.name, "currency": place.currency}
            price = MoneyField(
                most=policy.PRICE_MOST,
                currency=place.currency,
                least=1,
                required=False,
                label=_("Price in %(place)s") % names,
            )
            before = MoneyField(
                most=policy.PRICE_MOST,
                currency=place.currency,
                least=1,
                required=False,
                label=_("Compare-at price in %(place)s") % names,
            )
            self.fields[f"price_{place.code}"] = price
            self.fields[f"before_{place.code}"] = before

    def clean(self) -> dict[str, Any]:
        """A price before is higher than the price, and there is a price."""
        cleaned = super().clean() or {}
        for code in regions.places():
            price, before = cleaned.get(f"price_{code}"), cleaned.get(f"before_{code}")
            if before and not price and f"price_{code}" not in self.errors:
                self.add_error(f"price_{code}", _("Say what it costs now"))
            elif before and price and not listings.is_reduced(price.amount, before.amount):
                self.add_error(
                    f"before_{code}", _("The compare-at price is higher than the price, or left empty")
                )
        return cleaned

    def prices(self) -> dict[str, Price]:
        """The regions where it is sold, of a valid form."""
        found = {}
        for code in regions.places():
            price, before = self.cleaned_data[f"price_{code}"], self.cleaned_data[f"before_{code}"]
            if price:
                found[code] = Price(price.amount, before.amount if before else None)
        return found


class ChoiceForm(NoCardNumbers, forms.Form):
    """One choice: what it is called, how many there are, and prices that differ from the listing's."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    value1 = LineField(label=gettext_lazy("Option value"), max_length=40, required=False)
    value2 = LineField(label=gettext_lazy("Second option value"), max_length=40, required=False)
    sku = LineField(label=gettext_lazy("SKU"), max_length=40, required=False)
    stock = forms.IntegerField(
        label=gettext_lazy("In stock"),
        required=False,
        min_value=0,
        max_value=policy.VARIANT_MOST_STOCK,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in regions.places().values():
            self.fields[f"own_{place.code}"] = MoneyField(
                most=policy.PRICE_MOST, currency=place.currency, least=1, required=False, label=place.name
            )

    def clean_seen(self) -> int | None:
        """The number that stood there when the page was opened."""
        text = self.cleaned_data["seen"]
        return int(text) if text.isascii() and text.isdigit() else None

    def own_fields(self) -> list[forms.BoundField]:
        """The fields of prices that differ."""
        return [self[f"own_{code}"] for code in regions.places()]


def wanted_rows(choices: forms.BaseFormSet[ChoiceForm]) -> list[ChoiceForm]:
    """The rows that stay: valid, not taken out, and really sent. More may be announced than are there."""
    return [
        row
        for row in choices.forms
        if row not in choices.deleted_forms and row.is_valid() and "value1" in row.cleaned_data
    ]


class _Choices(forms.BaseFormSet[ChoiceForm]):
    def clean(self) -> None:
        """Two choices never look the same, and where there are more than one each has a name."""
        kept = wanted_rows(self)
        named = [(form.cleaned_data["value1"], form.cleaned_data["value2"]) for form in kept]
        for at in listings.repeated_choices(named):
            kept[at].add_error("value1", ValidationError(_("This variant is listed twice"), code="twice"))
        for at in listings.unnamed_choices(named):
            kept[at].add_error("value1", ValidationError(_("Give this variant a name"), code="required"))


def choices_formset(
    data: QueryDict | None = None, *, initial: Sequence[Mapping[str, Any]] | None = None
) -> forms.BaseFormSet[ChoiceForm]:
    """The choices of a listing as a set of forms."""
    made = forms.formset_factory(
        ChoiceForm,
        formset=_Choices,
        extra=0,
        can_delete=True,
        min_num=1,
        max_num=policy.LISTING_MOST_VARIANTS,
        absolute_max=policy.LISTING_MOST_VARIANTS,
        validate_max=True,
    )
    return made(data, prefix="c", initial=initial)


def initial_of(product: Product, variants: Sequence[Variant], offers: Sequence[Offer]) -> dict[str, Any]:
    """What the form shows of a listing as it is stored."""
    names = list(variants[0].options) if variants else []
    initial: dict[str, Any] = {
        "title": product.title,
        "category": str(product.category_id),
        "summary": product.summary,
        "description": rich_text.to_text(product.description_html),
        "materials": product.materials,
        "tax_class": product.tax_class,
        "option1": names[0] if names else "",
        "option2": names[1] if len(names) > 1 else "",
    }
    base = _base_prices(variants, offers)
    for code, offer in base.items():
        currency = regions.place(code).currency
        initial[f"price_{code}"] = Money(offer.amount, currency)
        initial[f"before_{code}"] = Money(offer.compare_at, currency) if offer.compare_at else None
    return initial


def _base_prices(variants: Sequence[Variant], offers: Sequence[Offer]) -> dict[str, Offer]:
    """The first choice's prices stand for the listing; the others' that differ are their own."""
    order = {variant.pk: n for n, variant in enumerate(variants)}
    base: dict[str, Offer] = {}
    for offer in sorted(offers, key=lambda one: order.get(one.variant_id, len(order))):
        base.setdefault(offer.region_id, offer)
    return base


def choices_of(variants: Sequence[Variant], offers: Sequence[Offer]) -> list[dict[str, Any]]:
    """What the choices show of variants as they are stored."""
    base = _base_prices(variants, offers)
    rows = []
    for variant in variants:
        values = list(variant.options.values())
        row = {
            "pk": variant.pk,
            "seen": "" if variant.stock is None else str(variant.stock),
            "value1": values[0] if values else variant.name,
            "value2": values[1] if len(values) > 1 else "",
            "sku": variant.sku,
            "stock": variant.stock,
        }
        for offer in offers:
            if offer.variant_id == variant.pk and offer.amount != base[offer.region_id].amount:
                row[f"own_{offer.region_id}"] = Money(offer.amount, regions.place(offer.region_id).currency)
        rows.append(row)
    return rows


def typed(data: QueryDict) -> tuple[dict[str, str], list[dict[str, str]]]:
    """What was typed, as it was typed, for a page that was not sent to be saved (a picture was moved)."""
    total = data.get("c-TOTAL_FORMS", "1")
    count = (
        min(int(total), policy.LISTING_MOST_VARIANTS)
        if total.isascii() and total.isdigit() and len(total) < 4
        else 1
    )
    rows: list[dict[str, str]] = []
    for n in range(count):
        start = f"c-{n}-"
        row = {key.removeprefix(start): value for key, value in data.items() if key.startswith(start)}
        if not row.pop("DELETE", ""):
            rows.append({key: str(value) for key, value in row.items()})
    return {key: str(value) for key, value in data.items()}, rows


def content_of(form: ListingForm, choices: forms.BaseFormSet[ChoiceForm]) -> Content:
    """A valid form and its choices as `listings.save` wants them."""
    data = form.cleaned_data
    columns: Mapping[str, Any] = {
        "title": data["title"],
        "category_id": int(data["category"]),
        "summary": data["summary"],
        "description_html": rich_text.from_text(data["description"]),
        "materials": data["materials"],
        "tax_class": data["tax_class"],
    }
    names = [data["option1"] or _("Option"), data["option2"]]
    rows = [_choice(row.cleaned_data, names) for row in wanted_rows(choices)]
    return Content(columns, form.prices(), rows)


def _choice(row: Mapping[str, Any], names: Sequence[str]) -> Choice:
    values = (row["value1"], row["value2"])
    options = {name: value for name, value in zip(names, values, strict=True) if name and value}
    own = {code: row[f"own_{code}"].amount for code in regions.places() if row[f"own_{code}"]}
    return Choice(row["pk"], options, row["sku"], Stock(wanted=row["stock"], seen=row["seen"]), own)
