"""Amounts of the local providers: decimals outside, whole minor units inside."""

from decimal import Decimal, InvalidOperation

# Decimals of the currencies that have not two (ISO 4217).
DIGITS = {
    **dict.fromkeys(("CLP", "GNF", "ISK", "JPY", "KRW", "RWF", "UGX", "VND", "XAF", "XOF"), 0),
    **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3),
}


def minor(value: object, currency: str) -> int:
    """Minor units of a decimal number. Raises ValueError for what is none, or has too many decimals."""
    try:
        scaled = Decimal(str(value)).scaleb(DIGITS.get(currency, 2))
    except InvalidOperation as wrong:
        raise ValueError(f"{value!r} is no amount") from wrong
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError(f"{value!r} is no amount of {currency}")
    return int(scaled)


def decimal(amount: int, currency: str) -> Decimal:
    """The decimal number of minor units: 1299 USD is 12.99."""
    return Decimal(amount).scaleb(-DIGITS.get(currency, 2))
