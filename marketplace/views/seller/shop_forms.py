"""What a shop says of itself, as forms."""

from __future__ import annotations

from typing import Any, cast

from babel import Locale
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.ui import quantities
from banibs.core.ui.forms import NoCardNumbers
from banibs.core.validators import one_line
from marketplace import policy
from marketplace.sellers import rich_text, shops

# Codes that CLDR lists beside the countries of ISO 3166.
_NO_COUNTRY = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}


def countries() -> list[tuple[str, str]]:
    """Every country by its name in the page's language: a shop may stand anywhere."""
    territories = Locale.parse(translation.get_language() or "en-gb", sep="-").territories
    named = [(code, name) for code, name in territories.items() if len(code) == 2 and code not in _NO_COUNTRY]
    return [("", _("Choose one")), *sorted(named, key=lambda pair: pair[1])]


class PlaceForm(NoCardNumbers, forms.Form):
    """Where the shop is and what it says of itself; the texts that opening and settings share."""

    country = forms.ChoiceField(label=gettext_lazy("Country"))
    city = forms.CharField(label=gettext_lazy("Town or city"), max_length=80, validators=[one_line])
    tagline = forms.CharField(
        label=gettext_lazy("In one sentence"),
        max_length=140,
        validators=[one_line],
        help_text=gettext_lazy("What you make, as you would say it to a neighbour."),
    )
    story = forms.CharField(
        label=gettext_lazy("Your story"),
        max_length=policy.RICH_TEXT_MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=gettext_lazy("Who makes it, where, since when. An empty line begins a paragraph."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["country"]).choices = countries()

    def texts(self) -> dict[str, Any]:
        """The columns of the shop that the form holds, of a valid form."""
        data = self.cleaned_data
        return {
            "country": data["country"],
            "city": data["city"],
            "tagline": data["tagline"],
            "story_html": rich_text.from_text(data["story"]),
        }


class StartForm(PlaceForm):
    """Opening a shop."""

    name = forms.CharField(label=gettext_lazy("Name of your shop"), max_length=80, validators=[one_line])
    field_order = ("name", "country", "city", "tagline", "story")

    def clean_name(self) -> str:
        """A name that makes an address nobody else has."""
        name: str = self.cleaned_data["name"]
        problem = shops.slug_problem(shops.slug_of(name))
        if problem:
            raise ValidationError(problem, code="name")
        return name


class ProfileForm(PlaceForm):
    """Changing what a shop says of itself."""

    name = forms.CharField(label=gettext_lazy("Name of your shop"), max_length=80, validators=[one_line])
    maker = forms.CharField(
        label=gettext_lazy("Who makes it"), max_length=80, required=False, validators=[one_line]
    )
    quote = forms.CharField(
        label=gettext_lazy("In your own words"),
        max_length=240,
        required=False,
        validators=[one_line],
        help_text=gettext_lazy("One thing you say about your work. It shows large on your page."),
    )
    logo = forms.FileField(
        label=gettext_lazy("Upload a logo"),
        required=False,
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif,.heic"}
        ),
    )
    returns = forms.CharField(
        label=gettext_lazy("Returns"),
        max_length=policy.RICH_TEXT_MOST_CHARACTERS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("How long a buyer may return an item, and who pays the postage."),
    )
    field_order = ("name", "country", "city", "tagline", "maker", "quote", "story", "returns")

    def clean_name(self) -> str:
        """A name; the address of the shop stays what it was."""
        name: str = self.cleaned_data["name"]
        if len(shops.slug_of(name)) < policy.SHOP_NAME_LEAST_CHARACTERS:
            raise ValidationError(
                _("A shop's name needs at least %(least)s letters or figures")
                % {"least": quantities.number(policy.SHOP_NAME_LEAST_CHARACTERS)},
                code="name",
            )
        return name

    def texts(self) -> dict[str, Any]:
        """All columns that the form holds."""
        data = self.cleaned_data
        return {
            **super().texts(),
            "name": data["name"],
            "maker": data["maker"],
            "quote": data["quote"],
            "returns_html": rich_text.from_text(data["returns"]),
        }
