"""Transfer reversals: money taken back from a connected account, as far as its balance still holds it."""

from banibs.dev.stripe_sandbox.api.connect import transfers
from banibs.dev.stripe_sandbox.api.payments import balance, balance_transactions, money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest, no_such
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Flag, Integer, Metadata, Shape, Text, merged
from banibs.dev.stripe_sandbox.store import Object

CREATE = Shape(
    {
        "amount": Integer(least=1),
        "description": Text(),
        "metadata": Metadata(),
        "refund_application_fee": Flag(),
    }
)
LISTING = Shape(LIST)
UPDATE = Shape({"metadata": Metadata()})


def create(ctx: Context, transfer_id: str) -> Object:
    """Take a transfer back, or `amount` of it; refused where the other account's available balance is less."""
    transfer = ctx.load("transfer", transfer_id)
    left = transfer["amount"] - transfer["amount_reversed"]
    amount = ctx.params.get("amount") or left
    if left == 0:
        raise InvalidRequest(f"Transfer {transfer_id} is already fully reversed.")
    if amount > left:
        said = (
            f"Reversal amount ({money.shown(amount, transfer['currency'])}) is greater than unreversed amount on "
            f"transfer ({money.shown(left, transfer['currency'])})"
        )
        raise InvalidRequest(said, param="amount")
    refund_id = _leaves(ctx, transfer, amount)
    reversal_id = new_id("trr")
    back = balance_transactions.record(
        ctx, type_="transfer_refund", amount=amount, currency=transfer["currency"], source=reversal_id,
        description=ctx.params.get("description"), at_once=True,
    )  # fmt: skip
    body = ctx.save(
        new(
            "transfer_reversal",
            id=reversal_id,
            amount=amount,
            balance_transaction=back["id"],
            created=ctx.now(),
            currency=transfer["currency"],
            destination_payment_refund=refund_id,
            transfer=transfer_id,
            metadata=merged({}, ctx.params.get("metadata")),
        )
    )
    transfers.recount(ctx, transfer_id)
    return body


def retrieve(ctx: Context, transfer_id: str, reversal_id: str) -> Object:
    """One reversal of a transfer."""
    found = ctx.load("transfer_reversal", reversal_id)
    if found["transfer"] != transfer_id:
        raise no_such("transfer_reversal", reversal_id)
    return found


def update(ctx: Context, transfer_id: str, reversal_id: str) -> Object:
    """Change the metadata of a reversal."""
    before = retrieve(ctx, transfer_id, reversal_id)
    return ctx.save({**before, "metadata": merged(before["metadata"], ctx.params.get("metadata"))})


def list_(ctx: Context, transfer_id: str) -> Object:
    """A page of the reversals of a transfer."""
    transfer = ctx.load("transfer", transfer_id)
    url = f"/v1/transfers/{transfer_id}/reversals"
    return page(ctx, "transfer_reversal", url=url, where={"transfer": transfer["id"]})


def _leaves(ctx: Context, transfer: Object, amount: int) -> str:
    """Take the money off the connected account; the id of the refund that it is there."""
    theirs = ctx.acting_for(transfer["destination"])
    payment = theirs.load("charge", transfer["destination_payment"])
    moved, own, _ = money.converted(amount, transfer["currency"], balance.settles(theirs))
    if balance.available(theirs, own) < moved:
        raise InvalidRequest(
            "Insufficient funds in the connected account's available balance to reverse this transfer.",
            code="balance_insufficient",
        )
    refund_id = new_id("pyr")
    balance_transactions.record(
        theirs, type_="payment_refund", amount=-amount, currency=transfer["currency"], source=refund_id,
        description=None, at_once=True,
    )  # fmt: skip
    back = payment["amount_refunded"] + amount
    theirs.save({**payment, "amount_refunded": back, "refunded": back >= payment["amount"]})
    return refund_id
