"""Confirming a payment intent: the bank may ask for 3-D Secure, refuse, or pay."""

from banibs.dev.stripe_sandbox.api.cards import card_data, card_numbers, payment_methods
from banibs.dev.stripe_sandbox.api.cards.customers import SHIPPING
from banibs.dev.stripe_sandbox.api.intents import challenges, debits, intent_object
from banibs.dev.stripe_sandbox.api.intents.intent_rules import (
    AT_CONFIRM,
    OPEN,
    OPTIONS,
    check_secret,
    unexpected,
)
from banibs.dev.stripe_sandbox.api.payments import charges
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import CardDeclined, InvalidRequest
from banibs.dev.stripe_sandbox.params import Email, Shape, Text
from banibs.dev.stripe_sandbox.store import Object

CONFIRM = Shape(
    {
        **AT_CONFIRM,
        "payment_method": Text(),
        "payment_method_data": payment_methods.DATA,
        "payment_method_options": OPTIONS,
        "receipt_email": Email(),
        "setup_future_usage": Text("off_session", "on_session"),
        "shipping": SHIPPING,
    }
)
AUTHENTICATION_FAILED = card_numbers.Decline(
    "payment_intent_authentication_failure",
    None,
    "We are unable to authenticate your payment method. Please choose a different "
    "payment method and try again.",
)
_ASKS_ON_SESSION = ("authenticates_unless_set_up", "set_up_already")
_ASKS_ALWAYS = ("authenticates_always", *card_numbers.AUTHENTICATED_OUTCOME)


def confirm(ctx: Context, intent_id: str) -> Object:
    """The call, from a server or from the payer's browser."""
    body = ctx.load("payment_intent", intent_id, param="intent")
    check_secret(ctx, body)
    if body["status"] not in OPEN:
        why = (
            "it has already succeeded after being previously confirmed"
            if body["status"] == "succeeded"
            else f"it has a status of {body['status']}"
        )
        raise unexpected(body, f"You cannot confirm this PaymentIntent because {why}.")
    body = intent_object.with_method(ctx, body, ctx.params)
    for name in ("receipt_email", "setup_future_usage", "shipping"):
        if name in ctx.params:
            body[name] = ctx.params[name]
    return attempt(ctx, body, ctx.params)


def attempt(ctx: Context, body: Object, how: Object) -> Object:
    """Try to take the money. Raises CardDeclined when the bank refuses; the failed charge stays on record."""
    if body["payment_method"] is None:
        raise unexpected(
            body,
            (
                "You cannot confirm this PaymentIntent because it's missing a payment method. "
                "You can either update the PaymentIntent with a payment method and then "
                "confirm it again, or confirm it again directly with a payment method or "
                "ConfirmationToken."
            ),
        )
    _check_return_url(ctx, body, how)
    method = ctx.load("payment_method", body["payment_method"])
    if method["type"] != "card":
        return debits.start(ctx, body, method)
    off_session = (how.get("off_session") or "false") != "false"
    if not _asks(ctx, body, method, off_session=off_session):
        return _charge(ctx, body, method, authenticated=False)
    if off_session or how.get("error_on_requires_action"):
        return _fail(ctx, body, method, card_numbers.DECLINES["authentication_required"], with_charge=True)
    return _ask(ctx, body, method, how)


def authenticated(ctx: Context, intent_id: str, *, passed: bool) -> Object:
    """What follows a 3-D Secure challenge. Returns the intent however it ended; a second answer
    changes nothing.
    """
    body = ctx.load("payment_intent", intent_id)
    if body["status"] != "requires_action":
        return body
    method = ctx.load("payment_method", body["payment_method"])
    try:
        if passed:
            return _charge(ctx, {**body, "next_action": None}, method, authenticated=True)
        return _fail(ctx, body, method, AUTHENTICATION_FAILED, with_charge=False)
    except CardDeclined:
        return ctx.load("payment_intent", intent_id)


def _asks(ctx: Context, body: Object, method: Object, *, off_session: bool) -> bool:
    private = ctx.store.private(method["id"])
    behaviour = private["behaviour"]
    requested = body["payment_method_options"]["card"].get("request_three_d_secure") in ("any", "challenge")
    if behaviour in _ASKS_ALWAYS:
        return True
    if behaviour in _ASKS_ON_SESSION:
        return not off_session or not (private.get("set_up") or behaviour == "set_up_already")
    return bool(requested and not off_session and method["card"]["three_d_secure_usage"]["supported"])


def _ask(ctx: Context, body: Object, method: Object, how: Object) -> Object:
    """The bank wants to see the payer: `requires_action`."""
    next_action = challenges.open_for(
        ctx, body, return_url=how.get("return_url"), in_page=bool(how.get("use_stripe_sdk"))
    )
    body = ctx.save(
        {**body, "status": "requires_action", "next_action": next_action, "last_payment_error": None}
    )
    ctx.emit("payment_intent.requires_action", body)
    return body


def _charge(ctx: Context, body: Object, method: Object, *, authenticated: bool) -> Object:
    behaviour = ctx.store.private(method["id"])["behaviour"]
    decline = card_numbers.AUTHENTICATED_OUTCOME.get(behaviour) or card_numbers.DECLINES.get(behaviour)
    if decline is not None:
        return _fail(ctx, body, method, decline, with_charge=True, authenticated=authenticated)
    charge = charges.make(ctx, body, method, decline=None, authenticated=authenticated)
    manual = body["capture_method"] == "manual"
    body = {
        **body,
        "status": "requires_capture" if manual else "succeeded",
        "amount_capturable": body["amount"] if manual else 0,
        "amount_received": 0 if manual else body["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
    }
    ctx.save(body)
    _remember_card(ctx, body, method)
    ctx.emit("charge.succeeded", charge)
    ctx.emit("payment_intent.amount_capturable_updated" if manual else "payment_intent.succeeded", body)
    if manual:
        ctx.later(7 * 86400, "expire_authorisation", body["id"])
    return body


def _remember_card(ctx: Context, body: Object, method: Object) -> None:
    """Attach the card where it was asked to be kept; spend it where it has no customer."""
    future = body["setup_future_usage"]
    private = {**ctx.store.private(method["id"]), "used": True}
    if future:
        private["set_up"] = True
    ctx.save(method, private=private)
    if future and body["customer"]:
        payment_methods.bind(ctx, method, body["customer"])


def _fail(
    ctx: Context,
    body: Object,
    method: Object,
    why: card_numbers.Decline,
    *,
    with_charge: bool,
    authenticated: bool = False,
) -> Object:
    """Back to `requires_payment_method`, with the reason on the intent. Always raises CardDeclined."""
    charge = (
        charges.make(ctx, body, method, decline=why, authenticated=authenticated) if with_charge else None
    )
    problem = card_data.declined(why, charge=charge["id"] if charge else None, payment_method=method)
    body = {
        **body,
        "status": "requires_payment_method",
        "last_payment_error": problem.body()["error"],
        "latest_charge": charge["id"] if charge else body["latest_charge"],
        "next_action": None,
        "payment_method": None,
    }
    ctx.save(body)
    if not method["customer"]:
        ctx.save(method, private={**ctx.store.private(method["id"]), "used": True})
    if charge:
        ctx.emit("charge.failed", charge)
    ctx.emit("payment_intent.payment_failed", body)
    problem.fields["payment_intent"] = body
    raise problem


def _check_return_url(ctx: Context, body: Object, how: Object) -> None:
    """With automatic payment methods a redirect may be needed, so a server must say where to return to."""
    automatic = body["automatic_payment_methods"] or {}
    redirects = automatic.get("enabled") and automatic.get("allow_redirects") != "never"
    if redirects and not how.get("return_url") and not ctx.publishable:
        raise InvalidRequest(
            "This PaymentIntent is configured to accept payment methods enabled in your "
            "Dashboard. Because some of these payment methods "
            "might redirect your customer off of your page, you must provide a "
            "`return_url`. If you don't want to accept redirect-based "
            "payment methods, set `automatic_payment_methods[enabled]` to `true` and "
            "`automatic_payment_methods[allow_redirects]` to "
            "`never` when creating Setup Intents and Payment Intents.",
            param="return_url",
        )
