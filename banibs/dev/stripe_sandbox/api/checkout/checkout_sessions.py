"""Checkout sessions: a hosted page that takes a payment, or keeps a card, and then sends the payer back."""

from banibs.dev.stripe_sandbox.api.checkout import session_lines, session_object
from banibs.dev.stripe_sandbox.api.intents import intent_object, intent_rules, payment_intents
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.lists import listed, page
from banibs.dev.stripe_sandbox.params import (
    LIST,
    Email,
    Integer,
    Many,
    Metadata,
    Moments,
    Shape,
    Text,
    Url,
)  # fmt: skip
from banibs.dev.stripe_sandbox.store import Object

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
        "cancel_url": Url(),
        "client_reference_id": Text(most=200),
        "currency": Text(),
        "customer": Text(),
        "customer_creation": Text("always", "if_required"),
        "customer_email": Email(),
        "custom_text": Shape({"submit": Shape({"message": Text()})}),
        "expires_at": Integer(),
        "line_items": Many(session_lines.LINE),
        "locale": Text(),
        "metadata": Metadata(),
        "mode": Text("payment"),
        "payment_intent_data": _FOR_INTENT,
        "payment_method_types": Many(payment_intents.TYPES),
        "saved_payment_method_options": Shape(
            {"payment_method_save": Text("disabled", "enabled"), "allow_redisplay_filters": Many(Text())}
        ),
        "submit_type": Text("auto", "book", "donate", "pay", "subscribe"),
        "success_url": Url(),
        "ui_mode": Text("hosted_page"),
    },
    required=("mode", "success_url", "line_items"),
)
LISTING = Shape(
    {
        **LIST,
        "created": Moments(),
        "customer": Text(),
        "payment_intent": Text(),
        "status": Text("open", "complete", "expired"),
    }
)


def create(ctx: Context) -> Object:
    """Open a session; `url` is where the payer goes."""
    params = ctx.params
    if params.get("customer") and params.get("customer_email"):
        raise InvalidRequest(
            "You may only specify one of these parameters: customer, customer_email.", param="customer"
        )
    body = session_object.build(ctx, params)
    ctx.save(
        body,
        private={"intent_data": params.get("payment_intent_data") or {}},
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
        "payment_status": "paid" if intent["status"] == "succeeded" else "unpaid",
        "customer_details": details,
        "customer": intent["customer"],
        "url": None,
        "payment_intent": intent["id"],
    }
    ctx.save(body)
    ctx.emit("checkout.session.completed", body)
    return body


def start_intent(ctx: Context, session: Object, customer_id: str | None) -> Object:
    """The intent of a session, made when the payer first presses the button and reused when a card is
    declined.
    """
    if session["payment_intent"]:
        return ctx.load("payment_intent", session["payment_intent"])
    data = {
        **ctx.store.private(session["id"])["intent_data"],
        "customer": customer_id,
        "amount": session["amount_total"],
        "currency": session["currency"],
        "payment_method_types": session["payment_method_types"],
    }
    intent = intent_object.build(ctx, data)
    ctx.save({**session, "payment_intent": intent["id"]})
    ctx.emit("payment_intent.created", intent)
    return intent


def _close(ctx: Context, body: Object) -> Object:
    body = ctx.save({**body, "status": "expired", "url": None})
    if body["payment_intent"]:
        intent = ctx.load("payment_intent", body["payment_intent"])
        if intent["status"] in intent_rules.OPEN:
            payment_intents.void(ctx, intent, "abandoned")
    ctx.emit("checkout.session.expired", body)
    return body
