"""Payment methods: cards reduced to what may be kept, attached to customers and let go again."""

from typing import Any

from banibs.dev.stripe_sandbox.api.cards import bank_debits, card_data, card_numbers
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidParameter, InvalidRequest
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Integer, Metadata, Shape, Text
from banibs.dev.stripe_sandbox.store import Object

CARD = Shape(
    {"number": Text(), "exp_month": Integer(), "exp_year": Integer(), "cvc": Text(), "token": Text()}
)
_REDISPLAY = Text("always", "limited", "unspecified")
_DATA: dict[str, Any] = {
    "type": Text("card", *bank_debits.DEBITS),
    "card": CARD,
    **bank_debits.FIELDS,
    "billing_details": card_data.BILLING,
    "metadata": Metadata(),
    "allow_redisplay": _REDISPLAY,
}
DATA = Shape(_DATA, required=("type",))
CREATE = Shape({**_DATA, "payment_method": Text(), "customer": Text()})
ATTACH = Shape({"customer": Text()}, required=("customer",))
LISTING = Shape({**LIST, "customer": Text(), "type": Text()})
_USED = (
    "The provided PaymentMethod was previously used with a PaymentIntent without "
    "Customer attachment, shared with a "
    "connected account without Customer attachment, or was detached from a "
    "Customer. It may not be used again. "
    "To use a PaymentMethod multiple times, you must attach it to a Customer first."
)


def create(ctx: Context) -> Object:
    """A payment method from card data."""
    if not ctx.params.get("type"):
        raise InvalidParameter("Missing required param: type.", code="parameter_missing", param="type")
    return card_data.from_data(ctx, ctx.params)


def resolve(ctx: Context, name: str, *, param: str = "payment_method") -> Object:
    """The payment method of an identifier, or a fresh one for a shortcut such as `pm_card_visa`."""
    card = card_numbers.by_shortcut(name) if name.startswith("pm_card_") else None
    if card is not None:
        return card_data.from_shortcut(ctx, card)
    account = bank_debits.by_shortcut(name)
    if account is not None:
        details = card_data.billing({"name": "Amara Obi", "email": "amara@example.com"})
        return bank_debits.keep(ctx, {"type": "us_bank_account"}, billing=details, last4=account)
    return ctx.load("payment_method", name, param=param, in_path=False)


def retrieve(ctx: Context, method_id: str) -> Object:
    """One payment method."""
    return (
        resolve(ctx, method_id) if method_id.startswith("pm_card_") else ctx.load("payment_method", method_id)
    )


def attach(ctx: Context, method_id: str) -> Object:
    """Save a card to a customer; the bank is asked once, and may say no."""
    customer = ctx.load("customer", ctx.params["customer"], param="customer", in_path=False)
    method = resolve(ctx, method_id)
    if method["customer"] and method["customer"] != customer["id"]:
        raise InvalidRequest(
            "The payment method you provided has already been attached to a customer.",
            code="payment_method_unexpected_state",
        )
    check_usable(ctx, method)
    behaviour = ctx.store.private(method["id"])["behaviour"]
    if behaviour in card_numbers.DECLINES and behaviour != "declines_after_attaching":
        raise card_data.declined(card_numbers.DECLINES[behaviour])
    return bind(ctx, method, customer["id"])


def bind(ctx: Context, method: Object, customer_id: str) -> Object:
    """Attach without asking the bank: it has just said yes."""
    if method["customer"] == customer_id:
        return method
    body = ctx.save({**method, "customer": customer_id})
    ctx.emit("payment_method.attached", body)
    return body


def detach(ctx: Context, method_id: str) -> Object:
    """Let a card go: it can never be used again."""
    before = ctx.load("payment_method", method_id)
    if before["customer"] is None:
        raise InvalidRequest(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            code="payment_method_unexpected_state",
        )
    body = ctx.save({**before, "customer": None}, private={**ctx.store.private(method_id), "used": True})
    ctx.emit("payment_method.detached", body, {"customer": before["customer"]})
    return body


def list_(ctx: Context) -> Object:
    """The cards of a customer."""
    if not ctx.params.get("customer"):
        return page(ctx, "payment_method", url="/v1/payment_methods", where={"customer": "-"})
    ctx.load("customer", ctx.params["customer"], param="customer", in_path=False)
    where = {"customer": ctx.params["customer"], "type": ctx.params.get("type")}
    return page(ctx, "payment_method", url="/v1/payment_methods", where=where)


def check_usable(ctx: Context, method: Object) -> None:
    """A card that was used once without a customer, or detached, is spent."""
    if ctx.store.private(method["id"]).get("used") and not method["customer"]:
        raise InvalidRequest(_USED, code="payment_method_unexpected_state", param="payment_method")
