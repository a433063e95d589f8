"""`/seller/payouts/schedule/1..3/`: amount and method, when, confirm. Each step is a page of its own and works without
JavaScript; what is wrong is said on the step where it was said.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banibs.core import idempotency
from marketplace.sellers import time_zones
from marketplace.views.seller.access import SellerRequest, render_page, seller_required
from payouts import policy
from payouts.models import PayoutMethod
from payouts.providers.interface import PROVIDERS
from payouts.reading import purses
from payouts.schedules.rules import today_of
from payouts.sending import can_send
from payouts.sending.refusals import PayoutRefused
from payouts.views import signed_quotes
from payouts.views.layout import methods_url
from payouts.views.schedules import wizard_deed
from payouts.views.schedules.wizard_form import FIRST, SECOND, AmountForm, WhenForm, kept, why_not_now
from payouts.views.signed_quotes import asked_quote
from wallet.payout_pause import payouts_paused

LAST_STEP = 3
_STEPS = {
    1: "seller/payouts/schedule/step_1.html",
    2: "seller/payouts/schedule/step_2.html",
    3: "seller/payouts/schedule/step_3.html",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The steps as an address says them."""

    first: AmountForm
    second: WhenForm | None
    everything: list[purses.Purse]


@require_http_methods(["GET", "HEAD", "POST"])
@seller_required
@never_cache
def schedule(request: SellerRequest, step: int) -> HttpResponseBase:
    """One of three steps. A step whose earlier ones are not right leads back to the first that is wrong."""
    if not 1 <= step <= LAST_STEP:
        raise Http404(str(step))
    if request.method == "POST" and (done := wizard_deed.done_before(request)):
        return redirect(done)
    asked = _read(request, with_second=step == LAST_STEP)
    if step == 1:
        return _first(request, asked)
    if not asked.first.is_valid():
        return _to(request, 1)
    if step == 2:
        return _second(request, asked)
    if asked.second is None or not asked.second.is_valid():
        return _to(request, 2)
    return _third(request, asked.first, asked.second)


def _read(request: SellerRequest, *, with_second: bool) -> Asked:
    shop, query = request.shop, request.GET
    everything = purses.purses(shop.pk, own_currency=request.place.currency)
    purse = purses.chosen(everything, query.get("currency", ""))
    methods = PayoutMethod.objects.filter(seller=shop, removed_at=None)
    first = AmountForm(purse, list(methods), query if "method" in query or "amount" in query else None)
    second = _when(request, first, check=True) if with_second and first.is_valid() else None
    return Asked(first, second, everything)


def _when(request: SellerRequest, first: AmountForm, *, check: bool) -> WhenForm:
    shop = request.shop
    today = today_of(shop)
    not_now = why_not_now(
        first.purse, first.chosen, first.amount_wanted, shop_waits=can_send.seller_problem(shop)
    )
    return WhenForm(
        first,
        today=today,
        furthest=today + policy.SCHEDULE_FURTHEST,
        not_now=not_now,
        data=request.GET if check else None,
    )


def _to(request: SellerRequest, step: int) -> HttpResponse:
    query = request.GET.copy()
    return redirect(f"{reverse('payouts:schedule', args=[step])}?{query.urlencode()}")


def _page(
    request: SellerRequest, step: int, context: dict[str, object], *, status: int = 200
) -> HttpResponseBase:
    names = {1: _("Amount and method"), 2: _("When"), 3: _("Confirm")}
    query = request.GET.urlencode()
    steps = [
        {
            "name": name,
            "state": "now" if number == step else "done" if number < step else "todo",
            "url": f"{reverse('payouts:schedule', args=[number])}?{query}" if number < step else None,
        }
        for number, name in names.items()
    ]
    around = {
        "hold": purses.hold(request.shop.pk),
        "paused": payouts_paused(),
        "steps": steps,
        "back": steps[step - 2]["url"] if step > 1 else reverse("payouts:overview"),
    }
    return render_page(request, _STEPS[step], around | context, status=status)


def _first(request: SellerRequest, asked: Asked) -> HttpResponseBase:
    form = asked.first
    wrong = form.is_bound and not form.is_valid()
    methods = [(one, _method_note(one, form.purse.currency)) for one in form.methods.values()]
    if not methods:
        messages.info(request, _("Add a method first: where your earnings go."))
        return redirect(methods_url())
    default = next((one for one, note in methods if not note), methods[0][0])
    context = {
        "form": form,
        "purse": form.purse,
        "purses": asked.everything,
        "methods": methods,
        "chosen": request.GET.get("method") or str(default.pk),
        "kept": kept(request.GET, *SECOND),
    }
    return _page(request, 1, context, status=422 if wrong else 200)


def _method_note(method: PayoutMethod, currency: str) -> str:
    """Why nothing of this balance can go there, or nothing."""
    if method.state != PayoutMethod.State.VERIFIED:
        return str(method.get_state_display())
    if not can_send.takes_currency(method, currency):
        return _("does not take %(currency)s") % {"currency": currency}
    if not PROVIDERS.get(method.provider).terms().configured:
        return _("is not set up on this site")
    return ""


def _second(request: SellerRequest, asked: Asked) -> HttpResponseBase:
    check = "when" in request.GET
    form = _when(request, asked.first, check=check)
    wrong = check and not form.is_valid()
    context = {
        "form": form,
        "purse": asked.first.purse,
        "method": asked.first.chosen,
        "amount": asked.first.amount_wanted,
        "kept": kept(request.GET, *FIRST),
        "zone": time_zones.zone_name(request.shop),
    }
    return _page(request, 2, context, status=422 if wrong else 200)


def _third(request: SellerRequest, first: AmountForm, second: WhenForm) -> HttpResponseBase:
    if request.method != "POST":
        return _review(request, first, second)
    amount = first.amount_wanted or first.purse.can_pay
    if second.rule is None and request.POST.get("shown") != str(amount.amount):
        said = _("Your balance has changed meanwhile. This is how it would be now.")
        return _review(request, first, second, problem=said, status=409)
    try:
        answer = wizard_deed.do(request, first, second)
    except PayoutRefused as refused:
        return _review(request, first, second, problem=refused.message, status=refused.status)
    except (idempotency.KeyMissing, idempotency.KeyReused, idempotency.InProgress):
        said = _("This page was open for a while. Nothing moved. Look at it again.")
        return _review(request, first, second, problem=said, status=409)
    if not answer.replayed:
        messages.success(request, answer.body["said"])
    return redirect(answer.body["url"])


def _review(
    request: SellerRequest, first: AmountForm, second: WhenForm, *, problem: str = "", status: int = 200
) -> HttpResponseBase:
    """Everything once more, in words, with what arrives and when as the provider says it just now."""
    purse, rule = first.purse, second.rule
    amount = first.amount_wanted or (purse.can_pay if rule is None else None)
    quote, unknown = asked_quote(first.chosen, amount) if amount else (None, "")
    context = {
        "purse": purse,
        "method": first.chosen,
        "amount": amount,
        "stays": purse.can_pay - amount if amount and rule is None else None,
        "rule": rule,
        "first_on": rule.next_after(second.today) if rule else None,
        "minimum": second.cleaned_data["minimum"] if rule else None,
        "quote": quote,
        "unknown": unknown,
        "signed": signed_quotes.sign(quote) if quote else "",
        "key": uuid.uuid4().hex,
        "problem": problem,
        "shown": amount.amount if amount else "",
    }
    return _page(request, 3, context, status=status)
