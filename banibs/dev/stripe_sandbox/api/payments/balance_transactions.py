"""Balance transactions: every movement of a Stripe balance, pending at first, available two business days later."""

from banibs.dev.stripe_sandbox.api.payments import balance, business_days, money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Moments, Shape, Text
from banibs.dev.stripe_sandbox.store import Object

LISTING = Shape(
    {**LIST, "created": Moments(), "currency": Text(), "payout": Text(), "source": Text(), "type": Text()}
)

PENDING = 2  # business days until the money of a payment is available, unless the controls say otherwise
_REFUND_WAITS = (
    "SELECT 1 FROM objects WHERE kind = 'refund' AND account = ? "
    "AND json_extract(body, '$.status') = 'pending' AND json_extract(body, '$.balance_transaction') IS NULL "
    "LIMIT 1"
)
_CATEGORIES = {
    "adjustment": "dispute", "payment": "charge", "payment_refund": "refund", "payout_cancel": "payout_reversal",
    "payout_failure": "payout_reversal", "transfer_refund": "transfer_reversal",
}  # fmt: skip


def record(
    ctx: Context, *, type_: str, amount: int, currency: str, source: str, description: str | None,
    fee: int = 0, fee_for: str = "Stripe processing fees", at_once: bool = False,
    category: str | None = None, waits: int = 0,
) -> Object:  # fmt: skip
    """Move the balance by `amount` less `fee` (minor units of `currency`); converted where the
    account settles another. A fee below zero is one that is given back. It is available `at_once`, after `waits`
    seconds, or after Stripe's business days.
    """
    moved, own, rate = money.converted(amount, currency, balance.settles(ctx))
    now, days = ctx.now(), int(ctx.store.setting("available_business_days", PENDING))
    at_once = at_once or not (waits or days)
    available = now if at_once else now + waits if waits else business_days.after(now, days)
    body = new(
        "balance_transaction", id=new_id("txn"), amount=moved, available_on=available, created=now, currency=own,
        description=description, exchange_rate=rate, fee=fee,
        fee_details=_details(fee, own, fee_for) if fee else [], net=moved - fee,
        reporting_category=category or _CATEGORIES.get(type_, type_), source=source,
        status="available" if at_once else "pending", type=type_,
    )  # fmt: skip
    ctx.save(body)
    if not at_once:
        ctx.later(available - now, "release_funds", body["id"])
    if body["net"] > 0 and ctx.store.row(_REFUND_WAITS, ctx.account) is not None:
        ctx.later(0, "send_waiting_refunds", body["id"])
    return body


def release(ctx: Context, transaction_id: str) -> None:
    """The chore: pending money becomes available."""
    body = ctx.load("balance_transaction", transaction_id)
    ctx.save({**body, "status": "available"})
    ctx.emit("balance.available", balance.retrieve(ctx))


def retrieve(ctx: Context, transaction_id: str) -> Object:
    """One balance transaction."""
    return ctx.load("balance_transaction", transaction_id)


def list_(ctx: Context) -> Object:
    """A page of balance transactions."""
    where = {name: ctx.params.get(name) for name in ("currency", "source", "type")}
    if ctx.params.get("payout"):
        where["payout"] = ctx.params["payout"]
    return page(ctx, "balance_transaction", url="/v1/balance_transactions", where=where)


def _details(fee: int, currency: str, described: str) -> list[Object]:
    return [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": described,
            "type": "stripe_fee",
        }
    ]
