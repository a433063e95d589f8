"""What a person looks for in the history, read from an address; what is wrong is said beside its field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.ui.forms import LineField
from payouts.models import PayoutMethod
from payouts.reading.history import GROUPS, Looked
from payouts.reading.words import goes_to
from wallet.statement import Span

# Groups of the kinds of movements that a shop's available balance sees.
MOVEMENTS = {
    "cleared": ("funds_cleared", "reserve_released"),
    "payouts": ("payout_sent", "payout_failed", "payout_returned", "earnings_to_wallet"),
    "refunds": ("order_refunded", "refund_canceled"),
    "disputes": (
        "dispute_opened",
        "dispute_fee",
        "dispute_fee_returned",
        "dispute_won",
        "dispute_reinstated",
        "dispute_lost",
    ),
    "others": (
        "reserve_held",
        "debt_agreed",
        "debt_share",
        "debt_repaid",
        "debt_recalled",
        "written_off",
        "reversed",
    ),
}


class Looking(forms.Form):
    """Number, state, method, and days by the shop's clock, both included."""

    q = LineField(label=gettext_lazy("Number"), required=False, max_length=40)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    method = forms.ChoiceField(label=gettext_lazy("Method"), required=False)
    since = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, query: QueryDict, methods: Sequence[PayoutMethod], *, movements: bool) -> None:
        super().__init__(query, auto_id="history-%s")
        self.movements = movements
        states = {
            "waiting": _("Waiting to be sent"),
            "under-way": _("Under way"),
            "paid": _("Paid"),
            "back": _("Returned to your balance"),
            "canceled": _("Cancelled"),
        }
        kinds = {
            "cleared": _("Cleared sales"),
            "payouts": _("Payouts"),
            "refunds": _("Refunds"),
            "disputes": _("Disputes"),
            "others": _("Others"),
        }
        self._choose("status", [("", _("Everything")), *(kinds if movements else states).items()])
        self._choose("method", [("", _("Any method")), *((str(one.pk), goes_to(one)) for one in methods)])
        self.fields["status"].label = _("What") if movements else _("Status")
        if movements:
            del self.fields["method"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, object]:
        """The days in their order."""
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("Choose a day that is not before the first."))
        return said

    def _days(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        said = self.cleaned_data
        since, until = said.get("since"), said.get("until")
        return (
            _midnight(since) if since else None,
            _midnight(until + dt.timedelta(days=1)) if until and until < dt.date.max else None,
        )

    def looked(self, currency: str) -> Looked:
        """What is looked for among payouts; what is wrong leaves nothing out."""
        self.is_valid()
        said = self.cleaned_data
        since, until = self._days()
        method = said.get("method") or ""
        return Looked(
            number=said.get("q") or "",
            states=tuple(GROUPS.get(said.get("status") or "", ())),
            method=int(method) if method else None,
            currency=currency,
            since=since,
            until=until,
        )

    def span(self) -> Span:
        """What is looked for among the movements of the available balance."""
        self.is_valid()
        said = self.cleaned_data
        since, until = self._days()
        return Span(
            kinds=MOVEMENTS.get(said.get("status") or "", ()),
            since=since,
            until=until,
            reference=(said.get("q") or "").upper(),
        )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=timezone.get_current_timezone())
