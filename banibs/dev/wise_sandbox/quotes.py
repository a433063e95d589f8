"""Quotes: a rate for half an hour, a fee, and when it would arrive."""

import uuid
from decimal import ROUND_HALF_UP, Decimal

from banibs.dev.sandbox_kit import money
from banibs.dev.sandbox_kit.calls import Answer, Call, moment
from banibs.dev.sandbox_kit.store import Object, Store
from banibs.dev.wise_sandbox.errors import only, refusal

# How much of each a US dollar is. No rates of any day: round numbers, so that a test can be read.
PER_DOLLAR = {
    "USD": "1", "GBP": "0.8", "EUR": "0.9", "CAD": "1.35", "NGN": "1500", "GHS": "12", "KES": "130", "ZAR": "18",
    "XOF": "600", "XAF": "600", "UGX": "3700", "TZS": "2500", "JPY": "150", "INR": "84", "AUD": "1.5", "BRL": "5.5",
    "CHF": "0.88", "PLN": "3.9", "SEK": "10.5", "NOK": "10.8", "DKK": "6.7", "MXN": "18.5", "AED": "3.67",
    "CZK": "22", "HUF": "360", "RON": "4.5", "NZD": "1.7",
}  # fmt: skip
GOOD_FOR = 1800  # seconds
DELIVERY = 86_400  # seconds until it arrives
FIELDS = {"sourceCurrency", "targetCurrency", "sourceAmount", "targetAmount", "targetAccount", "payOut",
          "preferredPayIn", "paymentMetadata"}  # fmt: skip


def rate(store: Store, source: str, target: str) -> Decimal:
    """How many of the target one of the source is; `rate_shift_bps` makes it better or worse."""
    if source == target:
        return Decimal(1)
    plain = Decimal(PER_DOLLAR[target]) / Decimal(PER_DOLLAR[source])
    return (
        (plain * (10_000 + int(store.setting("rate_shift_bps", 0))) / 10_000)
        .quantize(Decimal("1e-10"))
        .normalize()
    )


def _whole(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP))


def create(call: Call) -> Answer:
    """POST /v3/profiles/<profile>/quotes"""
    given = call.data()
    only(given, FIELDS)
    source, target = str(given.get("sourceCurrency")), str(given.get("targetCurrency"))
    for name, currency in (("sourceCurrency", source), ("targetCurrency", target)):
        if currency not in PER_DOLLAR:
            raise refusal(422, "This currency is not supported", code="CURRENCY_NOT_SUPPORTED", path=name)
    if (given.get("sourceAmount") is None) == (given.get("targetAmount") is None):
        raise refusal(422, "Either sourceAmount or targetAmount", code="NOT_VALID", path="sourceAmount")
    price = rate(call.store, source, target)
    bps = int(call.store.setting("fee_bps", 62))
    ratio = price * Decimal(10) ** (money.DIGITS.get(target, 2) - money.DIGITS.get(source, 2))
    if given.get("targetAmount") is not None:
        arrives = money.minor(given["targetAmount"], target)
        converted = _whole(arrives / ratio)
        fee = _whole(Decimal(converted) * bps / 10_000)
        taken = converted + fee
    else:
        taken = money.minor(given["sourceAmount"], source)
        fee = _whole(Decimal(taken) * bps / (10_000 + bps))
        arrives = _whole((taken - fee) * ratio)
    if taken <= 0 or arrives <= 0:
        raise refusal(422, "The amount is too small", code="MIN_AMOUNT", path="sourceAmount")
    now = call.store.now()
    quote = {
        "id": str(uuid.uuid4()),
        "sourceCurrency": source,
        "targetCurrency": target,
        "sourceAmount": given.get("sourceAmount"),
        "targetAmount": given.get("targetAmount"),
        "payOut": given.get("payOut", "BANK_TRANSFER"),
        "preferredPayIn": given.get("preferredPayIn", "BANK_TRANSFER"),
        "rate": float(price),
        "createdTime": moment(now),
        "profile": int(call.names["profile"]),
        "rateType": "FIXED",
        "rateExpirationTime": moment(now + GOOD_FOR),
        "expirationTime": moment(now + GOOD_FOR),
        "providedAmountType": "SOURCE" if given.get("targetAmount") is None else "TARGET",
        "status": "PENDING",
        "notices": [],
        "paymentOptions": [
            _option(way, source, target, taken, fee, arrives, now) for way in ("BALANCE", "BANK_TRANSFER")
        ],
        "_until": now + GOOD_FOR,
        "_taken": taken,
        "_fee": fee,
        "_arrives": arrives,
    }
    call.store.save("quote", str(quote["id"]), quote)
    return Answer(shown(quote))


def _option(way: str, source: str, target: str, taken: int, fee: int, arrives: int, now: float) -> Object:
    charged = float(money.decimal(fee, source))
    return {
        "disabled": way != "BALANCE",
        "estimatedDelivery": moment(now + DELIVERY),
        "formattedEstimatedDelivery": "tomorrow",
        "estimatedDeliveryDelays": [],
        "fee": {"transferwise": charged, "payIn": 0, "discount": 0, "partner": 0, "total": charged},
        "sourceAmount": float(money.decimal(taken, source)),
        "targetAmount": float(money.decimal(arrives, target)),
        "sourceCurrency": source,
        "targetCurrency": target,
        "payIn": way,
        "payOut": "BANK_TRANSFER",
        "allowedProfileTypes": ["PERSONAL", "BUSINESS"],
    }


def shown(quote: Object) -> Object:
    """A quote as Wise answers it."""
    return {name: value for name, value in quote.items() if not name.startswith("_")}


def find(store: Store, quote_id: str, path: str) -> Object:
    """A quote. Raises Refusal."""
    quote = store.get("quote", quote_id)
    if quote is None:
        raise refusal(404, "No such quote", code="quote.not-found", path=path)
    if quote["_until"] <= store.now() and quote["status"] == "PENDING":
        quote["status"] = "EXPIRED"
        store.save("quote", quote_id, quote)
    return quote


def show(call: Call) -> Answer:
    """GET /v3/profiles/<profile>/quotes/<quote>"""
    return Answer(shown(find(call.store, call.names["quote"], "quoteId")))
