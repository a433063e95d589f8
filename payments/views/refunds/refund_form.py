"""The form of a refund, for shops and for staff: what goes back, why, and what happens to the goods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.money import Money
from banibs.core.ui.forms import MoneyField, NoCardNumbers, TextField
from marketplace.models import Order, OrderLine
from marketplace.pricing.shares import DELIVERY
from payments import policy
from payments.models import RefundReason
from payments.refunds.preview import Preview, preview
from payments.refunds.refused import RefundRefused
from payments.refunds.wanted import Wanted

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.http import QueryDict

EVERYTHING, LINES, AMOUNT = "everything", "lines", "amount"


class RefundForm(NoCardNumbers, forms.Form):
    """Everything that is left, some of the lines by number, or one amount. `found` is its preview, once it is valid.

    A line that has nothing left to give is not asked about.
    """

    what = forms.ChoiceField(
        label=gettext_lazy("What goes back"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what goes back.")},
    )
    amount = MoneyField(label=gettext_lazy("Amount"), required=False, least=1)
    delivery = MoneyField(label=gettext_lazy("Of the delivery"), required=False)
    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        error_messages={"required": gettext_lazy("Choose a reason. The buyer reads it.")},
    )
    note = TextField(
        label=gettext_lazy("Message to the buyer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("They read it in their email and on the order."),
    )
    restock = forms.BooleanField(
        label=gettext_lazy("Put what goes back on sale again"),
        required=False,
        help_text=gettext_lazy("Only whole items count, none of a part of the price."),
    )

    found: Preview

    def __init__(self, order: Order, lines: Sequence[OrderLine], data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"what": EVERYTHING})
        self.order = order
        left = order.money(order.total - order.refunded)
        delivery = order.total - sum(line.total for line in lines) - order.refunded_shipping
        self._choices("what", [
            (EVERYTHING, _("Everything that is left, %(amount)s") % {"amount": left}),
            (LINES, _("Some of the items")),
            (AMOUNT, _("An amount")),
        ])  # fmt: skip
        self._choices("reason", [("", _("Choose")), *RefundReason.chosen()])
        self.fields["note"].validators.append(_short_enough)
        for name, most in (("amount", left.amount), ("delivery", delivery)):
            field = self.fields[name]
            if isinstance(field, MoneyField):
                field.currency = order.currency
                field.help_text = _("At most %(left)s.") % {"left": order.money(most)}
        if not delivery:
            del self.fields["delivery"]
        self._lines = {line.pk: line for line in lines if _goes_back(line)}
        for line in self._lines.values():
            self.fields[_name(line)] = _units(line)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    @property
    def why(self) -> str:
        """The reason that was chosen, in words."""
        return str(RefundReason(self.cleaned_data["reason"]).label)

    def items(self) -> list[tuple[OrderLine, BoundField, Money]]:
        """The lines that have something to give, each with its field and what of its price is left."""
        return [
            (line, self[_name(line)], self.order.money(line.total - line.refunded))
            for line in self._lines.values()
        ]

    def clean(self) -> dict[str, object]:
        """Draws what is wanted, so that what cannot go back is said beside its field."""
        said = self.cleaned_data
        if self.errors:
            return said
        try:
            self.found = preview(self.order, self.wanted())
        except RefundRefused as refusal:
            self.add_error(self._field_of(refusal), refusal.message)
        return said

    def wanted(self) -> Wanted:
        """What was chosen, as the verb takes it."""
        said = self.cleaned_data
        if said["what"] == EVERYTHING:
            return Wanted(everything=True)
        if said["what"] == AMOUNT:
            return Wanted(amount=said["amount"].amount if said.get("amount") else 0)
        delivery = said.get("delivery")
        units = {pk: said.get(_name(line)) or 0 for pk, line in self._lines.items()}
        return Wanted(
            lines={pk: count for pk, count in units.items() if count},
            amounts={DELIVERY: delivery.amount} if delivery else {},
        )

    def _field_of(self, refusal: RefundRefused) -> str | None:
        if self.cleaned_data["what"] == AMOUNT:
            return "amount"
        if refusal.line == DELIVERY and "delivery" in self.fields:
            return "delivery"
        line = self._lines.get(refusal.line or 0)
        return _name(line) if line else "what"


def _goes_back(line: OrderLine) -> bool:
    return line.refunded_units < line.quantity and (not line.total or line.refunded < line.total)


def _name(line: OrderLine) -> str:
    return f"units_{line.pk}"


def _units(line: OrderLine) -> forms.IntegerField:
    left = line.quantity - line.refunded_units
    return forms.IntegerField(
        label=line.title,
        required=False,
        min_value=0,
        max_value=left,
        initial=0,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "max_value": _("At most %(left)s are left.") % {"left": left},
            "min_value": _("Enter 0 or more."),
        },
    )


def _short_enough(text: str) -> None:
    most = policy.REFUND_NOTE_MOST_CHARACTERS
    if len(text) > most:
        raise forms.ValidationError(_("Write at most %(most)s characters.") % {"most": most})
