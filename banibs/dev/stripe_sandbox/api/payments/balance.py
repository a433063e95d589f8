"""The balance: what is pending and what is available, per currency, summed from the balance transactions."""

from banibs.dev.stripe_sandbox.api.payments import money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object


def retrieve(ctx: Context) -> Object:
    """The balance of this account; every currency that it settles is listed, at 0 too."""
    rows = ctx.store.rows(
        "SELECT json_extract(body, '$.currency') AS currency, json_extract(body, '$.status') AS status, "
        "sum(json_extract(body, '$.net')) AS net FROM objects "
        "WHERE kind = 'balance_transaction' AND account = ? GROUP BY 1, 2",
        ctx.account,
    )
    sums = {(row["status"], row["currency"]): int(row["net"]) for row in rows}
    listed = (
        list(ctx.store.setting("settled_currencies", list(money.SETTLED)))
        if ctx.account == PLATFORM
        else [_own(ctx)]
    )
    listed += sorted({currency for _, currency in sums} - set(listed))
    return {
        "object": "balance",
        "available": [_line(sums, "available", currency) for currency in listed],
        "connect_reserved": [{"amount": 0, "currency": currency} for currency in listed],
        "livemode": False,
        "pending": [_line(sums, "pending", currency) for currency in listed],
    }


def held(ctx: Context, currency: str) -> int:
    """What this account holds in a currency, pending and available, in minor units."""
    row = ctx.store.row(
        "SELECT coalesce(sum(json_extract(body, '$.net')), 0) AS net FROM objects WHERE kind = "
        "'balance_transaction' AND account = ? AND json_extract(body, '$.currency') = ?",
        ctx.account,
        currency,
    )
    return int(row["net"]) if row else 0


def _line(sums: dict[tuple[str, str], int], status: str, currency: str) -> Object:
    amount = sums.get((status, currency), 0)
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}


def _own(ctx: Context) -> str:
    account = ctx.store.get(ctx.account, kind="account", account=PLATFORM)
    return str(account["default_currency"]) if account else "usd"
