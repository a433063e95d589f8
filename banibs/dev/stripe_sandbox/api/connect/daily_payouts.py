"""Automatic payouts: what is available goes to the bank by itself, unless the account's schedule is manual."""

from banibs.dev.stripe_sandbox.api.accounts import accounts
from banibs.dev.stripe_sandbox.api.connect import payout_states
from banibs.dev.stripe_sandbox.api.payments import balance, business_days
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.store import Object


def expect(ctx: Context, account: Object) -> None:
    """Money has come to this account: note when it will be paid out by itself."""
    schedule = account["settings"]["payouts"]["schedule"]
    if schedule["interval"] != "manual":
        due = business_days.after(ctx.now(), int(schedule["delay_days"]))
        ctx.later(due - ctx.now(), "pay_out_by_itself", account["id"])


def pay_out(ctx: Context, account_id: str) -> None:
    """The chore: everything that is available, per currency, where there is a bank account that takes it."""
    account = accounts.retrieve(ctx, account_id)
    if account["settings"]["payouts"]["schedule"]["interval"] == "manual" or not account["payouts_enabled"]:
        return
    for bank in account["external_accounts"]["data"]:
        amount = balance.available(ctx, bank["currency"])
        if amount > 0 and bank["default_for_currency"] and bank["status"] != "errored":
            payout_states.begin(ctx, bank, amount=amount, automatic=True)
