"""What a checkout session looks like when it is opened."""

from typing import Any

from banibs.dev.stripe_sandbox.api.checkout import session_lines
from banibs.dev.stripe_sandbox.api.payments import money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.ids import random_text
from banibs.dev.stripe_sandbox.params import merged
from banibs.dev.stripe_sandbox.store import Object

LONGEST, SHORTEST = 24 * 3600, 30 * 60  # seconds that a session may stay open
_CREATES_CUSTOMER = {"payment": "if_required", "setup": "always"}


def build(ctx: Context, params: Object) -> Object:
    """A session from parameters that were read; it is not saved yet."""
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
