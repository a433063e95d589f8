"""The checkout: what is bought, how it is paid, and the one button that does it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banibs.core import clock, idempotency
from banibs.core.money import Money
from banibs.users.current_user import current_user
from banibs.users.models import Address, User
from marketplace.cart import contents as carts
from marketplace.checkout import company as companies
from marketplace.checkout import delivery_address, summary
from marketplace.checkout.company import Company
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.pricing.quote import Tender
from marketplace.regions.visitor_request import VisitorRequest
from marketplace.views import cart_context
from payments import policy
from payments.charges import card_payment, payment_methods, purchase, stripe_checkout
from payments.gateways import outcomes
from payments.gateways.stripe import csp
from payments.models import Method
from payments.stripe_answers import explain
from payments.views import card_payment as card

SCOPE = "checkout"
_FIELDS = ("address", "method", "expected_total", "save_card", "company", "vat_id", "digital_consent")
STATUS = {
    "insufficient_funds": 402,
    "self_purchase_not_allowed": 403,
    "out_of_stock": 409,
    "price_changed": 409,
    "coupon_exhausted": 409,
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@csp.leads_to_stripe
def pay(request: VisitorRequest) -> HttpResponse:
    """Shows the checkout, or takes the payment: a plain form, then a redirect to the proof."""
    return _take(request) if request.method == "POST" else _show(request)


def _take(request: VisitorRequest) -> HttpResponse:
    """Pays once per key. A second press of the button while the first is under way gets the first one's answer."""
    form, user = request.POST, current_user(request)
    wanted = {name: form.get(name, "") for name in _FIELDS}
    try:
        answer = idempotency.once(
            user_id=user.pk,
            scope=SCOPE,
            key=form.get("key", ""),
            request=wanted,
            effect=lambda: _buy(user, wanted),
            waits=policy.SECOND_PRESS_WAITS_SECONDS,
        )
    except CheckoutRefusal as refusal:
        return _refused(request, refusal)
    except idempotency.InProgress:
        return render(request, "payments/payment_in_progress.html", {"step": "payment"}, status=409)
    except (idempotency.KeyMissing, idempotency.KeyReused):
        messages.error(
            request,
            _("This page was open for a while. Nothing was charged. Please look at it again and pay."),
        )
        return redirect("payments:pay")
    return _on(answer.body["number"], answer.body.get("method", ""), request)


def _on(number: str, method: str, request: VisitorRequest) -> HttpResponse:
    """Where a placed order leads: to the proof, to the card page, or to Stripe's own."""
    if method == Method.STRIPE_CHECKOUT:
        try:
            return redirect(stripe_checkout.begin(card.own(request, checkout__number=number)).url)
        except (outcomes.Unknown, outcomes.Refused) as problem:
            messages.error(request, f"{explain(problem).message} {_('Nothing was charged.')}")
        except card_payment.NotPayable:
            messages.error(request, _("This order is not waiting for a card any more."))
    return redirect("payments:again", number) if method else redirect("payments:done", number)


def _buy(user: User, wanted: dict[str, str]) -> idempotency.Answer:
    address = delivery_address.own_address(user, wanted["address"])
    bought = purchase.buy(
        user=user,
        address=address.snapshot() if address else None,
        method=wanted["method"],
        expected_total=_whole(wanted["expected_total"]),
        save_card=bool(wanted["save_card"]),
        company=Company(wanted["company"], wanted["vat_id"]),
        digital_consent=bool(wanted["digital_consent"]),
    )
    method = bought.payment.method if bought.payment.card_part else ""
    return idempotency.Answer(303, {"number": bought.placed.checkout.number, "method": method})


def _whole(text: str) -> int:
    """A total as the form carried it. What is no number equals no total, and is refused as a changed price."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else -1


def _refused(request: VisitorRequest, refusal: CheckoutRefusal) -> HttpResponse:
    if refusal.code == "cart_empty":
        messages.error(request, refusal.message)
        return redirect("marketplace:cart")
    return _show(request, refusal=refusal, status=STATUS.get(refusal.code, 400))


def _show(
    request: VisitorRequest, *, refusal: CheckoutRefusal | None = None, status: int = 200
) -> HttpResponse:
    contents = carts.contents(carts.for_request(request), request.place)
    if not contents.rows:
        return redirect("marketplace:cart")
    user = current_user(request)
    address = delivery_address.chosen(request, delivery_address.addresses(user), contents)
    if refusal is None and (address is None or contents.problems):
        return redirect("marketplace:address")
    contents = delivery_address.to(contents, address)
    return render(
        request, "payments/choose_method.html", _context(request, contents, address, refusal), status=status
    )


def _context(
    request: VisitorRequest,
    contents: carts.Contents,
    address: Address | None,
    refusal: CheckoutRefusal | None,
) -> dict[str, object]:
    user = current_user(request)
    quote = contents.quote(Tender())  # no way to pay changes the total, only what a card costs the shops
    wallet = payment_methods.wallet_of(user.pk, Money(quote.total, quote.market.currency))
    choices = payment_methods.offered(wallet)
    usable = [choice.method for choice in choices if choice.usable]
    wanted = request.POST.get("method") or request.GET.get("method", Method.WALLET)
    chosen = wanted if wanted in usable else next(iter(usable), None)
    if chosen not in (None, Method.WALLET):
        quote = contents.quote(payment_methods.tender(chosen, wallet))
    return {
        "step": "payment",
        "contents": contents,
        "summary": summary.summarize(contents, quote, today=clock.now().date()),
        "address": address,
        "company": companies.kept(user),
        "verified": user.email_is_verified(),
        "wallet": wallet,
        "choices": choices,
        "chosen": chosen,
        "can_pay": bool(usable) and address is not None and not contents.problems,
        "refusal": refusal,
        "coupon_note": cart_context.coupon_note(contents),
        "key": request.POST.get("key") or uuid.uuid4().hex,
    }
