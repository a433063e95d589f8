"""Payment intents: made, changed, canceled. How one is confirmed stands in `confirming`, captured in
`capturing`.
"""

from typing import Any

from banibs.dev.stripe_sandbox.api.cards import bank_debits, payment_methods
from banibs.dev.stripe_sandbox.api.cards.customers import SHIPPING
from banibs.dev.stripe_sandbox.api.intents import confirming, intent_object
from banibs.dev.stripe_sandbox.api.intents.intent_rules import (
    AT_CONFIRM,
    OPEN,
    OPTIONS,
    check_secret,
    unexpected,
)
from banibs.dev.stripe_sandbox.api.payments import money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import (
    LIST,
    Descriptor,
    Email,
    Flag,
    Integer,
    Many,
    Metadata,
    Moments,
    Shape,
    Text,
    merged,
)
from banibs.dev.stripe_sandbox.store import Object

TYPES = Text("card", "link", *bank_debits.DEBITS)
_FUTURE = Text("off_session", "on_session")
_CHANGEABLE: dict[str, Any] = {
    "amount": Integer(),
    "currency": Text(),
    "customer": Text(),
    "description": Text(),
    "metadata": Metadata(),
    "payment_method": Text(),
    "payment_method_data": payment_methods.DATA,
    "payment_method_options": OPTIONS,
    "payment_method_types": Many(TYPES),
    "receipt_email": Email(),
    "setup_future_usage": _FUTURE,
    "shipping": SHIPPING,
    "statement_descriptor": Descriptor(),
    "statement_descriptor_suffix": Descriptor(),
    "transfer_group": Text(),
    "capture_method": Text("automatic", "automatic_async", "manual"),
}
UPDATE = Shape(_CHANGEABLE)
CREATE = Shape(
    {
        **_CHANGEABLE,
        **AT_CONFIRM,
        "automatic_payment_methods": Shape(
            {"enabled": Flag(), "allow_redirects": Text("always", "never")}, required=("enabled",)
        ),
        "confirm": Flag(),
        "confirmation_method": Text("automatic", "manual"),
        "on_behalf_of": Text(),
    },
    required=("amount", "currency"),
)
CANCEL = Shape({"cancellation_reason": Text("duplicate", "fraudulent", "requested_by_customer", "abandoned")})
LISTING = Shape({**LIST, "created": Moments(), "customer": Text()})

# Stripe gives up one that is processing "in rare cases" only: count on none.
CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")


def create(ctx: Context) -> Object:
    """Make an intent, and confirm it at once where `confirm` says so."""
    body = intent_object.build(ctx, ctx.params)
    ctx.emit("payment_intent.created", body)
    return confirming.attempt(ctx, body, ctx.params) if ctx.params.get("confirm") else body


def retrieve(ctx: Context, intent_id: str) -> Object:
    """One intent; a browser's key needs its client secret."""
    body = ctx.load("payment_intent", intent_id, param="intent")
    check_secret(ctx, body)
    return body


def list_(ctx: Context) -> Object:
    """A page of intents."""
    return page(
        ctx, "payment_intent", url="/v1/payment_intents", where={"customer": ctx.params.get("customer")}
    )


def update(ctx: Context, intent_id: str) -> Object:
    """Change an intent that was not confirmed yet; description, metadata and transfer group later too."""
    before = ctx.load("payment_intent", intent_id, param="intent")
    given = {name: value for name, value in ctx.params.items() if name in _CHANGEABLE}
    fixed = set(given) - {"description", "metadata", "transfer_group", "receipt_email", "shipping"}
    if fixed and before["status"] not in OPEN:
        name = sorted(fixed)[0]
        raise unexpected(
            before,
            (
                f"This PaymentIntent's {name} could not be updated because it has a status of "
                f"{before['status']}. You may only update the {name} of a PaymentIntent with "
                f"one of the following statuses: {', '.join(OPEN)}."
            ),
        )
    after = {
        **before,
        **{name: value for name, value in given.items() if not name.startswith("payment_method")},
    }
    after["currency"] = money.checked_currency(after["currency"])
    money.check_amount(after["amount"], after["currency"])
    after["metadata"] = merged(before["metadata"], given.get("metadata"))
    if given.get("payment_method_types"):
        after["payment_method_types"] = given["payment_method_types"]
    after = ctx.save(intent_object.with_method(ctx, after, given))
    if before["status"] == "requires_action" and fixed:
        after = ctx.save({**after, "status": "requires_confirmation", "next_action": None})
    return after


def cancel(ctx: Context, intent_id: str) -> Object:
    """Give an intent up; an authorisation is released. Not once it has succeeded."""
    body = ctx.load("payment_intent", intent_id, param="intent")
    if ctx.find("checkout.session", payment_intent=intent_id):
        said = (
            "You cannot cancel the PaymentIntent of a Checkout Session. Expire the Checkout Session instead."
        )
        raise unexpected(body, said)
    return void(ctx, body, ctx.params.get("cancellation_reason"))


def void(ctx: Context, body: Object, reason: str | None) -> Object:
    """Cancel an intent for a reason; `automatic` is Stripe's own, when an authorisation runs out."""
    if body["status"] not in CANCELABLE:
        raise unexpected(
            body,
            (
                "You cannot cancel this PaymentIntent because it has a status of "
                f"{body['status']}. Only a PaymentIntent with one of the following statuses may "
                f"be canceled: {', '.join(CANCELABLE)}."
            ),
        )
    held = body["latest_charge"] if body["status"] == "requires_capture" else None
    body = ctx.save(
        {
            **body,
            "status": "canceled",
            "canceled_at": ctx.now(),
            "cancellation_reason": reason,
            "amount_capturable": 0,
            "next_action": None,
        }
    )
    if held:
        charge = ctx.load("charge", held)
        released = ctx.save({**charge, "amount_refunded": charge["amount"], "refunded": True})
        ctx.emit(
            "charge.expired" if reason == "automatic" else "charge.refunded",
            released,
            changed(charge, released),
        )
    ctx.emit("payment_intent.canceled", body)
    return body
