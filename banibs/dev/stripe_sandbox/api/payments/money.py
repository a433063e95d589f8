"""Amounts: which currencies exist, how small a charge may be, what Stripe keeps of it, what others
convert to.
"""

from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.store import Store

_CODES = """
usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop
crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jpy kes
kgs khr kmf krw kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd
pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs
uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
"""
CURRENCIES = frozenset(_CODES.split())
_NO_DECIMALS = "bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf"
WITHOUT_DECIMALS = frozenset(_NO_DECIMALS.split())
WHOLE_ONLY = frozenset(["isk", "ugx"])  # written with two decimals, which are always 00
LEAST = {"usd": 50, "eur": 50, "gbp": 30, "cad": 50, "aud": 50, "chf": 50, "jpy": 50, "nzd": 50, "sgd": 50,
"dkk": 250, "nok": 300,
         "sek": 300, "mxn": 1000, "hkd": 400, "aed": 200, "pln": 200, "inr": 50, "brl": 50}  # fmt: skip
PER_DOLLAR = {
    "ngn": 1550.0, "kes": 129.0, "zar": 18.0, "jmd": 157.0, "xof": 605.0, "xaf": 605.0, "jpy": 150.0, "isk": 125.0,
    "ugx": 3600.0, "tzs": 2500.0, "rwf": 1450.0, "krw": 1390.0, "vnd": 26000.0, "idr": 16500.0,
}  # fmt: skip
SETTLED = (
    "usd",
    "gbp",
    "eur",
    "cad",
)  # the currencies of the account's bank accounts; the rest becomes the first


def decimals(currency: str) -> int:
    """How many decimals the currency's minor unit has."""
    return 0 if currency in WITHOUT_DECIMALS else 2


def checked_currency(code: str) -> str:
    """The currency in small letters; refuses what Stripe does not know."""
    currency = code.lower()
    if currency not in CURRENCIES:
        known = ", ".join(sorted(CURRENCIES))
        said = f"Invalid currency: {currency}. Stripe currently supports these currencies: {known}"
        raise InvalidRequest(said, param="currency")
    return currency


def check_amount(amount: int, currency: str) -> None:
    """Refuse an amount that is too small, too large, or not whole where it must be."""
    least = LEAST.get(currency) or round(PER_DOLLAR.get(currency, 1.0) * 10 ** decimals(currency) / 2)
    if amount < least:
        raise InvalidRequest(
            f"Amount must be at least {shown(least, currency)}", code="amount_too_small", param="amount"
        )
    if amount > 99_999_999:
        raise InvalidRequest(
            f"Amount must be no more than {shown(99_999_999, currency)}",
            code="amount_too_large",
            param="amount",
        )
    if currency in WHOLE_ONLY and amount % 100:
        said = f"Invalid amount: {currency} is charged in whole units, so it must be evenly divisible by 100."
        raise InvalidRequest(said, code="parameter_invalid_integer", param="amount")


def shown(amount: int, currency: str) -> str:
    """An amount for a message: `0.50 usd`."""
    places = decimals(currency)
    return f"{amount / 10**places:,.{places}f} {currency}"


def processing_fee(store: Store, amount: int, *, abroad: bool, converted: bool) -> int:
    """Stripe's fee in minor units: 2.9 % and 30 unless the controls say otherwise, half up; 1.5 % more for a card of
    another country, 1 % more where money is converted.
    """
    bps = int(store.setting("fee_bps", 290)) + 150 * abroad + 100 * converted
    return (amount * bps + 5000) // 10000 + int(store.setting("fee_fixed", 30))


def settled(store: Store, amount: int, currency: str) -> tuple[int, str, float | None]:
    """What arrives on our balance: amount, currency and the exchange rate, None where nothing was
    converted.
    """
    return converted(amount, currency, store.setting("settled_currencies", list(SETTLED)))


def converted(amount: int, currency: str, own: list[str]) -> tuple[int, str, float | None]:
    """The same on a balance that keeps the currencies in `own`, the first of which others become."""
    if currency in own:
        return amount, currency, None
    target = own[0]
    dollars = amount / 10 ** decimals(currency) / PER_DOLLAR.get(currency, 1.0)
    converted = round(dollars * PER_DOLLAR.get(target, 1.0) * 10 ** decimals(target))
    return converted, target, round(PER_DOLLAR.get(target, 1.0) / PER_DOLLAR.get(currency, 1.0), 8)
