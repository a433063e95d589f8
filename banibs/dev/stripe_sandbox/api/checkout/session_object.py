"""What a checkout session looks like when it is opened."""

from banibs.dev.stripe_sandbox.api.checkout import session_lines
from banibs.dev.stripe_sandbox.api.intents.intent_object import types_for
from banibs.dev.stripe_sandbox.api.payments import money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.examples import new, taken
from banibs.dev.stripe_sandbox.ids import random_text
from banibs.dev.stripe_sandbox.params import merged
from banibs.dev.stripe_sandbox.store import Object

LONGEST, SHORTEST = 24 * 3600, 30 * 60  # seconds that a session may stay open


def build(ctx: Context, params: Object) -> Object:
    """A session from parameters that were read; it is not saved yet."""
    session_id = f"cs_test_{random_text(58)}"
    currency, total = session_lines.total(params["line_items"])
    money.check_amount(total, currency)
    customer = (
        ctx.load("customer", params["customer"], param="customer", in_path=False)["id"]
        if params.get("customer")
        else None
    )
    return new(
        "checkout.session", id=session_id, amount_subtotal=total, amount_total=total,
        automatic_tax={**new("checkout.session")["automatic_tax"], "liability": None}, created=ctx.now(),
        currency=currency, customer=customer, customer_creation=params.get("customer_creation") or "if_required",
        custom_text=dict.fromkeys(new("checkout.session")["custom_text"]) | (params.get("custom_text") or {}),
        expires_at=_expiry(ctx, params), metadata=merged({}, params.get("metadata")), mode=params["mode"],
        payment_method_collection="if_required",
        payment_method_options={"card": {"request_three_d_secure": "automatic"}},
        payment_method_types=types_for(ctx, params, currency),
        saved_payment_method_options={"allow_redisplay_filters": ["always"], "payment_method_remove": "disabled",
        "payment_method_save": None, **(params.get("saved_payment_method_options") or {})},
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0}, ui_mode="hosted_page",
        url=f"{ctx.base_url}/c/pay/{session_id}",
        **taken(
            params, "billing_address_collection", "cancel_url", "client_reference_id", "customer_email", "locale",
            "submit_type", "success_url",
        ),
    )  # fmt: skip


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
