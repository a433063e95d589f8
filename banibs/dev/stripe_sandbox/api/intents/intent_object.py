"""What a payment intent looks like when it is made, and how a payment method comes into it."""

from banibs.dev.stripe_sandbox.api.cards import card_data, payment_methods
from banibs.dev.stripe_sandbox.api.payments import money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.ids import new_id, new_secret
from banibs.dev.stripe_sandbox.params import merged
from banibs.dev.stripe_sandbox.store import Object


def build(ctx: Context, params: Object) -> Object:
    """A saved intent from parameters that were read."""
    currency = money.checked_currency(params["currency"])
    money.check_amount(params["amount"], currency)
    intent_id = new_id("pi")
    body: Object = {
        "id": intent_id,
        "object": "payment_intent",
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": _automatic(params),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.get("capture_method") or "automatic_async",
        "client_secret": new_secret(intent_id),
        "confirmation_method": params.get("confirmation_method") or "automatic",
        "created": ctx.now(),
        "currency": currency,
        "customer": None,
        "customer_account": None,
        "description": params.get("description"),
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "managed_payments": {"enabled": False},
        "metadata": merged({}, params.get("metadata")),
        "next_action": None,
        "on_behalf_of": params.get("on_behalf_of"),
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
            }
        },
        "payment_method_types": params.get("payment_method_types") or ["card"],
        "processing": None,
        "receipt_email": params.get("receipt_email"),
        "review": None,
        "setup_future_usage": params.get("setup_future_usage"),
        "shipping": params.get("shipping"),
        "source": None,
        "statement_descriptor": params.get("statement_descriptor"),
        "statement_descriptor_suffix": params.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": params.get("transfer_group"),
    }
    return ctx.save(with_method(ctx, body, params))


def with_method(ctx: Context, body: Object, params: Object) -> Object:
    """The intent with the customer, the payment method and its options that `params` name."""
    body = dict(body)
    if params.get("customer"):
        body["customer"] = ctx.load("customer", params["customer"], param="customer", in_path=False)["id"]
    card = (params.get("payment_method_options") or {}).get("card") or {}
    body["payment_method_options"] = {"card": {**body["payment_method_options"]["card"], **card}}
    if card.get("capture_method"):
        body["capture_method"] = card["capture_method"]
    method = None
    if params.get("payment_method_data"):
        method = card_data.from_data(ctx, params["payment_method_data"])
    elif params.get("payment_method"):
        method = payment_methods.resolve(ctx, params["payment_method"])
    if method is None:
        return body
    payment_methods.check_usable(ctx, method)
    if method["customer"] and not body["customer"]:
        raise InvalidRequest(
            (
                "The provided PaymentMethod cannot be attached or used because it belongs to a "
                "Customer. Please include the Customer in the `customer` parameter on the "
                "PaymentIntent."
            ),
            param="payment_method",
            code="payment_method_unexpected_state",
        )
    if method["customer"] and method["customer"] != body["customer"]:
        raise InvalidRequest(
            "The provided PaymentMethod does not belong to this Customer.",
            param="payment_method",
            code="payment_method_unexpected_state",
        )
    return {**body, "payment_method": method["id"], "status": "requires_confirmation"}


def _automatic(params: Object) -> Object | None:
    if params.get("payment_method_types"):
        return None
    given = params.get("automatic_payment_methods") or {}
    return {
        "allow_redirects": given.get("allow_redirects") or "always",
        "enabled": given.get("enabled", True),
    }
