"""`/admin/desk/treasury/`: where BANIBS's money is by the books, and asking to book that it was moved. Two people decide."""

from __future__ import annotations

import secrets
from typing import cast

from babel.numbers import is_currency
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banibs.core import idempotency
from banibs.core import policy as core_policy
from banibs.core.money import Money
from banibs.core.ui.forms import LineField, MoneyField, NoCardNumbers, TextField
from banibs.users.current_user import current_user
from wallet import accounts, approvals, ledger
from wallet.approvals import move_treasury

PageContext = dict[str, object]


class TreasuryForm(NoCardNumbers, forms.Form):
    """From where, to where, how much, and why."""

    source = forms.ChoiceField(label=_("From"), choices=list(move_treasury.SOURCES.items()))
    target = forms.ChoiceField(label=_("To"), choices=list(move_treasury.PLACES.items()))
    currency = LineField(label=_("Currency"), help_text=_("Three letters: USD, GBP, NGN"), max_length=3)
    amount = MoneyField(label=_("Amount"), least=1)
    reason = TextField(
        label=_("Reason"),
        help_text=_("With the bank's own reference, so that an accountant finds it"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=core_policy.STAFF_REASON_MOST_CHARACTERS,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        asked = str(data.get("currency", "")).strip().upper() if data else ""
        if is_currency(asked):
            cast(MoneyField, self.fields["amount"]).currency = asked

    def clean_currency(self) -> str:
        """A currency that exists."""
        currency = str(self.cleaned_data["currency"]).upper()
        if not is_currency(currency):
            raise forms.ValidationError(_t("There is no such currency."))
        return currency

    def clean_target(self) -> str:
        """Another place than it comes from."""
        target = str(self.cleaned_data["target"])
        if target == self.cleaned_data.get("source"):
            raise forms.ValidationError(_t("It is there already. Choose another place."))
        return target


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def show(request: HttpRequest, site: PageContext) -> HttpResponse:
    """What is where, and the form. Nothing moves before a second person agrees."""
    if not request.user.has_perm(move_treasury.ACTION.asks):
        raise PermissionDenied
    form = TreasuryForm(request.POST if request.method == "POST" else None)
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            return _asked(request, form)
        except (idempotency.KeyMissing, idempotency.KeyReused, idempotency.InProgress):
            problem = _t("This page was sent before. See what became of it, then ask again.")
        except approvals.NotAllowed:
            raise PermissionDenied from None
    context: PageContext = {
        **site,
        "title": _t("BANIBS's own money"),
        "form": form,
        "problem": problem,
        "places": places(),
        "key": secrets.token_urlsafe(16),
    }
    status = 422 if problem or form.errors else 200
    return render(request, "admin/wallet/treasury.html", context, status=status)


def _asked(request: HttpRequest, form: TreasuryForm) -> HttpResponse:
    person, said = current_user(request), form.cleaned_data
    amount: Money = said["amount"]

    def effect() -> idempotency.Answer:
        approval = move_treasury.request_move(
            requester=person,
            source=said["source"],
            target=said["target"],
            amount=amount,
            reason=said["reason"],
        )
        return idempotency.Answer(202, {"approval": approval.pk})

    answer = idempotency.once(
        user_id=person.pk,
        scope=move_treasury.NAME,
        key=request.POST.get("key", ""),
        request={
            **move_treasury.payload_of(source=said["source"], target=said["target"], amount=amount),
            "reason": said["reason"],
        },
        effect=effect,
    )
    messages.success(request, _t("Asked for. Somebody else must agree before it is booked."))
    return redirect("admin:wallet_approval_change", answer.body["approval"])


def places() -> list[tuple[str, list[Money]]]:
    """Each place of BANIBS's money with what the books say is there, by currency. One statement a place and currency set."""
    held = ledger.balances([accounts.clearing(name) for name in move_treasury.PLACES])
    rows: dict[str, list[Money]] = {name: [] for name in move_treasury.PLACES}
    for currency, by_code in sorted(held.items()):
        for name in move_treasury.PLACES:
            amount = -by_code.get(accounts.clearing(name), 0)
            if amount:
                rows[name].append(Money(amount, currency))
    return [(str(move_treasury.PLACES[name]), amounts) for name, amounts in rows.items()]
