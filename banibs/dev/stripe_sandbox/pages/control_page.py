"""The control page: what the local Stripe holds, what it sent, and the switches that make it misbehave."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from banibs.dev.stripe_sandbox.api.payments import balance_transactions, dispute_states, refund_states
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.control import bank, connected, switches
from banibs.dev.stripe_sandbox.control.views import context
from banibs.dev.stripe_sandbox.errors import ApiError, InvalidParameter
from banibs.dev.stripe_sandbox.events import deliveries
from banibs.dev.stripe_sandbox.http import faults
from banibs.dev.stripe_sandbox.http.keys import masked, publishable_key, secret_key
from banibs.dev.stripe_sandbox.pages.answers import message, page
from banibs.dev.stripe_sandbox.settings import PLATFORM

KINDS = {
    "payment_intent": "Payment intents", "charge": "Charges", "refund": "Refunds", "dispute": "Disputes",
    "checkout.session": "Checkout sessions", "customer": "Customers", "payment_method": "Payment methods",
    "account": "Connected accounts", "transfer": "Transfers", "transfer_reversal": "Reversals", "payout": "Payouts",
    "topup": "Top-ups", "balance_transaction": "Balance transactions",
    "webhook_endpoint": "Webhook endpoints",
    "file": "Files", "radar.early_fraud_warning": "Warnings of fraud",
}  # fmt: skip
BANK_NUMBERS = (
    ("000123456789", "…6789, is paid"),
    ("000111111116", "…1116, comes back: no account"),
    ("000111111113", "…1113, comes back: account closed"),
    ("000222222227", "…2227, comes back: insufficient funds"),
    ("000333333335", "…3335, comes back: debit not authorised"),
    ("000444444440", "…4440, comes back: invalid currency"),
)
SIZE = 50
STEPS = (
    (3600, "1 hour"),
    (86400, "1 day"),
    (2 * 86400, "2 days"),
    (7 * 86400, "7 days"),
    (30 * 86400, "30 days"),
)


def overview(request: HttpRequest) -> HttpResponse:
    """The clock, the counts, the endpoints and what happened last."""
    ctx = context(request)
    counted = ctx.store.rows("SELECT kind, count(*) AS n FROM objects GROUP BY kind")
    counts = {row["kind"]: row["n"] for row in counted}
    endpoints = ctx.store.rows(
        "SELECT id, body, private FROM objects WHERE kind = 'webhook_endpoint' ORDER BY seq LIMIT 20"
    )
    values = {
        "here": "overview",
        "tiles": [(kind, label, counts.get(kind, 0)) for kind, label in KINDS.items()],
        "events": _events(ctx, limit=8),
        "endpoints": [
            {**json.loads(row["body"]), "connect": json.loads(row["private"]).get("connect")}
            for row in endpoints
        ],
        "secret": masked(secret_key()),
        "publishable": publishable_key(),
        "platform": PLATFORM,
    }
    return _desk(request, ctx, "control/overview.html", values)


def objects(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind of object, newest first."""
    ctx, before = context(request), _number(request.GET.get("before"))
    sql = (
        "SELECT seq, account, body FROM objects WHERE kind = ? AND (? IS NULL OR seq < ?) "
        "ORDER BY seq DESC LIMIT ?"
    )
    rows = ctx.store.rows(sql, kind, before, before, SIZE + 1)
    values = {
        "here": "objects",
        "kind": kind,
        "label": KINDS.get(kind, kind),
        "kinds": KINDS,
        "items": [json.loads(row["body"]) for row in rows[:SIZE]],
        "older": rows[SIZE - 1]["seq"] if len(rows) > SIZE else None,
    }
    return _desk(request, ctx, "control/objects.html", values)


def detail(request: HttpRequest, object_id: str) -> HttpResponse:
    """One object as the API shows it, with what can be done to it here."""
    ctx = context(request, object_id)
    row = ctx.store.row("SELECT kind, account, body FROM objects WHERE id = ?", object_id)
    if row is None:
        return message(
            request, title="There is no such object", text=object_id, link="/", label="Back to the controls"
        )
    body = json.loads(row["body"])
    values = {
        "here": "objects",
        "object": body,
        "kind": row["kind"],
        "label": KINDS.get(row["kind"], row["kind"].replace("_", " ").title()),
        "account": row["account"] if row["account"] != PLATFORM else None,
        "verbs": bank.verbs_for(body),
        "bank_numbers": BANK_NUMBERS,
        "disputable": dispute_states.disputable(ctx, body) if row["kind"] == "charge" else 0,
        "text": json.dumps(body, indent=2, ensure_ascii=False),
        "deliveries": _deliveries(ctx, object_id) if row["kind"] == "event" else [],
    }
    return _desk(request, ctx, "control/detail.html", values)


def events(request: HttpRequest) -> HttpResponse:
    """Every event with what became of its deliveries."""
    ctx = context(request)
    before = _number(request.GET.get("before"))
    found = _events(ctx, limit=SIZE + 1, before=before)
    older = found[SIZE - 1]["seq"] if len(found) > SIZE else None
    return _desk(
        request, ctx, "control/events.html", {"here": "events", "events": found[:SIZE], "older": older}
    )


def calls(request: HttpRequest) -> HttpResponse:
    """The last calls of the API."""
    ctx = context(request)
    rows = ctx.store.rows("SELECT * FROM calls ORDER BY seq DESC LIMIT ?", 100)
    return _desk(request, ctx, "control/calls.html", {"here": "calls", "calls": [dict(row) for row in rows]})


def switch(request: HttpRequest) -> HttpResponse:
    """GET shows the switches; POST works one of them and shows them again."""
    ctx = context(request)
    values: dict[str, Any] = {
        "here": "switches",
        "faults": faults.KINDS,
        "rules": switches.WEBHOOK_RULES,
        "steps": STEPS,
        "refund_ways": refund_states.WAYS,
        "dispute_fee": dispute_states.FEE,
        "pending_days": balance_transactions.PENDING,
        "typed": {},
    }
    if request.method != "POST":
        return _desk(request, ctx, "control/switches.html", values)
    form = request.POST.dict()
    act = _ACTS.get(form.get("act", ""))
    if act is None:
        return HttpResponse("There is no such switch.", status=400, content_type="text/plain")
    try:
        act(ctx, form)
    except ApiError as refusal:
        values |= {"problem": refusal.message, "typed": form}
        return _desk(request, ctx, "control/switches.html", values, status=422)
    back = form.get("back") or "/switches"
    return HttpResponseRedirect(back if back.startswith("/") and not back.startswith("//") else "/switches")


def _resend(ctx: Context, form: dict[str, str]) -> None:
    deliveries.resend(ctx.store, form["event"], form.get("endpoint") or None)


def _dispute(ctx: Context, form: dict[str, str], *, inquiry: bool) -> None:
    part = (form.get("amount") or "").strip()
    if part and _number(part) is None:
        raise InvalidParameter("The amount must be a whole number of minor units.", param="amount")
    bank.open_dispute(
        ctx, form["charge"], reason="fraudulent", inquiry=inquiry, amount=_number(part) if part else None
    )


def _money(ctx: Context, form: dict[str, str]) -> None:
    names = ("dispute_fee", "refunds_below_zero", "available_business_days")
    numbers = {name: form[name] for name in names if form.get(name)}
    returned = {"dispute_fee_returned": form.get("dispute_fee_returned") == "yes"}
    switches.set_settings(ctx, {**numbers, **returned, "refunds": form.get("refunds", "as_usual")})


_ACTS: dict[str, Callable[[Context, dict[str, str]], Any]] = {
    "clock": lambda ctx, form: switches.move_clock(
        ctx, seconds=int(_number(form.get("seconds")) or 0), tell_app=True
    ),
    "fault": switches.add_fault,
    "faults_off": lambda ctx, form: switches.clear_faults(ctx),
    "webhook": switches.add_webhook_rule,
    "webhooks_off": lambda ctx, form: switches.clear_webhook_rules(ctx),
    "pause": lambda ctx, form: switches.pause_webhooks(ctx, paused=True),
    "go": lambda ctx, form: switches.pause_webhooks(ctx, paused=False),
    "resend": _resend,
    "dispute": lambda ctx, form: _dispute(ctx, form, inquiry=False),
    "inquiry": lambda ctx, form: _dispute(ctx, form, inquiry=True),
    "warn": lambda ctx, form: bank.warn(ctx, form["charge"], fraud_type="made_with_stolen_card"),
    "move_dispute": lambda ctx, form: bank.move_dispute(ctx, form["object"], form["verb"]),
    "move_refund": lambda ctx, form: bank.move_refund(ctx, form["object"], form["verb"]),
    "move_payment_intent": lambda ctx, form: bank.move_intent(ctx, form["object"], form["verb"]),
    "move_payout": lambda ctx, form: bank.move_payout(_of(ctx, form), form["object"], form["verb"]),
    "move_transfer": lambda ctx, form: bank.move_transfer(ctx, form["object"], form["verb"]),
    "money": lambda ctx, form: _money(ctx, form),
    "account_ready": lambda ctx, form: connected.set_account(ctx, form["account"], {"complete": True}),
    "account_checks": lambda ctx, form: connected.set_account(
        ctx, form["account"], {"complete": True, "verifying": True}
    ),
    "account_asks": lambda ctx, form: connected.set_account(
        ctx, form["account"], {"due": ["individual.verification.document"]}
    ),
    "account_bank": lambda ctx, form: connected.set_account(
        ctx, form["account"], {"account_number": form.get("account_number")}
    ),
}


def _of(ctx: Context, form: dict[str, str]) -> Context:
    """For the account to which the object of the form belongs."""
    return ctx.acting_for(ctx.store.account_of(form["object"]) or PLATFORM)


def _desk(
    request: HttpRequest, ctx: Context, template: str, values: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return page(request, template, {**values, "state": switches.state(ctx)}, status=status)


def _events(ctx: Context, *, limit: int, before: int | None = None) -> list[dict[str, Any]]:
    rows = ctx.store.rows(
        "SELECT seq, body FROM objects WHERE kind = 'event' AND (? IS NULL OR seq < ?) "
        "ORDER BY seq DESC LIMIT ?",
        before,
        before,
        limit,
    )
    found = [{**json.loads(row["body"]), "seq": row["seq"]} for row in rows]
    marks = ", ".join("?" * len(found))
    counted = ctx.store.rows(
        f"SELECT event, state, count(*) AS n FROM deliveries "  # nosec B608  # only question marks go in
        f"WHERE event IN ({marks}) GROUP BY 1, 2",
        *(event["id"] for event in found),
    )
    for event in found:
        event["states"] = [(row["state"], row["n"]) for row in counted if row["event"] == event["id"]]
        about = event["data"]["object"]
        event["subject"] = about.get("id") if about["object"] != "capability" else None
    return found


def _deliveries(ctx: Context, event_id: str) -> list[dict[str, Any]]:
    rows = ctx.store.rows(
        "SELECT d.*, json_extract(o.body, '$.url') AS url FROM deliveries d "
        "LEFT JOIN objects o ON o.id = d.endpoint WHERE d.event = ? ORDER BY d.seq LIMIT 200",
        event_id,
    )
    return [dict(row) for row in rows]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and len(text) < 16 else None
