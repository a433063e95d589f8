"""Transfers: money of our balance put on a connected account's."""

from banibs.dev.stripe_sandbox.api.accounts import countries
from banibs.dev.stripe_sandbox.api.connect import daily_payouts
from banibs.dev.stripe_sandbox.api.payments import balance, balance_transactions, money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest, no_such
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import listed, page
from banibs.dev.stripe_sandbox.params import LIST, Integer, Metadata, Moments, Shape, Text, merged
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

_NOTES = {"description": Text(), "metadata": Metadata(), "transfer_group": Text()}
CREATE = Shape(
    {
        **_NOTES,
        "amount": Integer(least=1),
        "currency": Text(),
        "destination": Text(),
        "source_type": Text("bank_account", "card", "fpx"),
    },
    required=("amount", "currency", "destination"),
)
UPDATE = Shape({"description": Text(), "metadata": Metadata()})
LISTING = Shape({**LIST, "created": Moments(), "destination": Text(), "transfer_group": Text()})
RECIPIENTS_WAIT = 86400  # seconds until a transfer to a recipient can be paid out


def create(ctx: Context) -> Object:
    """Send money to a connected account: at once, as far as our available balance goes."""
    if ctx.account != PLATFORM:
        raise InvalidRequest("The local Stripe makes transfers from the platform's own account alone.")
    currency, amount = money.checked_currency(ctx.params["currency"]), ctx.params["amount"]
    account = _destination(ctx, ctx.params["destination"])
    if ctx.params.get("source_type") not in (None, "card") or balance.available(ctx, currency) < amount:
        raise InvalidRequest(
            "You have insufficient available funds in your Stripe account. Try adding funds directly to your "
            "available balance by creating Charges using the 4000000000000077 test card. See: "
            "https://stripe.com/docs/testing#available-balance",
            code="balance_insufficient",
        )
    transfer_id = new_id("tr")
    taken = balance_transactions.record(
        ctx, type_="transfer", amount=-amount, currency=currency, source=transfer_id,
        description=ctx.params.get("description"), at_once=True,
    )  # fmt: skip
    body = ctx.save(
        new(
            "transfer",
            id=transfer_id,
            amount=amount,
            balance_transaction=taken["id"],
            created=ctx.now(),
            currency=currency,
            description=ctx.params.get("description"),
            destination=account["id"],
            destination_payment=_arrives(ctx, account, transfer_id, amount, currency),
            metadata=merged({}, ctx.params.get("metadata")),
            reversals=_reversals(transfer_id, []),
            transfer_group=ctx.params.get("transfer_group"),
        )
    )
    ctx.emit("transfer.created", body)
    daily_payouts.expect(ctx.acting_for(account["id"]), account)
    return body


def retrieve(ctx: Context, transfer_id: str) -> Object:
    """One transfer."""
    return ctx.load("transfer", transfer_id)


def update(ctx: Context, transfer_id: str) -> Object:
    """Change what is noted on a transfer."""
    before = ctx.load("transfer", transfer_id)
    notes = {"metadata": merged(before["metadata"], ctx.params.get("metadata"))}
    if "description" in ctx.params:
        notes["description"] = ctx.params["description"]
    after = ctx.save({**before, **notes})
    ctx.emit("transfer.updated", after, changed(before, after))
    return after


def list_(ctx: Context) -> Object:
    """A page of transfers."""
    where = {name: ctx.params.get(name) for name in ("destination", "transfer_group")}
    return page(ctx, "transfer", url="/v1/transfers", where=where)


def recount(ctx: Context, transfer_id: str) -> Object:
    """The transfer with its reversals counted anew."""
    before = ctx.load("transfer", transfer_id)
    every = ctx.find("transfer_reversal", transfer=transfer_id)
    back = sum(reversal["amount"] for reversal in every)
    after = ctx.save(
        {
            **before,
            "amount_reversed": back,
            "reversed": back >= before["amount"],
            "reversals": _reversals(transfer_id, every),
        }
    )
    ctx.emit("transfer.reversed", after, changed(before, after))
    return after


def _destination(ctx: Context, account_id: str) -> Object:
    if account_id == PLATFORM:
        raise InvalidRequest("The destination account cannot be your own account.", param="destination")
    account = ctx.store.get(account_id, kind="account", account=PLATFORM)
    if account is None:
        raise no_such("destination", account_id, param="destination", in_path=False)
    if account["capabilities"].get("transfers") != "active":
        raise InvalidRequest(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers, "
            "crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    if account["country"] in countries.RECIPIENTS_ALONE and not _recipient(account):
        raise InvalidRequest(
            f"Funds can't be sent to accounts located in {account['country']} because it's restricted outside of your "
            "platform's region. Learn more: https://stripe.com/docs/connect/cross-border-payouts",
            code="transfers_not_allowed",
        )
    return account


def _recipient(account: Object) -> bool:
    return bool(account["tos_acceptance"].get("service_agreement") == "recipient")


def _arrives(ctx: Context, account: Object, transfer_id: str, amount: int, currency: str) -> str:
    """Put the money on the connected account's balance; the id of the payment that it is there."""
    theirs, payment_id = ctx.acting_for(account["id"]), new_id("py")
    waits = RECIPIENTS_WAIT if _recipient(account) else 0
    transaction = balance_transactions.record(
        theirs, type_="payment", amount=amount, currency=currency, source=payment_id, description=None,
        at_once=not waits, waits=waits,
    )  # fmt: skip
    payment = new(
        "charge", id=payment_id, amount=amount, amount_captured=amount, balance_transaction=transaction["id"],
        captured=True, created=ctx.now(), currency=currency, description=None, outcome=None, paid=True,
        payment_intent=None, payment_method=None, source_transfer=transfer_id, status="succeeded",
        payment_method_details={"stripe_account": {}, "type": "stripe_account"},
        refunds=listed([], url=f"/v1/charges/{payment_id}/refunds"),
    )  # fmt: skip
    theirs.save(payment)
    theirs.emit("payment.created", payment)
    return payment_id


def _reversals(transfer_id: str, every: list[Object]) -> Object:
    url = f"/v1/transfers/{transfer_id}/reversals"
    return listed(every[::-1][:10], url=url, has_more=len(every) > 10)
