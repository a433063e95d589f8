"""What a shop says of itself, as forms."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.ui.forms import LineField, NoCardNumbers, TextField
from banibs.users.addresses import address_formats
from marketplace import policy
from marketplace.models import CancelPolicy, ReturnPaidBy
from marketplace.sellers import rich_text, shops, time_zones

Choices = list[tuple[str, str | list[tuple[str, str]]]]
PROMISES = ("return_days", "return_paid_by", "cancel_policy")


def countries(first: Collection[str] = ()) -> Choices:
    """Every country by its name in the page's language: a shop may stand anywhere. Those of `first` come first."""
    listed: Choices = [("", _("Choose one"))]
    for group, rows in address_formats.grouped(address_formats.countries(), first=first):
        listed += [(group, rows)] if group else rows
    return listed


# Choosing a country fetches the question for its time zone; without script a button does (`_time_zone.html`).
ASKS_FOR_ZONE = {
    "hx-post": "",
    "hx-vals": '{"change": "1"}',
    "hx-target": "#zone",
    "hx-swap": "outerHTML",
}


class PlaceForm(NoCardNumbers, forms.Form):
    """Where the shop is and what it says of itself; the texts that opening and settings share."""

    country = forms.ChoiceField(label=gettext_lazy("Country"))
    city = LineField(label=gettext_lazy("Town or city"), max_length=80)
    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        error_messages={
            "required": gettext_lazy("Choose the time zone of your shop."),
            "invalid_choice": gettext_lazy("Choose the time zone of your shop."),
        },
        help_text=gettext_lazy("Your country has several. Your orders and months go by this one."),
    )
    tagline = LineField(
        label=gettext_lazy("In one sentence"),
        max_length=140,
        help_text=gettext_lazy("What you make, as you would say it to a neighbour."),
    )
    story = TextField(
        label=gettext_lazy("Your story"),
        max_length=policy.RICH_TEXT_MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy("Who makes it, where, since when. An empty line begins a paragraph."),
    )

    def __init__(self, *args: Any, first: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["country"]).choices = countries(first)
        self.fields["country"].widget.attrs |= ASKS_FOR_ZONE
        zones = time_zones.choices(self._country())
        if len(zones) > 1:
            cast(forms.ChoiceField, self.fields["timezone"]).choices = [("", _("Choose one")), *zones]
        else:
            del self.fields["timezone"]

    def _country(self) -> str:
        """The country just chosen, else the shop's own."""
        asked = (
            self.data.get(self.add_prefix("country"), "")
            if self.is_bound
            else self.initial.get("country", "")
        )
        return str(asked)

    def texts(self) -> dict[str, Any]:
        """The columns of the shop that the form holds, of a valid form."""
        data = self.cleaned_data
        return {
            "country": data["country"],
            "city": data["city"],
            "timezone": data.get("timezone") or time_zones.zones_of(data["country"])[0],
            "tagline": data["tagline"],
            "story_html": rich_text.from_text(data["story"]),
        }


class StartForm(PlaceForm):
    """Opening a shop."""

    name = LineField(label=gettext_lazy("Name of your shop"), max_length=80)
    field_order = ("name", "country", "city", "timezone", "tagline", "story")

    def clean_name(self) -> str:
        """A name that nobody else has."""
        name: str = self.cleaned_data["name"]
        problem = shops.name_problem(name)
        if problem:
            raise ValidationError(problem, code="name")
        return name


class ProfileForm(PlaceForm):
    """Changing what a shop says of itself."""

    name = LineField(label=gettext_lazy("Name of your shop"), max_length=80)
    maker = LineField(label=gettext_lazy("Who makes it"), max_length=80, required=False)
    quote = LineField(
        label=gettext_lazy("In your own words"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("One thing you say about your work. It shows large on your page."),
    )
    logo = forms.FileField(
        label=gettext_lazy("Upload a logo"),
        required=False,
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic"}
        ),
    )
    returns = TextField(
        label=gettext_lazy("Returns"),
        max_length=policy.RICH_TEXT_MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("How long a buyer may return an item, and who pays the postage."),
    )
    return_days = forms.IntegerField(
        label=gettext_lazy("Days to return"),
        min_value=0,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        help_text=gettext_lazy("0: nothing comes back. Where the law gives a buyer more days, those hold."),
    )
    return_paid_by = forms.ChoiceField(
        label=gettext_lazy("Who pays the way back"), choices=ReturnPaidBy.choices, widget=forms.RadioSelect
    )
    cancel_policy = forms.ChoiceField(
        label=gettext_lazy("A buyer cancels before it is sent"),
        choices=CancelPolicy.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Choose the second if you begin to make it when it is ordered."),
    )
    field_order = ("name", "country", "city", "timezone", "tagline", "maker", "quote", "story", "returns")

    def clean_name(self) -> str:
        """A name; the address of the shop stays what it was."""
        name: str = self.cleaned_data["name"]
        if shops.is_short(name):
            raise ValidationError(shops.short_name(), code="name")
        return name

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in PROMISES:
            if (
                self.is_bound and name not in self.data
            ):  # a page from before they were asked: they stay as they are
                del self.fields[name]

    def clean_return_days(self) -> int:
        """A year at most: nobody keeps a promise for longer."""
        days: int = self.cleaned_data["return_days"]
        if problem := shops.return_days_problem(days):
            raise ValidationError(problem, code="return_days")
        return days

    def texts(self) -> dict[str, Any]:
        """All columns that the form holds."""
        data = self.cleaned_data
        return {
            **super().texts(),
            "name": data["name"],
            "maker": data["maker"],
            "quote": data["quote"],
            "returns_html": rich_text.from_text(data["returns"]),
            **{name: data[name] for name in PROMISES if name in data},
        }
