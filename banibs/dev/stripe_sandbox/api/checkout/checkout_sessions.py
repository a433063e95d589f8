"""Checkout sessions: a hosted page that takes a payment, or keeps a card, and then sends the payer back."""

from banibs.dev.stripe_sandbox.api.checkout import session_lines, session_object
from banibs.dev.stripe_sandbox.api.intents import intent_object, intent_rules, payment_intents, setup_intents
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidParameter, InvalidRequest
from banibs.dev.stripe_sandbox.lists import listed, page
from banibs.dev.stripe_sandbox.params import LIST, Integer, Many, Metadata, Moments, Shape, Text, merged
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
    body = session_object.build(ctx, params)
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
        intent = intent_object.build(ctx, data)
    ctx.save({**session, kind: intent["id"]})
    ctx.emit(f"{kind}.created", intent)
    return intent


def _close(ctx: Context, body: Object) -> Object:
    body = ctx.save({**body, "status": "expired", "url": None})
    if body["payment_intent"]:
        intent = ctx.load("payment_intent", body["payment_intent"])
        if intent["status"] in intent_rules.OPEN:
            payment_intents.void(ctx, intent, "abandoned")
    ctx.emit("checkout.session.expired", body)
    return body
