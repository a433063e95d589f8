"""The three steps of "Schedule a payout". What was said stands in the address: Back loses nothing, and no step needs
another's session.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.money import Money
from banibs.core.ui.forms import MoneyField, NoCardNumbers
from payouts.models import PayoutMethod
from payouts.reading.purses import Purse
from payouts.reading.words import LAST_DAY
from payouts.schedules.due_dates import Rule
from payouts.sending import can_send
from payouts.sending.refusals import PayoutRefused, waits_text
from payouts.sending.request_payout import check_currency, check_limits

FRIDAY = 4
NOW, ONCE, WEEKLY, MONTHLY = "now", "date", "weekly", "monthly"
# What is asked beside each choice.
NEEDED = {
    ONCE: {"date", "minimum"},
    WEEKLY: {"weekday", "minimum"},
    MONTHLY: {"month_day", "minimum"},
}
FIRST = ("currency", "amount", "all", "method")
SECOND = ("when", "date", "weekday", "month_day", "minimum")


class AmountForm(NoCardNumbers, forms.Form):
    """Step 1: how much, and where to."""

    amount = MoneyField(label=gettext_lazy("Amount"), required=False)
    all = forms.BooleanField(label=gettext_lazy("Pay out all that is available"), required=False)
    method = forms.ChoiceField(
        label=gettext_lazy("Send it to"), error_messages={"required": gettext_lazy("Choose where it goes.")}
    )

    def __init__(self, purse: Purse, methods: Sequence[PayoutMethod], data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.purse = purse
        self.methods = {str(one.pk): one for one in methods}
        field = self.fields["amount"]
        assert isinstance(field, MoneyField)
        field.currency = purse.currency
        choice = self.fields["method"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(key, str(one)) for key, one in self.methods.items()]

    @property
    def chosen(self) -> PayoutMethod:
        """The destination of a form that is valid."""
        return self.methods[self.cleaned_data["method"]]

    @property
    def amount_wanted(self) -> Money | None:
        """The fixed amount of a form that is valid; None for all that is available."""
        amount: Money | None = self.cleaned_data["amount"]
        return None if self.cleaned_data["all"] else amount

    def clean(self) -> dict[str, object]:
        """What the destination takes, and what is there."""
        said = super().clean() or {}
        method = self.methods.get(str(said.get("method", "")))
        amount: Money | None = said.get("amount")
        if method is not None and method.state != PayoutMethod.State.VERIFIED:
            self.add_error("method", waits_text("method_not_verified"))
        if said.get("all"):
            self.errors.pop("amount", None)
            said["amount"] = None
        elif amount is None and "amount" not in self.errors:
            self.add_error("amount", _("Enter an amount, or choose to pay out all."))
        elif amount is not None and amount > self.purse.can_pay:
            self.add_error("amount", _("%(there)s is available.") % {"there": self.purse.can_pay})
        if method is not None:
            self._ask(method, None if said.get("all") else amount)
        return said

    def _ask(self, method: PayoutMethod, amount: Money | None) -> None:
        try:
            check_currency(method, self.purse.currency)
            if amount is not None and "amount" not in self.errors:
                check_limits(method, amount)
        except PayoutRefused as refused:
            self.add_error(refused.field or None, refused.message)


class WhenForm(NoCardNumbers, forms.Form):
    """Step 2: now, on a date, or every week or month; by itself only from an amount on."""

    when = forms.ChoiceField(
        choices=[(NOW, ""), (ONCE, ""), (WEEKLY, ""), (MONTHLY, "")],
        error_messages={"required": gettext_lazy("Choose when it goes.")},
    )
    date = forms.DateField(
        label=gettext_lazy("Date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    weekday = forms.ChoiceField(label=gettext_lazy("Weekday"), required=False)
    month_day = forms.ChoiceField(label=gettext_lazy("Day of the month"), required=False)
    minimum = MoneyField(label=gettext_lazy("Only if at least"), required=False)

    def __init__(
        self,
        first: AmountForm,
        *,
        today: dt.date,
        furthest: dt.date,
        not_now: str,
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data)
        self.first, self.today, self.furthest, self.not_now = first, today, furthest, not_now
        days = [(str(day), str(day)) for day in range(1, LAST_DAY)]
        for name, choices in (
            ("weekday", [(str(number), str(word)) for number, word in WEEKDAYS.items()]),
            ("month_day", [*days, (str(LAST_DAY), _("the last day"))]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        minimum = self.fields["minimum"]
        assert isinstance(minimum, MoneyField)
        minimum.currency = first.purse.currency
        self.fields["date"].widget.attrs |= {
            "min": (today + dt.timedelta(days=1)).isoformat(),
            "max": furthest.isoformat(),
        }

    def clean(self) -> dict[str, object]:
        """Whether it can go now, or on that day. What belongs to another choice does not matter."""
        said = super().clean() or {}
        when = str(said.get("when", ""))
        for name in {"date", "weekday", "month_day", "minimum"} - NEEDED.get(when, set()):
            self.errors.pop(name, None)
        if when == NOW and self.not_now:
            self.add_error("when", self.not_now)
        on = said.get("date")
        if (
            when == ONCE
            and "date" not in self.errors
            and (on is None or not self.today < on <= self.furthest)
        ):
            first = self.today + dt.timedelta(days=1)
            self.add_error(
                "date",
                _("Choose a date from %(first)s to %(last)s.")
                % {"first": date_format(first, "j F Y"), "last": date_format(self.furthest, "j F Y")},
            )
        return said

    @property
    def rule(self) -> Rule | None:
        """When it goes, of a form that is valid; None: now."""
        said = self.cleaned_data
        if said["when"] == ONCE:
            return Rule("once", on=said["date"])
        if said["when"] == WEEKLY:
            return Rule("weekly", weekday=int(said["weekday"] or FRIDAY))
        if said["when"] == MONTHLY:
            return Rule("monthly", month_day=int(said["month_day"] or LAST_DAY))
        return None


def why_not_now(purse: Purse, method: PayoutMethod, amount: Money | None, *, shop_waits: str) -> str:
    """Why it cannot go now, in words, or nothing. `shop_waits`: the code of what holds the shop back. Two statements."""
    if shop_waits:
        return waits_text(shop_waits)
    problem = can_send.method_problem(method)
    if problem:
        return waits_text(problem)
    try:
        check_limits(method, amount or purse.can_pay)
    except PayoutRefused as refused:
        return f"{_('%(there)s is available.') % {'there': purse.can_pay}} {refused.message}"
    return ""


def kept(query: QueryDict, *names: str) -> list[tuple[str, str]]:
    """What an address says of earlier steps, to hand on."""
    return [(name, str(query[name])) for name in names if query.get(name)]
