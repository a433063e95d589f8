"""The treasury's part of a payout's page: naming rate and quantity, and settling with the transaction's hash."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core import policy as core_policy
from banibs.core.money import Money
from banibs.core.ui import quantities
from banibs.core.ui.forms import LineField, MoneyField, NoCardNumbers, TextField
from banibs.users.current_user import current_user
from marketplace.regions.visitor_request import VisitorRequest
from payments.gateways import outcomes
from payouts import policy
from payouts.models import CryptoOffer, Payout, PayoutAttempt
from payouts.providers import sealed
from payouts.sending import treasury, treasury_actions
from payouts.sending.refusals import PayoutRefused
from payouts.views.staff.asking import ask

PageContext = dict[str, object]


class OfferForm(NoCardNumbers, forms.Form):
    """How much of the coin the seller would get."""

    quantity = forms.DecimalField(
        label=gettext_lazy("How much of the coin"),
        help_text=gettext_lazy("The seller sees it with the rate that follows, and accepts or declines."),
        max_digits=33,
        decimal_places=18,
        min_value=Decimal("0.000000000000000001"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )


class SettleForm(NoCardNumbers, forms.Form):
    """What became of it. A second person agrees before it is booked."""

    outcome = forms.ChoiceField(label=gettext_lazy("What became of it"), widget=forms.RadioSelect)
    transaction = LineField(
        label=gettext_lazy("Hash of the transaction"),
        help_text=gettext_lazy("Of the one that sent it, or of the one that brought it back"),
        max_length=120,
        required=False,
    )
    came = MoneyField(label=gettext_lazy("What came back"), least=1, required=False)
    settle_reason = TextField(
        label=gettext_lazy("Why"),
        max_length=core_policy.STAFF_REASON_MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, payout: Payout, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.payout = payout
        came = self.fields["came"]
        if isinstance(came, MoneyField):
            came.currency = payout.currency
        wanted = (
            [treasury_actions.RETURNED]
            if payout.status == Payout.Status.PAID
            else [treasury_actions.SENT, treasury_actions.NOT_SENT]
        )
        self.fields["outcome"] = forms.ChoiceField(
            label=gettext_lazy("What became of it"),
            choices=[(name, treasury_actions.OUTCOMES[name]) for name in wanted],
            widget=forms.RadioSelect,
            initial=wanted[0],
        )
        if payout.status != Payout.Status.PAID:
            del self.fields["came"]

    def clean(self) -> None:
        """A sending names its transaction; what came back names how much."""
        super().clean()
        said = self.cleaned_data
        if said.get("outcome") == treasury_actions.SENT:
            try:
                said["transaction"] = treasury.clean_hash(
                    self.payout.method.network, said.get("transaction", "")
                )
            except PayoutRefused as refused:
                self.add_error("transaction", refused.message)
        if said.get("outcome") == treasury_actions.RETURNED and not said.get("came"):
            self.add_error("came", _("Say how much."))


def offered(request: VisitorRequest, payout: Payout, form: OfferForm) -> HttpResponse | None:
    """Makes the offer; None where the form is not filled in. Raises PayoutRefused."""
    if not form.is_valid():
        return None
    treasury.make_offer(payout.pk, user=current_user(request), quantity=form.cleaned_data["quantity"])
    within = quantities.duration(policy.OFFER_STANDS_FOR)
    messages.success(request, _("The seller sees it now, and has %(within)s to accept.") % {"within": within})
    return redirect("admin:payout", payout.pk)


def settled(request: VisitorRequest, payout: Payout, form: SettleForm) -> HttpResponse | None:
    """Asks a second person to book it; None where the form is not filled in. Raises PayoutRefused, Tampered."""
    attempt = payout.attempts.filter(number=payout.attempt, provider="crypto").first()
    if attempt is None:
        raise PayoutRefused("invalid_transition", _("It does not wait for the treasury."))
    if not form.is_valid():
        return None
    said = form.cleaned_data
    came: Money | None = said.get("came")
    payload = treasury_actions.settlement_of(
        payout,
        attempt,
        outcome=said["outcome"],
        transaction=said.get("transaction", ""),
        came=came.amount if came else 0,
    )
    return ask(request, payout, treasury_actions.NAME, payload, said["settle_reason"])


def shown(payout: Payout, attempts: Sequence[PayoutAttempt]) -> PageContext:
    """What the page shows of the treasury's part; nothing for other providers. At most one statement."""
    attempt = attempts[-1] if attempts else None
    if attempt is None or attempt.provider != "crypto":
        return {"crypto": False}
    offers = list(CryptoOffer.objects.filter(attempt=attempt).select_related("made_by").order_by("-pk"))
    newest = offers[0] if offers else None
    waits = payout.status in treasury.OUT
    accepted = waits and newest is not None and newest.state == CryptoOffer.State.ACCEPTED
    return {
        "crypto": True,
        "offers": offers,
        "can_offer": waits and not (newest and newest.state in ("open", "accepted")),
        "can_settle": waits or payout.status == Payout.Status.PAID,
        "address": _address(payout) if accepted else "",
        "explorer": treasury.explorer_url(payout.method.network, attempt.external_id),
        "transaction": attempt.external_id,
    }


def _address(payout: Payout) -> str:
    """Where it is sent: opened only once the seller has accepted."""
    try:
        return str(sealed.destination(payout.method).get("address", ""))
    except outcomes.Refused as lost:
        return lost.for_staff
