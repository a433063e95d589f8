"""Payouts: money of an account's balance sent to its bank."""

from banibs.dev.stripe_sandbox.api.accounts import accounts
from banibs.dev.stripe_sandbox.api.connect import payout_states
from banibs.dev.stripe_sandbox.api.payments import balance, money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest, no_such
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Integer, Metadata, Moments, Shape, Text, merged
from banibs.dev.stripe_sandbox.store import Object

CREATE = Shape(
    {
        "amount": Integer(least=1),
        "currency": Text(),
        "description": Text(),
        "destination": Text(),
        "metadata": Metadata(),
        "method": Text("instant", "standard"),
        "source_type": Text("bank_account", "card", "fpx"),
        "statement_descriptor": Text(most=22),
    },
    required=("amount", "currency"),
)
UPDATE = Shape({"metadata": Metadata()})
LISTING = Shape(
    {
        **LIST,
        "arrival_date": Moments(),
        "created": Moments(),
        "destination": Text(),
        "status": Text("canceled", "failed", "in_transit", "paid", "pending"),
    }
)


def create(ctx: Context) -> Object:
    """Send money of this account to its bank; refused where its available balance is less."""
    currency, amount = money.checked_currency(ctx.params["currency"]), ctx.params["amount"]
    account = accounts.retrieve(ctx, ctx.account)
    bank = _bank(account, currency, ctx.params.get("destination"))
    _check(ctx, account, bank)
    if ctx.params.get("source_type") not in (None, "card") or balance.available(ctx, currency) < amount:
        raise InvalidRequest(
            "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.  You can "
            "use the the /v1/balance endpoint to view your Stripe balance (for more details, see "
            "stripe.com/docs/api#balance).",
            code="balance_insufficient",
        )
    return payout_states.begin(ctx, bank, amount=amount, automatic=False)


def retrieve(ctx: Context, payout_id: str) -> Object:
    """One payout."""
    return ctx.load("payout", payout_id)


def update(ctx: Context, payout_id: str) -> Object:
    """Change the metadata of a payout."""
    before = ctx.load("payout", payout_id)
    after = ctx.save({**before, "metadata": merged(before["metadata"], ctx.params.get("metadata"))})
    ctx.emit("payout.updated", after, changed(before, after))
    return after


def list_(ctx: Context) -> Object:
    """A page of payouts."""
    where = {name: ctx.params.get(name) for name in ("status", "destination")}
    return page(
        ctx, "payout", url="/v1/payouts", where=where, within={"arrival_date": ctx.params.get("arrival_date")}
    )


def cancel(ctx: Context, payout_id: str) -> Object:
    """Take a payout back that has not been sent."""
    return payout_states.cancel(ctx, payout_id)


def _bank(account: Object, currency: str, wanted: str | None) -> Object:
    """The bank account that was asked for, or the one for this currency."""
    banks = account["external_accounts"]["data"]
    if wanted and not any(bank["id"] == wanted for bank in banks):
        raise no_such("external account", wanted, param="destination", in_path=False)
    for bank in banks:
        chosen = bank["id"] == wanted if wanted else bank["default_for_currency"]
        if chosen and bank["currency"] == currency:
            return dict(bank)
    raise InvalidRequest(
        f"Sorry, you don't have any external accounts in that currency ({currency}).", param="currency"
    )


def _check(ctx: Context, account: Object, bank: Object) -> None:
    """Refuse a payout that could not be sent whatever the balance is."""
    if ctx.params.get("method") == "instant":
        raise InvalidRequest(
            "Instant payouts are not supported for this bank account.", code="instant_payouts_unsupported"
        )
    if bank["status"] == "errored":
        raise InvalidRequest(
            "The bank account cannot be used: a payout to it failed. Please add another one.",
            code="bank_account_unusable", param="destination",
        )  # fmt: skip
    if not account["payouts_enabled"]:
        raise InvalidRequest(
            "Cannot create payouts: payouts are not enabled for this account. Its requirements say what is missing.",
            code="payouts_not_allowed",
        )
