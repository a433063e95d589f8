"""Setup intents: a card is checked with its bank and kept for later, with no money moved."""

from typing import Any

from banibs.dev.stripe_sandbox.api.cards import card_data, card_numbers, payment_methods
from banibs.dev.stripe_sandbox.api.intents import challenges
from banibs.dev.stripe_sandbox.api.intents.intent_rules import check_secret, unexpected
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import CardDeclined
from banibs.dev.stripe_sandbox.ids import new_id, new_secret
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Flag, Many, Metadata, Moments, Shape, Text, merged
from banibs.dev.stripe_sandbox.store import Object

_OPTIONS = Shape({"card": Shape({"request_three_d_secure": Text("any", "automatic", "challenge")})})
_CHANGEABLE: dict[str, Any] = {
    "customer": Text(),
    "description": Text(),
    "metadata": Metadata(),
    "payment_method": Text(),
    "payment_method_data": payment_methods.DATA,
    "payment_method_options": _OPTIONS,
    "payment_method_types": Many(Text("card", "link")),
}
_AT_CONFIRM: dict[str, Any] = {"return_url": Text(), "use_stripe_sdk": Flag()}
UPDATE = Shape(_CHANGEABLE)
CREATE = Shape(
    {
        **_CHANGEABLE,
        **_AT_CONFIRM,
        "automatic_payment_methods": Shape({"enabled": Flag(), "allow_redirects": Text("always", "never")}),
        "confirm": Flag(),
        "usage": Text("off_session", "on_session"),
    }
)
CONFIRM = Shape(
    {
        **_AT_CONFIRM,
        "payment_method": Text(),
        "payment_method_data": payment_methods.DATA,
        "payment_method_options": _OPTIONS,
    }
)
CANCEL = Shape({"cancellation_reason": Text("abandoned", "duplicate", "requested_by_customer")})
LISTING = Shape({**LIST, "created": Moments(), "customer": Text(), "payment_method": Text()})

_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
_ASKS = ("authenticates_unless_set_up", "authenticates_always", *card_numbers.AUTHENTICATED_OUTCOME)
_FAILED = card_numbers.Decline(
    "setup_intent_authentication_failure",
    None,
    (
        "We are unable to authenticate your payment method. Please choose a different "
        "payment method and try again."
    ),
)


def create(ctx: Context) -> Object:
    """Make a setup intent, and confirm it at once where `confirm` says so."""
    body = build(ctx, ctx.params)
    ctx.emit("setup_intent.created", body)
    return attempt(ctx, body, ctx.params) if ctx.params.get("confirm") else body


def build(ctx: Context, params: Object) -> Object:
    """A saved setup intent from parameters that were read."""
    intent_id = new_id("seti")
    body: Object = {
        "id": intent_id,
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": None
        if params.get("payment_method_types")
        else {"allow_redirects": "always", "enabled": True},
        "cancellation_reason": None,
        "client_secret": new_secret(intent_id),
        "created": ctx.now(),
        "customer": None,
        "description": params.get("description"),
        "excluded_payment_method_types": None,
        "flow_directions": None,
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": merged({}, params.get("metadata")),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {"mandate_options": None, "network": None, "request_three_d_secure": "automatic"}
        },
        "payment_method_types": params.get("payment_method_types") or ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": params.get("usage") or "off_session",
    }
    return ctx.save(_with_method(ctx, body, params))


def retrieve(ctx: Context, intent_id: str) -> Object:
    """One setup intent; a browser's key needs its client secret."""
    body = ctx.load("setup_intent", intent_id, param="intent")
    check_secret(ctx, body)
    return body


def list_(ctx: Context) -> Object:
    """A page of setup intents."""
    where = {name: ctx.params.get(name) for name in ("customer", "payment_method")}
    return page(ctx, "setup_intent", url="/v1/setup_intents", where=where)


def update(ctx: Context, intent_id: str) -> Object:
    """Change a setup intent that is still open."""
    before = ctx.load("setup_intent", intent_id, param="intent")
    if before["status"] not in _OPEN:
        raise unexpected(
            before, f"You cannot update this SetupIntent because it has a status of {before['status']}."
        )
    after = {**before, "description": ctx.params.get("description", before["description"])}
    after["metadata"] = merged(before["metadata"], ctx.params.get("metadata"))
    return ctx.save(_with_method(ctx, after, ctx.params))


def confirm(ctx: Context, intent_id: str) -> Object:
    """Check the card with its bank."""
    body = ctx.load("setup_intent", intent_id, param="intent")
    check_secret(ctx, body)
    if body["status"] not in _OPEN:
        raise unexpected(
            body, f"You cannot confirm this SetupIntent because it has a status of {body['status']}."
        )
    return attempt(ctx, _with_method(ctx, body, ctx.params), ctx.params)


def cancel(ctx: Context, intent_id: str) -> Object:
    """Give a setup intent up."""
    body = ctx.load("setup_intent", intent_id, param="intent")
    if body["status"] not in _OPEN:
        raise unexpected(
            body, f"You cannot cancel this SetupIntent because it has a status of {body['status']}."
        )
    body = ctx.save(
        {
            **body,
            "status": "canceled",
            "cancellation_reason": ctx.params.get("cancellation_reason"),
            "next_action": None,
        }
    )
    ctx.emit("setup_intent.canceled", body)
    return body


def authenticated(ctx: Context, intent_id: str, *, passed: bool) -> Object:
    """What follows a challenge."""
    body = ctx.load("setup_intent", intent_id)
    if body["status"] != "requires_action":
        return body
    method = ctx.load("payment_method", body["payment_method"])
    try:
        return _keep_card(ctx, body, method) if passed else _fail(ctx, body, method, _FAILED)
    except CardDeclined:
        return ctx.load("setup_intent", intent_id)


def attempt(ctx: Context, body: Object, how: Object) -> Object:
    """Ask the card's bank. Raises CardDeclined when it refuses."""
    if body["payment_method"] is None:
        raise unexpected(body, "You cannot confirm this SetupIntent because it's missing a payment method.")
    method = ctx.load("payment_method", body["payment_method"])
    behaviour = ctx.store.private(method["id"])["behaviour"]
    if behaviour in card_numbers.DECLINES and behaviour != "declines_after_attaching":
        return _fail(ctx, body, method, card_numbers.DECLINES[behaviour])
    requested = body["payment_method_options"]["card"].get("request_three_d_secure") in ("any", "challenge")
    if behaviour not in _ASKS and not requested:
        return _keep_card(ctx, body, method)
    next_action = challenges.open_for(
        ctx, body, return_url=how.get("return_url"), in_page=bool(how.get("use_stripe_sdk"))
    )
    body = ctx.save(
        {**body, "status": "requires_action", "next_action": next_action, "last_setup_error": None}
    )
    ctx.emit("setup_intent.requires_action", body)
    return body


def _keep_card(ctx: Context, body: Object, method: Object) -> Object:
    ctx.save(method, private={**ctx.store.private(method["id"]), "set_up": True})
    body = ctx.save({**body, "status": "succeeded", "next_action": None, "last_setup_error": None})
    if body["customer"]:
        payment_methods.bind(ctx, method, body["customer"])
    ctx.emit("setup_intent.succeeded", body)
    return body


def _fail(ctx: Context, body: Object, method: Object, why: card_numbers.Decline) -> Object:
    problem = card_data.declined(why, payment_method=method)
    body = {
        **body,
        "status": "requires_payment_method",
        "last_setup_error": problem.body()["error"],
        "next_action": None,
        "payment_method": None,
    }
    ctx.save(body)
    ctx.emit("setup_intent.setup_failed", body)
    problem.fields["setup_intent"] = body
    raise problem


def _with_method(ctx: Context, body: Object, params: Object) -> Object:
    body = dict(body)
    if params.get("customer"):
        body["customer"] = ctx.load("customer", params["customer"], param="customer", in_path=False)["id"]
    card = (params.get("payment_method_options") or {}).get("card") or {}
    body["payment_method_options"] = {"card": {**body["payment_method_options"]["card"], **card}}
    method = None
    if params.get("payment_method_data"):
        method = card_data.from_data(ctx, params["payment_method_data"])
    elif params.get("payment_method"):
        method = payment_methods.resolve(ctx, params["payment_method"])
        payment_methods.check_usable(ctx, method)
    return (
        body
        if method is None
        else {**body, "payment_method": method["id"], "status": "requires_confirmation"}
    )
