"""The press of the wizard's last button: a payout is asked for, or a schedule set, once however often it is pressed."""

from __future__ import annotations

from typing import TypedDict

from django.urls import reverse
from django.utils.translation import gettext as _

from banibs.core import events, idempotency
from banibs.core.money import Money
from banibs.users.current_user import current_user
from marketplace.views.seller.access import SellerRequest
from payments import policy as payments_policy
from payouts.reading import words
from payouts.schedules import changes
from payouts.sending.request_payout import request_payout
from payouts.views import signed_quotes
from payouts.views.schedules.wizard_form import AmountForm, WhenForm


class Press(TypedDict):
    """What `idempotency` knows a press of the button by."""

    user_id: int
    scope: str
    key: str
    request: dict[str, str]


def press(request: SellerRequest) -> Press:
    """This press: the same form sent twice is the same."""
    said = {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    return {
        "user_id": current_user(request).pk,
        "scope": f"payout-wizard:{request.shop.pk}",
        "key": request.POST.get("key", ""),
        "request": said | {"asked": request.GET.urlencode()},
    }


def done_before(request: SellerRequest) -> str:
    """Where the first press of this very button led to; nothing when there was none."""
    try:
        answer = idempotency.stored(**press(request))
    except (idempotency.KeyMissing, idempotency.KeyReused):
        return ""
    return str(answer.body["url"]) if answer else ""


def do(request: SellerRequest, first: AmountForm, second: WhenForm) -> idempotency.Answer:
    """Asks for the payout or sets the schedule. Raises PayoutRefused, and what `idempotency.once` raises."""

    def effect() -> idempotency.Answer:
        return _set(request, first, second) if second.rule else _pay(request, first)

    return idempotency.once(**press(request), effect=effect, waits=payments_policy.SECOND_PRESS_WAITS_SECONDS)


def _pay(request: SellerRequest, first: AmountForm) -> idempotency.Answer:
    amount = first.amount_wanted or first.purse.can_pay
    payout = request_payout(
        seller_id=request.shop.pk,
        method_id=first.chosen.pk,
        amount=amount,
        user_id=request.user.pk,
        actor=events.Actor.person(request.user, role="seller"),
        quote=signed_quotes.confirmed(request.POST.get("quote", ""), amount),
    )
    said = _("%(amount)s is on its way to %(to)s.") % {
        "amount": payout.money,
        "to": words.goes_to(payout.method),
    }
    return idempotency.Answer(303, {"url": reverse("payouts:payout", args=[payout.number]), "said": said})


def _set(request: SellerRequest, first: AmountForm, second: WhenForm) -> idempotency.Answer:
    rule, least = second.rule, second.cleaned_data["minimum"]
    assert rule is not None
    row = changes.create_schedule(
        seller_id=request.shop.pk,
        wanted=changes.Wanted(
            method_id=first.chosen.pk,
            currency=first.purse.currency,
            rule=rule,
            amount=first.amount_wanted,
            minimum=least.amount if isinstance(least, Money) else 0,
        ),
        user_id=current_user(request).pk,
        actor=events.Actor.person(request.user, role="seller"),
    )
    said = _("Set: %(amount)s is paid out %(when)s.") % {
        "amount": words.amount_of(row),
        "when": words.when_due(row),
    }
    return idempotency.Answer(303, {"url": reverse("payouts:schedules"), "said": said})
