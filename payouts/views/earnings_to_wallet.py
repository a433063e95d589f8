"""`/seller/payouts/to-wallet/`: available money goes to the owner's own wallet, at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banibs.core import events, idempotency
from banibs.core.money import InvalidAmount, Money, parse
from banibs.users.current_user import current_user
from marketplace.views.seller.access import SellerRequest, render_page, seller_required
from payments import policy as payments_policy
from payouts.earnings_to_wallet import move_to_wallet, refused_text
from payouts.reading import purses
from payouts.sending import can_send
from payouts.sending.refusals import PayoutRefused
from payouts.views.layout import tabs
from wallet import ledger


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong, and with which field; "" is the whole."""

    message: str
    field: str = ""
    status: int = 422


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
@never_cache
def to_wallet(request: SellerRequest) -> HttpResponseBase:
    """The form, and the deed: once for each press."""
    there = {
        currency: Money(held["available"], currency)
        for currency, held in ledger.seller_balances(request.shop.pk).items()
        if held["available"] > 0
    }
    if request.method != "POST":
        return _page(request, there)
    currency = request.POST.get("currency", "")
    if currency not in there:
        replayed = _replayed(request)
        if replayed is not None:
            return _done(request, replayed)
        return _page(request, there, _Problem(_("Nothing is available in this currency."), "currency"))
    try:
        amount = parse(request.POST.get("amount", ""), currency)
    except InvalidAmount:
        return _page(request, there, _Problem(_("Enter an amount such as 25 or 25.50"), "amount"))
    return _move(request, there, amount)


def _asked(request: SellerRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "").strip() for name in ("currency", "amount")}


def _replayed(request: SellerRequest) -> idempotency.Answer | None:
    """What this very press was answered before: all of it may have gone by it."""
    try:
        return idempotency.stored(
            user_id=current_user(request).pk,
            scope="earnings_to_wallet",
            key=request.POST.get("key", ""),
            request=_asked(request),
        )
    except (idempotency.KeyMissing, idempotency.KeyReused):
        return None


def _move(request: SellerRequest, there: Mapping[str, Money], amount: Money) -> HttpResponseBase:
    def effect() -> idempotency.Answer:
        actor = events.Actor.person(request.user, role="seller")
        moved = move_to_wallet(seller_id=request.shop.pk, amount=amount, actor=actor)
        return idempotency.Answer(303, {"amount": moved.amount, "currency": moved.currency})

    try:
        answer = idempotency.once(
            user_id=current_user(request).pk,
            scope="earnings_to_wallet",
            key=request.POST.get("key", ""),
            request=_asked(request),
            effect=effect,
            waits=payments_policy.SECOND_PRESS_WAITS_SECONDS,
        )
    except PayoutRefused as refused:
        return _page(request, there, _Problem(refused.message, refused.field, refused.status))
    except (idempotency.KeyMissing, idempotency.KeyReused, idempotency.InProgress):
        words = _("This page was open for a while. Nothing moved. Look at it again.")
        return _page(request, there, _Problem(words, status=409))
    return _done(request, answer)


def _done(request: SellerRequest, answer: idempotency.Answer) -> HttpResponseBase:
    amount = Money(answer.body["amount"], answer.body["currency"])
    if not answer.replayed:
        messages.success(request, _("%(amount)s of your earnings is in your wallet.") % {"amount": amount})
    return redirect(f"{reverse('wallet:wallet')}?currency={amount.currency}")


def _page(
    request: SellerRequest, there: Mapping[str, Money], problem: _Problem | None = None
) -> HttpResponseBase:
    why = can_send.seller_problem(request.shop)
    context = {
        "tabs": tabs(""),
        "there": list(there.values()),
        "currency": request.POST.get("currency") or request.GET.get("currency") or next(iter(there), ""),
        "amount": request.POST.get("amount", ""),
        "key": uuid.uuid4().hex,
        "problem": problem,
        "why": refused_text(why) if why == "account_suspended" else "",
        "paused": why == "payouts_paused",
        "hold": purses.hold(request.shop.pk) if why == "on_hold" else None,
    }
    status = problem.status if problem else 200
    return render_page(request, "seller/payouts/to_wallet.html", context, status=status)
