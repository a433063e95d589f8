"""Cards as they come in: checked, reduced to what may be kept, and kept. The number ends here."""

import datetime as dt
from typing import Any

from banibs.dev.stripe_sandbox.api.cards import bank_debits, card_numbers
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import CardDeclined, InvalidParameter, no_such
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.params import ADDRESS, Email, Shape, Text, full_address, merged
from banibs.dev.stripe_sandbox.store import Object

BILLING = Shape({"address": ADDRESS, "email": Email(), "name": Text(), "phone": Text(), "tax_id": Text()})


def from_shortcut(ctx: Context, card: card_numbers.TestCard) -> Object:
    """A fresh payment method of a test card that was named, not typed."""
    return _keep(ctx, card, {}, expiry=_next_year(ctx))


def from_data(ctx: Context, data: Object) -> Object:
    """Keep a card, or a bank account, without its number. Raises CardDeclined for what a bank would not even look at."""
    if data["type"] in bank_debits.DEBITS:
        return bank_debits.keep(ctx, data, billing=billing(data.get("billing_details")))
    given = data.get("card") or {}
    if given.get("token"):
        card = card_numbers.by_shortcut(given["token"])
        if card is None:
            raise no_such("token", given["token"], param="card[token]", in_path=False)
        return _keep(ctx, card, data, expiry=_next_year(ctx))
    if not given.get("number"):
        raise InvalidParameter("Missing required param: card.", code="parameter_missing", param="card")
    return _keep(ctx, _checked(ctx, given), data, expiry=(given["exp_month"], _full_year(given["exp_year"])))


def _keep(ctx: Context, card: card_numbers.TestCard, data: Object, *, expiry: tuple[int, int]) -> Object:
    given = data.get("card") or {}
    body = new(
        "payment_method", id=new_id("pm"), allow_redisplay=data.get("allow_redisplay") or "unspecified",
        billing_details=billing(data.get("billing_details")), created=ctx.now(),
        card=_card_fields(card, expiry, cvc="pass" if given.get("cvc") else None),
        metadata=merged({}, data.get("metadata")),
    )  # fmt: skip
    return ctx.save(body, private={"behaviour": card.behaviour})


def _card_fields(card: card_numbers.TestCard, expiry: tuple[int, int], *, cvc: str | None) -> Object:
    checks = {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": cvc}
    return {
        **new("payment_method")["card"], **_seen(card), "checks": checks, "exp_month": expiry[0],
        "display_brand": {"amex": "american_express", "diners": "diners_club"}.get(card.brand, card.brand),
        "exp_year": expiry[1], "generated_from": None, "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated", "wallet": None,
        "three_d_secure_usage": {"supported": card.brand in ("visa", "mastercard", "amex", "discover")},
    }  # fmt: skip


def _seen(card: card_numbers.TestCard) -> Object:
    return {name: value for name, value in vars(card).items() if name != "behaviour"}


def _checked(ctx: Context, given: Object) -> card_numbers.TestCard:
    """The test card behind a number. Stripe's own codes for what is mistyped; a real card is never
    accepted.
    """
    number = "".join(given["number"].split()).replace("-", "")
    if not (number.isascii() and number.isdigit() and 12 <= len(number) <= 19):
        raise CardDeclined(
            "The card number is not a valid credit card number.", code="invalid_number", param="number"
        )
    if not card_numbers.passes_luhn(number):
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
    card = card_numbers.by_number(number)
    if card is None:
        raise declined(card_numbers.DECLINES["live_card"], param="number")
    return card


def billing(given: Object | None, before: Object | None = None) -> Object:
    """Billing details with every key, over those that were there before."""
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


def declined(why: card_numbers.Decline, **fields: Any) -> CardDeclined:
    """The refusal of a card, in Stripe's words."""
    param = {"incorrect_cvc": "cvc", "expired_card": "exp_month"}.get(why.code)
    lost = why.decline_code in ("lost_card", "stolen_card", "fraudulent")
    return CardDeclined(
        why.message, code=why.code, decline_code=why.decline_code, param=fields.pop("param", param),
        advice_code="do_not_try_again" if lost else "try_again_later", **fields,
    )  # fmt: skip
