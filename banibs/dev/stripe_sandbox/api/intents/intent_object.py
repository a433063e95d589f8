"""What a payment intent looks like when it is made, and how a payment method comes into it."""

from banibs.dev.stripe_sandbox.api.cards import bank_debits, card_data, payment_methods
from banibs.dev.stripe_sandbox.api.payments import money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.examples import new, taken
from banibs.dev.stripe_sandbox.ids import new_id, new_secret
from banibs.dev.stripe_sandbox.params import merged
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object


def build(ctx: Context, params: Object) -> Object:
    """A saved intent from parameters that were read."""
    currency = money.checked_currency(params["currency"])
    money.check_amount(params["amount"], currency)
    types = types_for(ctx, params, currency)
    intent_id = new_id("pi")
    body = new(
        "payment_intent", id=intent_id, amount=params["amount"], automatic_payment_methods=_automatic(params),
        capture_method=params.get("capture_method") or "automatic_async", client_secret=new_secret(intent_id),
        confirmation_method=params.get("confirmation_method") or "automatic", created=ctx.now(), currency=currency,
        metadata=merged({}, params.get("metadata")),
        payment_method_options={
            "card": dict.fromkeys(("installments", "mandate_options", "network"))
            | {"request_three_d_secure": "automatic"}
        },
        payment_method_types=types,
        **taken(
            params, "description", "on_behalf_of", "receipt_email", "setup_future_usage", "shipping",
            "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
        ),
    )  # fmt: skip
    return ctx.save(with_method(ctx, body, params))


def types_for(ctx: Context, params: Object, currency: str) -> list[str]:
    """The ways to pay: those that are named, else cards and the debits of the currency, as a Dashboard has them."""
    if params.get("payment_method_types") and params.get("automatic_payment_methods"):
        raise InvalidRequest(
            "You may only specify one of these parameters: automatic_payment_methods, payment_method_types.",
            param="automatic_payment_methods",
        )
    debits = [] if params.get("capture_method") == "manual" else bank_debits.for_currency(currency)
    types: list[str] = params.get("payment_method_types") or ["card", *debits]
    wrong = [name for name in types if bank_debits.DEBITS.get(name, (currency,))[0] != currency]
    if wrong:
        raise InvalidRequest(
            f"The currency provided ({currency}) is invalid for one or more payment method types on this "
            f"PaymentIntent: {', '.join(wrong)}.",
            param="payment_method_types",
        )
    if "card" in types and not _takes_cards(ctx):
        raise InvalidRequest(
            'The payment method type "card" is invalid. Please ensure the provided type is activated in your '
            "dashboard (https://dashboard.stripe.com/account/payments/settings) and your account is enabled for "
            "any preview features that you are trying to use.",
            param="payment_method_types",
        )
    if "card" in types and params.get("statement_descriptor"):
        raise InvalidRequest(
            "The `statement_descriptor` parameter is not supported for card charges. Use "
            "`statement_descriptor_suffix` instead.",
            param="statement_descriptor",
        )
    return types


def _takes_cards(ctx: Context) -> bool:
    """A connected account charges cards once its capability is active."""
    account = ctx.store.get(ctx.account, kind="account", account=PLATFORM)
    return account is None or account["capabilities"].get("card_payments") == "active"


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
    if method["type"] not in body["payment_method_types"]:
        raise InvalidRequest(
            f"The PaymentMethod provided ({method['type']}) is not allowed for this PaymentIntent. Please attach a "
            f"PaymentMethod of one of the following types: {', '.join(body['payment_method_types'])}.",
            param="payment_method",
            code="payment_intent_incompatible_payment_method",
        )
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
