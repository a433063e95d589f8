"""The hosted payment page of a checkout session."""

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse

from banibs.dev.stripe_sandbox import outcome
from banibs.dev.stripe_sandbox.api.cards import bank_debits, card_data, customers
from banibs.dev.stripe_sandbox.api.checkout import checkout_sessions
from banibs.dev.stripe_sandbox.api.intents import confirming
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.control.views import context
from banibs.dev.stripe_sandbox.errors import ApiError, CardDeclined
from banibs.dev.stripe_sandbox.events import deliveries
from banibs.dev.stripe_sandbox.pages.answers import message, page
from banibs.dev.stripe_sandbox.params import Integer, full_address
from banibs.dev.stripe_sandbox.store import Object

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DONE = ("succeeded", "requires_capture", "processing")


def show(request: HttpRequest, session_id: str) -> HttpResponse:
    """GET shows what is bought and asks for a card; POST pays."""
    ctx = context(request, session_id)
    session = ctx.store.get(session_id, kind="checkout.session", account=ctx.account)
    if session is None:
        return message(
            request, title="This payment page is unknown", text="Go back to the shop and try again."
        )
    if session["status"] == "complete":
        return HttpResponseRedirect(_success(session))
    if session["status"] == "expired":
        return message(
            request,
            title="This payment page has expired",
            text="Nothing was charged. Go back to the shop to start again.",
            link=session["cancel_url"],
            label="Back to BANIBS",
            status=410,
        )
    if request.method != "POST":
        return _page(request, ctx, session)
    url, refusal = outcome.of(ctx.store, lambda: _pay(ctx, session, request.POST.dict()))
    deliveries.nudge()
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"url": url} if url else _told(refusal))
    return HttpResponseRedirect(url) if url else _page(request, ctx, session, refusal=refusal)


def after_challenge(request: HttpRequest, session_id: str) -> HttpResponse:
    """Back from the bank: on to the shop, or to the card fields again."""
    ctx = context(request, session_id)
    session = ctx.load("checkout.session", session_id)
    intent = _intent(ctx, session)
    if session["status"] != "open":
        return HttpResponseRedirect(_success(session))
    if intent is None or intent["status"] not in _DONE:
        failure = (intent or {}).get("last_payment_error") or {}
        said = failure.get("message") or "Your bank did not confirm the payment."
        return _page(request, ctx, session, refusal=CardDeclined(said))
    details = ctx.store.private(session_id).get("details") or {}
    outcome.of(ctx.store, lambda: checkout_sessions.complete(ctx, session_id, intent, details))
    deliveries.nudge()
    return HttpResponseRedirect(_success(session))


def _pay(ctx: Context, session: Object, form: dict[str, str]) -> str:
    """Take the payment; returns where the payer goes next. Raises ApiError with the words for the payer."""
    email = session["customer_email"] or _customer_email(ctx, session) or form.get("email", "").strip()
    if not _EMAIL.fullmatch(email):
        raise CardDeclined("Enter your email address, for the receipt.", param="email")
    if not form.get("name", "").strip():
        raise CardDeclined("Enter the name on the card.", param="name")
    details = _details(email, form)
    ctx.save(session, private={**ctx.store.private(session["id"]), "details": details})
    billing, debit = {"email": email, "name": form["name"]}, form.get("debit") or ""
    if debit in session["payment_method_types"] and debit in bank_debits.DEBITS:
        whole = card_data.billing(billing)
        method = bank_debits.keep(ctx, {"type": debit}, billing=whole, last4="6789")
    else:
        method = card_data.from_data(ctx, {"type": "card", "card": _card(form), "billing_details": billing})
    intent = checkout_sessions.start_intent(ctx, session, _customer(ctx, session, email, form))
    session = ctx.load("checkout.session", session["id"])
    back = f"{ctx.base_url}/c/pay/{session['id']}/after-bank"
    intent = confirming.attempt(ctx, {**intent, "payment_method": method["id"]}, {"return_url": back})
    if intent["status"] == "requires_action":
        return str(intent["next_action"]["redirect_to_url"]["url"])
    return _success(checkout_sessions.complete(ctx, session["id"], intent, details))


def _customer(ctx: Context, session: Object, email: str, form: dict[str, str]) -> str | None:
    """The session's customer; a new one where the session asks for it."""
    if session["customer"] or session["customer_creation"] != "always":
        return session["customer"] and str(session["customer"])
    made = customers.create(ctx.with_params({"email": email, "name": form["name"]}))
    ctx.save({**ctx.load("checkout.session", session["id"]), "customer": made["id"]})
    return str(made["id"])


def _card(form: dict[str, str]) -> Object:
    month, _, year = form.get("expiry", "").replace(" ", "").partition("/")
    whole = Integer()
    return {
        "number": form.get("number", "") or "0",
        "exp_month": whole.read(month, "exp_month") if month.isdigit() else 0,
        "exp_year": whole.read(year, "exp_year") if year.isdigit() else 0,
        "cvc": form.get("cvc") or None,
    }


def _details(email: str, form: dict[str, str]) -> Object:
    return {
        "address": full_address({"country": form.get("country") or None}),
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": form["name"],
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def _page(
    request: HttpRequest, ctx: Context, session: Object, *, refusal: ApiError | None = None
) -> HttpResponse:
    told = _told(refusal)
    values: dict[str, Any] = {
        "session": session,
        "lines": ctx.find("item", session=session["id"]),
        "email": session["customer_email"] or _customer_email(ctx, session),
        "typed": request.POST or ctx.store.private(session["id"]).get("details") or {},
        "error": "" if told["field"] in ("email", "name") else told["message"],
        "email_error": told["message"] if told["field"] == "email" else "",
        "name_error": told["message"] if told["field"] == "name" else "",
        "debit": next((name for name in session["payment_method_types"] if name in bank_debits.DEBITS), ""),
        "minutes_left": max(0, session["expires_at"] - ctx.now()) // 60,
    }
    return page(request, "checkout.html", values, status=402 if refusal else 200)


def _told(refusal: ApiError | None) -> Object:
    return {
        "message": refusal.message if refusal else "",
        "field": refusal.fields.get("param") if refusal else None,
    }


def _customer_email(ctx: Context, session: Object) -> str | None:
    customer = session["customer"] and ctx.store.get(
        session["customer"], kind="customer", account=ctx.account
    )
    return customer["email"] if customer else None


def _intent(ctx: Context, session: Object) -> Object | None:
    return ctx.load("payment_intent", session["payment_intent"]) if session["payment_intent"] else None


def _success(session: Object) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
