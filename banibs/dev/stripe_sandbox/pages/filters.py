"""What the pages' templates need to show amounts and moments."""

import datetime as dt

from django import template

from banibs.dev.stripe_sandbox.api.payments.money import decimals

register = template.Library()

_SIGNS = {
    "usd": "$", "gbp": "£", "eur": "€", "cad": "CA$", "ngn": "₦", "ghs": "GH₵", "kes": "KSh ",
    "zar": "R ", "jmd": "J$", "jpy": "¥",
}  # fmt: skip


@register.filter
def money(amount: int | None, currency: str | None) -> str:
    """An amount of minor units with its sign: `£93.40`."""
    if amount is None or not currency:
        return "–"
    places = decimals(currency)
    sign = _SIGNS.get(currency, f"{currency.upper()} ")
    return f"{'−' if amount < 0 else ''}{sign}{abs(amount) / 10**places:,.{places}f}"


@register.filter
def moment(seconds: float | None) -> str:
    """A moment in UTC, to the second."""
    if not seconds:
        return "–"
    return dt.datetime.fromtimestamp(seconds, dt.UTC).strftime("%-d %b %Y, %H:%M:%S")


@register.filter
def iso(seconds: float | None) -> str:
    """A moment for the `datetime` attribute of a `time` element."""
    return dt.datetime.fromtimestamp(seconds or 0, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@register.filter
def span(seconds: float | None) -> str:
    """A length of time in words: `2 days`."""
    left = int(seconds or 0)
    parts = []
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return ", ".join(parts) or "none"
