"""Payment methods: cards reduced to what may be kept, attached to customers and let go again."""

import datetime as dt
from typing import Any

from payments.sandbox import cards
from payments.sandbox.api.customers import full_address
from payments.sandbox.context import Context
from payments.sandbox.errors import CardDeclined, InvalidParameter, InvalidRequest, no_such
from payments.sandbox.events import changed
from payments.sandbox.ids import new_id
from payments.sandbox.lists import page
from payments.sandbox.params import ADDRESS, LIST, Integer, Metadata, Shape, Text, merged
from payments.sandbox.store import Object

BILLING = Shape({"address": ADDRESS, "email": Text(), "name": Text(), "phone": Text(), "tax_id": Text()})
CARD = Shape(
    {"number": Text(), "exp_month": Integer(), "exp_year": Integer(), "cvc": Text(), "token": Text()}
)
_REDISPLAY = Text("always", "limited", "unspecified")
_DATA: dict[str, Any] = {
    "type": Text("card"),
    "card": CARD,
    "billing_details": BILLING,
    "metadata": Metadata(),
    "allow_redisplay": _REDISPLAY,
}
DATA = Shape(_DATA, required=("type",))
CREATE = Shape({**_DATA, "payment_method": Text(), "customer": Text()})
UPDATE = Shape(
    {
        "billing_details": BILLING,
        "metadata": Metadata(),
        "allow_redisplay": _REDISPLAY,
        "card": Shape({"exp_month": Integer(), "exp_year": Integer()}),
    }
)
ATTACH = Shape({"customer": Text()}, required=("customer",))
LISTING = Shape({**LIST, "customer": Text(), "type": Text()})
OF_CUSTOMER = Shape({**LIST, "type": Text(), "allow_redisplay": _REDISPLAY})

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
    return from_data(ctx, ctx.params)


def from_data(ctx: Context, data: Object) -> Object:
    """Keep a card without its number. Raises CardDeclined for what a bank would not even look at."""
    given = data.get("card") or {}
    if given.get("token"):
        card = cards.by_shortcut(given["token"])
        if card is None:
            raise no_such("token", given["token"], param="card[token]", in_path=False)
        return _keep(ctx, card, data, expiry=_next_year(ctx))
    if not given.get("number"):
        raise InvalidParameter("Missing required param: card.", code="parameter_missing", param="card")
    return _keep(ctx, _checked(ctx, given), data, expiry=(given["exp_month"], _full_year(given["exp_year"])))


def resolve(ctx: Context, name: str, *, param: str = "payment_method") -> Object:
    """The payment method of an identifier, or a fresh one for a shortcut such as `pm_card_visa`."""
    card = cards.by_shortcut(name) if name.startswith("pm_card_") else None
    if card is not None:
        return _keep(ctx, card, {}, expiry=_next_year(ctx))
    return ctx.load("payment_method", name, param=param, in_path=False)


def retrieve(ctx: Context, method_id: str) -> Object:
    """One payment method."""
    return (
        resolve(ctx, method_id) if method_id.startswith("pm_card_") else ctx.load("payment_method", method_id)
    )


def update(ctx: Context, method_id: str) -> Object:
    """Change expiry, billing details or metadata of an attached card."""
    before = ctx.load("payment_method", method_id)
    if before["customer"] is None:
        raise InvalidRequest("You must save this PaymentMethod to a customer before you can update it.")
    after = {**before, "card": {**before["card"], **(ctx.params.get("card") or {})}}
    if ctx.params.get("billing_details"):
        after["billing_details"] = _billing(ctx.params["billing_details"], before["billing_details"])
    if "allow_redisplay" in ctx.params:
        after["allow_redisplay"] = ctx.params["allow_redisplay"]
    after["metadata"] = merged(before["metadata"], ctx.params.get("metadata"))
    ctx.save(after)
    ctx.emit("payment_method.updated", after, changed(before, after))
    return after


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
    if behaviour in cards.DECLINES and behaviour != "declines_after_attaching":
        raise declined(cards.DECLINES[behaviour])
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


def list_of_customer(ctx: Context, customer_id: str) -> Object:
    """The cards of the customer in the path."""
    ctx.load("customer", customer_id)
    where = {
        "customer": customer_id,
        "type": ctx.params.get("type"),
        "allow_redisplay": ctx.params.get("allow_redisplay"),
    }
    return page(ctx, "payment_method", url=f"/v1/customers/{customer_id}/payment_methods", where=where)


def retrieve_of_customer(ctx: Context, customer_id: str, method_id: str) -> Object:
    """One card of the customer in the path."""
    body = ctx.load("payment_method", method_id)
    if body["customer"] != customer_id:
        raise no_such("payment_method", method_id)
    return body


def check_usable(ctx: Context, method: Object) -> None:
    """A card that was used once without a customer, or detached, is spent."""
    if ctx.store.private(method["id"]).get("used") and not method["customer"]:
        raise InvalidRequest(_USED, code="payment_method_unexpected_state", param="payment_method")


def declined(why: cards.Decline, **fields: Any) -> CardDeclined:
    """The refusal of a card, in Stripe's words."""
    param = {"incorrect_cvc": "cvc", "expired_card": "exp_month"}.get(why.code)
    return CardDeclined(
        why.message, code=why.code, decline_code=why.decline_code, param=fields.pop("param", param), **fields
    )


def _keep(ctx: Context, card: cards.TestCard, data: Object, *, expiry: tuple[int, int]) -> Object:
    given = data.get("card") or {}
    body: Object = {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": data.get("allow_redisplay") or "unspecified",
        "billing_details": _billing(data.get("billing_details")),
        "card": _card_fields(card, expiry, cvc="pass" if given.get("cvc") else None),
        "created": ctx.now(),
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": merged({}, data.get("metadata")),
        "type": "card",
    }
    return ctx.save(body, private={"behaviour": card.behaviour})


def _card_fields(card: cards.TestCard, expiry: tuple[int, int], *, cvc: str | None) -> Object:
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": cvc},
        "country": card.country,
        "display_brand": {"amex": "american_express", "diners": "diners_club"}.get(card.brand, card.brand),
        "exp_month": expiry[0],
        "exp_year": expiry[1],
        "fingerprint": card.fingerprint,
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": card.brand in ("visa", "mastercard", "amex", "discover")},
        "wallet": None,
    }


def _checked(ctx: Context, given: Object) -> cards.TestCard:
    """The test card behind a number. Stripe's own codes for what is mistyped; a real card is never
    accepted.
    """
    number = "".join(given["number"].split()).replace("-", "")
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        raise CardDeclined(
            "The card number is not a valid credit card number.", code="invalid_number", param="number"
        )
    if not cards.passes_luhn(number):
        raise CardDeclined("Your card number is incorrect.", code="incorrect_number", param="number")
    month, year, today = given.get("exp_month") or 0, _full_year(given.get("exp_year") or 0), _today(ctx)
    if not 1 <= month <= 12:
        raise CardDeclined(
            "Your card's expiration month is invalid.", code="invalid_expiry_month", param="exp_month"
        )
    if not today.year <= year <= today.year + 50:
        raise CardDeclined(
            "Your card's expiration year is invalid.", code="invalid_expiry_year", param="exp_year"
        )
    if (year, month) < (today.year, today.month):
        raise CardDeclined(
            "Your card's expiration month is invalid.", code="invalid_expiry_month", param="exp_month"
        )
    cvc = given.get("cvc")
    if cvc and not (cvc.isascii() and cvc.isdigit() and len(cvc) in (3, 4)):
        raise CardDeclined("Your card's security code is invalid.", code="invalid_cvc", param="cvc")
    card = cards.by_number(number)
    if card is None:
        raise declined(cards.DECLINES["live_card"], param="number")
    return card


def _billing(given: Object | None, before: Object | None = None) -> Object:
    fields = {**(before or {}), **(given or {})}
    return {
        **{name: fields.get(name) for name in BILLING.fields},
        "address": full_address(fields.get("address")),
    }


def _today(ctx: Context) -> dt.datetime:
    return dt.datetime.fromtimestamp(ctx.now(), dt.UTC)


def _next_year(ctx: Context) -> tuple[int, int]:
    today = _today(ctx)
    return today.month, today.year + 1


def _full_year(year: int) -> int:
    return 2000 + year if 0 <= year < 100 else year
