"""The forms of destinations. What the rules of `payouts.methods` refuse stands beside its field."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.ui.forms import LineField
from payouts import crypto_addresses
from payouts.methods import offers, wise_fields
from payouts.methods.refusals import MethodRefused
from payouts.models import PayoutMethod
from payouts.models.methods import NAME_LENGTH

Kind = PayoutMethod.Kind
# Choices that other fields follow: choosing another fetches its fields.
FOLLOWED = ("currency", "asset")
_PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
_STATES = 2


class NameForm(forms.Form):
    """The seller's own word for a destination."""

    name = LineField(
        label=gettext_lazy("Your name for it"),
        help_text=gettext_lazy("Such as “Business account”. Only you see it."),
        max_length=NAME_LENGTH,
        required=False,
    )


class MethodForm(NameForm):
    """The fields of a kind of destination, as far as they follow from what was chosen."""

    def __init__(
        self, kind: str, data: Mapping[str, str] | None = None, *, initial: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.kind = kind
        self.chosen = dict(data if data is not None else initial or {})
        fields = {Kind.PAYPAL: self._paypal, Kind.WISE: self._wise, Kind.CRYPTO: self._crypto}[Kind(kind)]()
        self.fields = {**fields, "name": self.fields["name"]}

    @property
    def followed(self) -> tuple[str, ...]:
        """Names of the choices that other fields follow."""
        return FOLLOWED

    def refuse(self, refused: MethodRefused) -> None:
        """Puts what is wrong beside its fields. A secret that was typed is not shown again."""
        for name, message in (refused.fields or {"": refused.message}).items():
            self.add_error(name if name in self.fields else None, message)
        if refused.secret:
            self.data = {**self.chosen, "address": ""}

    def typed(self) -> dict[str, str]:
        """What was sent, as text."""
        return {name: value for name, value in self.chosen.items() if isinstance(value, str)}

    def _paypal(self) -> dict[str, forms.Field]:
        return {
            "email": forms.CharField(
                label=_("Email address of your PayPal account"),
                max_length=254,
                widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            )
        }

    def _wise(self) -> dict[str, forms.Field]:
        currencies = offers.wise_currencies()
        if self.chosen.get("currency") not in currencies:
            self.chosen["currency"] = currencies[0]
            self.initial["currency"] = currencies[0]
        currency = self.chosen["currency"]
        recipient = wise_fields.RECIPIENTS[currency]
        return {
            "currency": forms.ChoiceField(
                label=_("Currency of the account"), choices=[(one, one) for one in currencies]
            ),
            "legal_type": forms.ChoiceField(
                label=_("The account belongs to"),
                choices=[("PRIVATE", _("A person")), ("BUSINESS", _("A company"))],
            ),
            "holder": LineField(
                label=_("Name of the account’s holder"),
                help_text=_("As the bank has it."),
                max_length=100,
                widget=forms.TextInput(attrs={"autocomplete": "name"}),
            ),
            **{field.name: _field(field) for field in recipient.fields},
            **(_us_address() if currency in wise_fields.ADDRESS_ASKED else {}),
        }

    def _crypto(self) -> dict[str, forms.Field]:
        assets = crypto_addresses.ASSETS
        if self.chosen.get("asset") not in assets:
            self.chosen["asset"] = next(iter(assets))
        coin = assets[self.chosen["asset"]]
        networks = [(one, crypto_addresses.NETWORKS[one].name) for one in coin.networks]
        return {
            "asset": forms.ChoiceField(
                label=_("Coin"), choices=[(one.code, one.name) for one in assets.values()]
            ),
            "network": forms.ChoiceField(
                label=_("Network"),
                choices=networks,
                help_text=_("It has to be the network of your address: on another one the money is lost."),
            ),
            "address": forms.CharField(
                label=_("Address"),
                help_text=_("Copy it from your wallet. Never paste a private key."),
                max_length=200,
                widget=forms.TextInput(attrs=_PLAIN),
            ),
            "last_signs": forms.CharField(
                label=_("Last six signs of the address"),
                help_text=_("Only for an address without capital letters: type them, do not paste."),
                required=False,
                max_length=20,
                widget=forms.TextInput(attrs=_PLAIN),
            ),
        }


def _field(field: wise_fields.Field) -> forms.Field:
    if field.choices:
        return forms.ChoiceField(label=str(field.label), choices=list(field.choices))
    return forms.CharField(
        label=str(field.label),
        help_text=str(field.hint),
        max_length=60,
        widget=forms.TextInput(attrs=_PLAIN),
    )


def _us_address() -> dict[str, forms.Field]:
    return {
        "firstLine": LineField(label=_("Street and number"), max_length=100),
        "city": LineField(label=_("City"), max_length=60),
        "state": LineField(label=_("State"), help_text=_("Two letters, such as GA."), max_length=_STATES),
        "postCode": LineField(label=_("ZIP code"), max_length=10),
    }
