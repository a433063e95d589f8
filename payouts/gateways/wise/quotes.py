"""Quotes of Wise: the rate for half an hour, the fee on top, when it arrives.

Asked with the amount that arrives, so that the fee comes on top of what the seller sends: BANIBS bears it. What arrives
is rounded up to the target's smallest unit, so that the fee never is less than nothing. Source:
docs.wise.com/api-reference/quote, read on 2026-11-27.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from banibs.core.money import Money, exponent
from payments.gateways import outcomes
from payouts.gateways.json_data import Data, as_data, decimal, money, parts, text
from payouts.gateways.wise import client

_TRIES = 3  # the rate may move between the two questions


@dataclass(frozen=True)
class WiseQuote:
    """A quote as Wise gave it. `fee` is on top of `sends`."""

    id: str
    sends: Money
    arrives: Money
    fee: Money
    rate: Decimal
    expires_at: dt.datetime
    arrives_at: dt.datetime | None


def ask(sends: Money, target: str, *, recipient: int | None) -> WiseQuote:
    """What would arrive for `sends`. Two questions where money is converted, the first for the rate, else one.

    Raises Refused CURRENCY_NOT_SUPPORTED, Unknown.
    """
    rate = (
        Decimal(1)
        if target == sends.currency
        else Decimal(text(_post(sends.currency, target, sends=sends), "rate"))
    )
    for _try in range(_TRIES):
        raw = (decimal(sends) * rate).scaleb(exponent(target)).to_integral_value(ROUND_CEILING)
        arrives = Money(int(raw), target)
        quote = _post(sends.currency, target, arrives=arrives, recipient=recipient)
        option = _from_balance(quote)
        taken = money(text(option, "sourceAmount"), sends.currency)
        charged = money(text(as_data(option.get("fee")), "total"), sends.currency)
        fee = taken - sends
        if fee.amount >= 0 and abs((fee - charged).amount) <= _grain(sends.currency, target, rate):
            return WiseQuote(
                id=text(quote, "id"),
                sends=sends,
                arrives=money(text(option, "targetAmount"), target),
                fee=fee,
                rate=rate,
                expires_at=_moment(text(quote, "expirationTime") or text(quote, "rateExpirationTime")),
                arrives_at=_moment(text(option, "estimatedDelivery"))
                if option.get("estimatedDelivery")
                else None,
            )
        rate = Decimal(text(quote, "rate"))
    raise outcomes.Unknown("Wise's rate moves while it is asked")


def _grain(source: str, target: str, rate: Decimal) -> int:
    """What one smallest unit of the target is worth in smallest units of the source, and one for rounding."""
    one = Decimal(1).scaleb(-exponent(target)) / rate
    return int(one.scaleb(exponent(source)).to_integral_value(ROUND_CEILING)) + 1


def _post(
    source: str,
    target: str,
    *,
    sends: Money | None = None,
    arrives: Money | None = None,
    recipient: int | None = None,
) -> Data:
    body: dict[str, object] = {
        "sourceCurrency": source,
        "targetCurrency": target,
        "sourceAmount": float(decimal(sends)) if sends else None,
        "targetAmount": float(decimal(arrives)) if arrives else None,
        "preferredPayIn": "BALANCE",
    }
    if recipient:
        body["targetAccount"] = recipient
    return as_data(client.ask("POST", f"/v3/profiles/{client.profile()}/quotes", body=body))


def _from_balance(quote: Data) -> Data:
    """The way to pay that we use. Raises Refused where Wise does not offer it."""
    for option in parts(quote, "paymentOptions"):
        if text(option, "payIn") == "BALANCE" and not option.get("disabled"):
            return option
    raise client.WiseRefused("CURRENCY_NOT_SUPPORTED", {"": "not from our balance"}, 200)


def _moment(said: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(said)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
