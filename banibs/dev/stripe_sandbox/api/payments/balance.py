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
    listed = settles(ctx)
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


def available(ctx: Context, currency: str) -> int:
    """What this account may send out now in a currency, in minor units; below zero where it owes."""
    row = ctx.store.row(
        "SELECT coalesce(sum(json_extract(body, '$.net')), 0) AS net FROM objects WHERE kind = "
        "'balance_transaction' AND account = ? AND json_extract(body, '$.currency') = ? "
        "AND json_extract(body, '$.status') = 'available'",
        ctx.account,
        currency,
    )
    return int(row["net"]) if row else 0


def settles(ctx: Context) -> list[str]:
    """The currencies that this account keeps as they come, those of its bank accounts; others become the first."""
    if ctx.account == PLATFORM:
        return list(ctx.store.setting("settled_currencies", list(money.SETTLED)))
    account = ctx.store.get(ctx.account, kind="account", account=PLATFORM)
    if account is None:
        return ["usd"]
    banks = [bank["currency"] for bank in account["external_accounts"]["data"]]
    return list(dict.fromkeys([account["default_currency"], *banks]))


def _line(sums: dict[tuple[str, str], int], status: str, currency: str) -> Object:
    amount = sums.get((status, currency), 0)
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
