"""Paying a placed order by card: the page with the card fields, and the way back from the bank."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from banibs.core import clock, events
from banibs.core import policy as core_policy
from banibs.core.jobs import task_wakeup
from banibs.core.security import access_audit
from banibs.core.ui import quantities
from marketplace.checkout import refusals, summary
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Order
from marketplace.regions.visitor_request import VisitorRequest
from payments import policy
from payments.charges import (
    card_payment,
    change_method,
    frozen_wallets,
    payment_methods,
    stripe_checkout,
)
from payments.gateways import outcomes
from payments.gateways.stripe import csp, customers
from payments.models import Intent, Method, Payment
from payments.stripe_answers import explain
from payments.tasks import look_up_intent

PROMISES = {"succeeded", "pending", "processing"}


def own(request: VisitorRequest, **which: str | int | None) -> Payment:
    """A payment of this person. Another's, or none, is 404, and another's is noted."""
    return access_audit.get_own_or_404(
        Payment.objects.select_related("checkout", "user").filter(user=request.user.pk, **which),
        among=Payment.objects.filter(**which),
        user=request.user,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@csp.takes_cards
def again(request: VisitorRequest, number: str) -> HttpResponse:
    """`/checkout/pay/<number>/`: an order that waits for its money, and every way to give it."""
    payment = own(request, checkout__number=number)
    if payment.status == Payment.Status.SUCCEEDED:
        return redirect("payments:done", number)
    if payment.status == Payment.Status.PROCESSING:
        return redirect("payments:return", payment.pk)  # the bank works on it: nothing is to be paid again
    if payment.status == Payment.Status.CANCELED or _is_over(payment):
        return render(
            request,
            "payments/order_expired.html",
            {"step": "payment", "checkout": payment.checkout},
            status=410,
        )
    if request.method == "POST":
        return _take(request, payment)
    return show(request, payment)


def _is_over(payment: Payment) -> bool:
    """Whether its time has run out. The sweep cancels it within a minute; a look must set nothing aside until then."""
    until = payment.checkout.expires_at if payment.checkout else None
    return until is not None and until <= clock.now()


def _take(request: VisitorRequest, payment: Payment) -> HttpResponse:
    method = request.POST.get("method", "")
    if method in Method.values:
        return _another_way(request, payment, method)
    return pay_with_saved(request, payment, request.POST.get("card", ""))


def _another_way(request: VisitorRequest, payment: Payment, method: str) -> HttpResponse:
    actor = events.Actor.person(request.user, role="buyer")
    try:
        payment = change_method.pay_again(payment.pk, method=method, actor=actor)
        if payment.card_part and method == Method.STRIPE_CHECKOUT:
            return redirect(stripe_checkout.begin(own(request, pk=payment.pk)).url)
    except CheckoutRefusal as refusal:
        messages.error(request, refusal.message)
        if refusal.code in ("order_already_paid", "checkout_expired"):
            return redirect("marketplace:order", payment.checkout.number if payment.checkout else "")
    except card_payment.NotPayable:  # its time ran out, or it was paid, between the two
        return redirect("payments:return", payment.pk)
    except (outcomes.Unknown, outcomes.Refused) as problem:
        messages.error(request, said(problem))
    return redirect("payments:again", payment.checkout.number if payment.checkout else "")


def pay_with_saved(request: VisitorRequest, payment: Payment, card: str) -> HttpResponse:
    """Charges a saved card from the server, and goes on to the bank if it asks."""
    try:
        row = card_payment.pay_by_card(payment, user=payment.user, card=card)
    except card_payment.Declined as declined:
        messages.error(
            request, _("Payment declined. %(reason)s Nothing was charged.") % {"reason": declined.message}
        )
        return redirect(here(payment))
    except customers.NotYours as foreign:
        raise Http404 from foreign
    except card_payment.NotPayable as over:
        if over.status == "wallet_frozen":
            messages.error(request, refusals.wallet_frozen().message)
            return redirect(here(payment))
        return redirect("payments:return", payment.pk)
    except outcomes.Refused as refused:
        messages.error(request, said(refused))
        return redirect(here(payment))
    except outcomes.Unknown as unknown:
        messages.error(request, said(unknown))
        return redirect("payments:return", payment.pk)
    return (
        redirect(row.url)
        if row.status == Intent.Status.OPEN and row.url
        else redirect("payments:return", payment.pk)
    )


def said(problem: outcomes.Refused | outcomes.Unknown) -> str:
    """Why Stripe did not do it, as the payer reads it."""
    answer = explain(problem)
    return f"{answer.message} {_('You are charged once at most.')}" if answer.silent else answer.message


def here(payment: Payment) -> str:
    """The page that takes the card of this payment."""
    name, value = (
        ("payments:again", payment.checkout.number)
        if payment.checkout
        else ("payments:top_up_card", payment.pk)
    )
    found: str = redirect(name, value).url
    return found


def show(request: VisitorRequest, payment: Payment, *, status: int = 200) -> HttpResponse:
    """The card page: the fields of Stripe's, the saved cards, the other ways. Stripe is asked outside any transaction."""
    context: dict[str, object] = {
        "step": "payment",
        "top_up": payment.checkout is None,
        "payment": payment,
        "checkout": payment.checkout,
        "amount": payment.money(payment.card_part or payment.amount),
        "wallet_part": payment.money(payment.wallet_part),
        "methods": [],
        "publishable_key": settings.STRIPE_PUBLISHABLE_KEY,
        "script": csp.script(),
        "return_url": card_payment.return_url(payment),
    }
    if payment.checkout is not None:
        context["left"] = quantities.minutes_left(payment.checkout.expires_at - clock.now())
        orders = list(
            Order.objects.filter(checkout=payment.checkout)
            .select_related("seller")
            .prefetch_related("lines")
            .order_by("id")
        )
        wallet = payment_methods.wallet_for(payment)
        context["orders"] = orders
        context["wallet"] = wallet
        context["sums"] = summary.totals(
            payment.checkout, orders, posted=sum(1 for order in orders if order.min_days is not None)
        )
        context["methods"] = payment_methods.other_methods(payment, wallet)
    if change_method.needs_new_parts(payment):
        frozen = frozen_wallets.frozen(payment.user_id)
        if not frozen and not change_method.wallet_covers(payment):
            return _another_way(request, payment, payment.method)
        # Drawn anew it would be paid from the wallet alone: that takes a press, not a look. A frozen one pays nothing.
        context |= {"amount": payment.money(payment.amount), "wallet_part": None}
        return render(request, "payments/card_form.html", context)
    try:
        if payment.method != Method.STRIPE_CHECKOUT and payment.card_part:
            context["intent"] = card_payment.pay_by_card(payment, user=payment.user)
            context["cards"] = customers.cards(payment.user)
    except card_payment.NotPayable:
        return redirect("payments:return", payment.pk)
    except (outcomes.Unknown, outcomes.Refused) as problem:
        return try_again(render(request, "payments/card_form.html", context | {"problem": explain(problem)}))
    return render(request, "payments/card_form.html", context, status=status)


def try_again(page: HttpResponse) -> HttpResponse:
    """The page of a Stripe that is silent: 503, and when to ask again."""
    page.status_code = 503
    page.headers["Retry-After"] = str(core_policy.BUSY_RETRY_SECONDS)
    return page


@require_safe
@login_required
@never_cache
@csp.leads_to_stripe
def back(request: VisitorRequest, payment: int) -> HttpResponse:
    """`/checkout/return/<payment>/`: only reads; asks for a look-up when no webhook has come in ten seconds.

    `redirect_status`, which Stripe adds on the way back, is believed for one thing: an earlier try that failed, or the
    bank's question, is not the last word, and the page waits (https://docs.stripe.com/payments/payment-element).
    """
    row = own(request, pk=payment)
    promised = request.GET.get("redirect_status") in PROMISES
    target = None if promised and row.status == Payment.Status.FAILED else _settled(request, row)
    if target is not None:
        return HttpResponseClientRedirect(target) if request.htmx else redirect(target)
    waited = _waited(request)
    if waited >= policy.RETURN_PAGE_ASKS_AFTER_SECONDS:
        ask_stripe(row)
    intent = Intent.objects.filter(payment=row, status=Intent.Status.OPEN).first()
    asked = row.status == Payment.Status.REQUIRES_ACTION
    context = {
        "step": "payment",
        "top_up": row.checkout is None,
        "payment": row,
        "checkout": row.checkout,
        "since": request.GET.get("since") or int(time.time()),
        "promised": promised,
        "bank_url": intent.url if intent and asked and not promised else "",
        "again_url": here(row),
        "gave_up": waited >= policy.RETURN_PAGE_GIVES_UP_AFTER_SECONDS,
    }
    page = "payments/bank_return.html"
    return render(request, f"{page}#state" if request.htmx else page, context)


def _waited(request: VisitorRequest) -> float:
    since = request.GET.get("since", "")
    return (
        max(0.0, time.time() - int(since)) if since.isascii() and since.isdigit() and len(since) < 12 else 0.0
    )


def _settled(request: VisitorRequest, payment: Payment) -> str | None:
    """Where to go when it is decided: the proof, or the card page with the reason."""
    if payment.status == Payment.Status.SUCCEEDED:
        if payment.checkout is not None:
            return str(redirect("payments:done", payment.checkout.number).url)
        messages.success(
            request, _("%(amount)s added to your wallet") % {"amount": payment.money(payment.amount)}
        )
        return payment.return_to or str(redirect("wallet:wallet").url)
    if payment.status == Payment.Status.CANCELED and payment.checkout is None:
        messages.info(request, _("This top-up has expired. Nothing was charged."))
        return str(redirect("payments:top_up").url)
    if payment.status in (Payment.Status.FAILED, Payment.Status.CANCELED):
        return here(payment)
    return None


def ask_stripe(payment: Payment) -> None:
    """Queues the look-up that the sweeper would do, at most once in ten seconds for a payment."""
    row = Intent.objects.filter(
        payment=payment, status__in=(Intent.Status.CREATED, Intent.Status.OPEN)
    ).first()
    if row is None or not cache.add(f"look-up:{row.pk}", 1, policy.RETURN_PAGE_ASKS_AFTER_SECONDS):
        return
    task_wakeup.send(
        look_up_intent.name, row.pk
    )  # with the broker away a later poll, or the sweeper, asks again
