"""Top-ups: the merchant pays money into the balance."""

from banibs.dev.stripe_sandbox.api.payments import balance_transactions, money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.examples import new, taken
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Integer, Metadata, Moments, Shape, Text, merged
from banibs.dev.stripe_sandbox.store import Object

CREATE = Shape(
    {
        "amount": Integer(least=1),
        "currency": Text(),
        "description": Text(),
        "metadata": Metadata(),
        "statement_descriptor": Text(most=15),
    },
    required=("amount", "currency"),
)
LISTING = Shape(
    {**LIST, "created": Moments(), "status": Text("canceled", "failed", "pending", "reversed", "succeeded")}
)


def create(ctx: Context) -> Object:
    """Pay into the balance, in a currency that the account settles. The money is available at once, unless the
    controls say after how many seconds.
    """
    currency, amount = money.checked_currency(ctx.params["currency"]), ctx.params["amount"]
    money.check_amount(amount, currency)
    if currency not in ctx.store.setting("settled_currencies", list(money.SETTLED)):
        raise InvalidRequest(
            f"You don't have a bank account that can top up a balance in {currency}.", param="currency"
        )
    wait = int(ctx.store.setting("topup_seconds", 0))
    body = ctx.save(_build(ctx, amount, currency, wait))
    ctx.emit("topup.created", body)
    if wait:
        ctx.later(wait, "settle_topup", body["id"])
        return body
    return settle(ctx, body["id"])


def retrieve(ctx: Context, topup_id: str) -> Object:
    """One top-up."""
    return ctx.load("topup", topup_id)


def list_(ctx: Context) -> Object:
    """A page of top-ups."""
    return page(ctx, "topup", url="/v1/topups", where={"status": ctx.params.get("status")})


def settle(ctx: Context, topup_id: str) -> Object:
    """The chore: the money has come."""
    before = ctx.load("topup", topup_id)
    if before["status"] != "pending":
        return before
    transaction = balance_transactions.record(
        ctx, type_="topup", amount=before["amount"], currency=before["currency"], source=topup_id,
        description=before["description"] or "Top-up", at_once=True,
    )  # fmt: skip
    after = ctx.save({**before, "status": "succeeded", "balance_transaction": transaction["id"]})
    ctx.emit("topup.succeeded", after)
    return after


def _build(ctx: Context, amount: int, currency: str, wait: int) -> Object:
    return new(
        "topup", id=new_id("tu"), amount=amount, created=ctx.now(), currency=currency, initiated_by="user",
        expected_availability_date=ctx.now() + wait, metadata=merged({}, ctx.params.get("metadata")),
        **taken(ctx.params, "description", "statement_descriptor"),
    )  # fmt: skip
