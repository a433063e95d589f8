"""Checkout sessions: a hosted page that takes a payment, or keeps a card, and then sends the payer back."""

from typing import Any

from payments.sandbox.api import money, payment_intents, session_lines, setup_intents
from payments.sandbox.context import Context
from payments.sandbox.errors import InvalidParameter, InvalidRequest
from payments.sandbox.ids import random_text
from payments.sandbox.lists import listed, page
from payments.sandbox.params import LIST, Integer, Many, Metadata, Moments, Shape, Text, merged
from payments.sandbox.store import Object

_FOR_INTENT = Shape(
    {
        name: payment_intents.CREATE.fields[name]
        for name in (
            "capture_method", "description", "metadata", "on_behalf_of", "receipt_email",
            "setup_future_usage", "shipping",
            "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
        )
    }
)  # fmt: skip
CREATE = Shape(
    {
        "billing_address_collection": Text("auto", "required"),
        "cancel_url": Text(),
        "client_reference_id": Text(most=200),
        "currency": Text(),
        "customer": Text(),
        "customer_creation": Text("always", "if_required"),
        "customer_email": Text(),
        "custom_text": Shape({"submit": Shape({"message": Text()})}),
        "expires_at": Integer(),
        "line_items": Many(session_lines.LINE),
        "locale": Text(),
        "metadata": Metadata(),
        "mode": Text("payment", "setup", "subscription"),
        "payment_intent_data": _FOR_INTENT,
        "payment_method_types": Many(Text("card", "link")),
        "saved_payment_method_options": Shape(
            {"payment_method_save": Text("disabled", "enabled"), "allow_redisplay_filters": Many(Text())}
        ),
        "setup_intent_data": Shape({"description": Text(), "metadata": Metadata()}),
        "submit_type": Text("auto", "book", "donate", "pay", "subscribe"),
        "success_url": Text(),
        "ui_mode": Text("hosted_page"),
    },
    required=("mode",),
)
UPDATE = Shape({"metadata": Metadata()})
LISTING = Shape(
    {
        **LIST,
        "created": Moments(),
        "customer": Text(),
        "payment_intent": Text(),
        "status": Text("open", "complete", "expired"),
    }
)
LINES = Shape(LIST)

_CREATES_CUSTOMER = {"payment": "if_required", "setup": "always"}
LONGEST, SHORTEST = 24 * 3600, 30 * 60  # seconds that a session may stay open


def create(ctx: Context) -> Object:
    """Open a session; `url` is where the payer goes."""
    params = ctx.params
    if params["mode"] == "subscription":
        raise InvalidRequest("The local Stripe sells no subscriptions.", param="mode")
    for name in ("success_url",) if params["mode"] == "setup" else ("success_url", "line_items"):
        if not params.get(name):
            raise InvalidParameter(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if params.get("customer") and params.get("customer_email"):
        raise InvalidRequest(
            "You may only specify one of these parameters: customer, customer_email.", param="customer"
        )
    body = _build(ctx, params)
    ctx.save(
        body,
        private={
            "intent_data": params.get("payment_intent_data") or {},
            "setup_data": params.get("setup_intent_data") or {},
        },
    )
    session_lines.save(ctx, body, params.get("line_items") or [])
    ctx.later(body["expires_at"] - ctx.now(), "expire_session", body["id"])
    return body


def retrieve(ctx: Context, session_id: str) -> Object:
    """One session."""
    return ctx.load("checkout.session", session_id)


def list_(ctx: Context) -> Object:
    """A page of sessions."""
    where = {name: ctx.params.get(name) for name in ("customer", "payment_intent", "status")}
    return page(ctx, "checkout.session", url="/v1/checkout/sessions", where=where)


def update(ctx: Context, session_id: str) -> Object:
    """Change the metadata."""
    body = ctx.load("checkout.session", session_id)
    return ctx.save({**body, "metadata": merged(body["metadata"], ctx.params.get("metadata"))})


def expire(ctx: Context, session_id: str) -> Object:
    """Close a session that nobody paid."""
    body = ctx.load("checkout.session", session_id)
    if body["status"] != "open":
        raise InvalidRequest(
            (
                'Only Checkout Sessions with a status in ["open"] can be expired. This '
                f"Checkout Session has a status of {body['status']}."
            ),
            param="session",
        )
    return _close(ctx, body)


def expire_when_due(ctx: Context, session_id: str) -> None:
    """The chore: time is up."""
    body = ctx.load("checkout.session", session_id)
    if body["status"] == "open":
        _close(ctx, body)


def line_items(ctx: Context, session_id: str) -> Object:
    """The lines of a session."""
    ctx.load("checkout.session", session_id)
    return line_items_of(ctx, session_id)


def line_items_of(ctx: Context, session_id: str) -> Object:
    """The lines of a session, as a list object."""
    return listed(session_lines.of(ctx, session_id), url=f"/v1/checkout/sessions/{session_id}/line_items")


def complete(ctx: Context, session_id: str, intent: Object, details: Object) -> Object:
    """The page took the payment: the session is complete. `details` is what the payer typed about
    themselves.
    """
    before = ctx.load("checkout.session", session_id)
    body = {
        **before,
        "status": "complete",
        "payment_status": "no_payment_required"
        if before["mode"] == "setup"
        else "paid"
        if intent["status"] == "succeeded"
        else "unpaid",
        "customer_details": details,
        "customer": intent["customer"],
        "url": None,
        intent["object"]: intent["id"],
    }
    ctx.save(body)
    ctx.emit("checkout.session.completed", body)
    return body


def start_intent(ctx: Context, session: Object, customer_id: str | None) -> Object:
    """The intent of a session, made when the payer first presses the button and reused when a card is
    declined.
    """
    kind = "setup_intent" if session["mode"] == "setup" else "payment_intent"
    if session[kind]:
        return ctx.load(kind, session[kind])
    private = ctx.store.private(session["id"])
    if kind == "setup_intent":
        intent = setup_intents.build(
            ctx, {**private["setup_data"], "customer": customer_id, "payment_method_types": ["card"]}
        )
    else:
        data = {
            **private["intent_data"],
            "customer": customer_id,
            "amount": session["amount_total"],
            "currency": session["currency"],
            "payment_method_types": ["card"],
        }
        intent = payment_intents.build(ctx, data)
    ctx.save({**session, kind: intent["id"]})
    ctx.emit(f"{kind}.created", intent)
    return intent


def _close(ctx: Context, body: Object) -> Object:
    body = ctx.save({**body, "status": "expired", "url": None})
    if body["payment_intent"]:
        intent = ctx.load("payment_intent", body["payment_intent"])
        if intent["status"] in payment_intents.OPEN:
            payment_intents.void(ctx, intent, "abandoned")
    ctx.emit("checkout.session.expired", body)
    return body


def _expiry(ctx: Context, params: Object) -> int:
    given = params.get("expires_at")
    if given is None:
        return ctx.now() + LONGEST
    if not ctx.now() + SHORTEST - 60 <= given <= ctx.now() + LONGEST + 60:
        raise InvalidRequest(
            (
                "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours "
                "from Checkout Session creation."
            ),
            param="expires_at",
        )
    return int(given)


def _build(ctx: Context, params: Object) -> Object:
    session_id = f"cs_test_{random_text(58)}"
    currency, total = session_lines.total(params.get("line_items") or [])
    if params["mode"] == "payment" and currency:
        money.check_amount(total, currency)
    customer = (
        ctx.load("customer", params["customer"], param="customer", in_path=False)["id"]
        if params.get("customer")
        else None
    )
    email = params.get("customer_email")
    empty: dict[str, Any] = dict.fromkeys(
        ("after_expiration", "allow_promotion_codes", "client_secret", "consent", "consent_collection",
        "currency_conversion", "customer_account",
         "customer_details", "discounts", "integration_identifier", "invoice", "invoice_creation",
         "origin_context", "payment_intent",
         "payment_link", "payment_method_configuration_details", "permissions", "recovered_from",
         "setup_intent", "shipping_address_collection",
         "shipping_cost", "subscription", "wallet_options", "collected_information")
    )  # fmt: skip
    return {
        **empty,
        "id": session_id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": total if currency else None,
        "amount_total": total if currency else None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": ctx.now(),
        "currency": currency or params.get("currency"),
        "custom_fields": [],
        "custom_text": {"after_submit": None, "shipping_address": None,
        "submit": (params.get("custom_text") or {}).get("submit"), "terms_of_service_acceptance": None},
        "customer": customer,
        "customer_creation": params.get("customer_creation") or _CREATES_CUSTOMER[params["mode"]],
        "customer_email": email,
        "expires_at": _expiry(ctx, params),
        "livemode": False,
        "locale": params.get("locale"),
        "managed_payments": {"enabled": False},
        "metadata": merged({}, params.get("metadata")),
        "mode": params["mode"],
        "payment_method_collection": "if_required",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": params.get("payment_method_types") or ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "saved_payment_method_options": {"allow_redisplay_filters": ["always"],
        "payment_method_remove": "disabled", "payment_method_save": None,
        **(params.get("saved_payment_method_options") or {})},
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{ctx.base_url}/c/pay/{session_id}",
    }  # fmt: skip
