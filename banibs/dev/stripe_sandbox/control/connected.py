"""A seller's account by hand: complete, asked for more, with a bank account that pays or does not, or in debt."""

from banibs.dev.stripe_sandbox.api.accounts import account_object, external_accounts, requirements
from banibs.dev.stripe_sandbox.api.payments import balance, balance_transactions, money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.events import deliveries
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

_ACCOUNT_KEYS = (
    ("due", "extra_due"), ("disabled_reason", "disabled_reason"), ("errors", "errors"), ("verifying", "verifying"),
)  # fmt: skip


def set_account(ctx: Context, account_id: str, given: Object) -> Object:
    """Complete a seller's onboarding at once, or let Stripe ask for more: `due`, `disabled_reason`,
    `errors`; or take its time: `verifying`. `account_number` adds a bank account; one that pays comes with `complete`.
    """
    with ctx.store.unit():
        before = account_object.load(ctx, account_id)
        missing = given.get("complete") and not before["external_accounts"]["data"]
        if missing or given.get("account_number"):
            number = str(given.get("account_number") or external_accounts.PAYS)
            where = {name: given[name] for name in ("country", "currency") if given.get(name)}
            external_accounts.add(ctx, account_id, {"account_number": number, **where})
            before = account_object.load(ctx, account_id)
        private = ctx.store.private(account_id)
        if given.get("complete"):
            private["provided"] = [
                *requirements.wanted(before["country"], before["business_type"] or "individual")
            ]
            private.update(submitted=True, extra_due=[], disabled_reason=None, errors=[], verifying=False)
        for name, key in _ACCOUNT_KEYS:
            if name in given:
                private[key] = given[name]
        body = (
            {**before, "business_type": before["business_type"] or "individual"}
            if given.get("complete")
            else before
        )
        ctx.acting_for(PLATFORM).save(body, private=private)
        after = requirements.refresh(ctx, account_id, before=before)
    deliveries.nudge()
    return after


def adjust(ctx: Context, account_id: str, amount: int, currency: str | None) -> Object:
    """Put money on a seller's balance by hand, or take it: below zero is what the seller owes Stripe."""
    with ctx.store.unit():
        account = account_object.load(ctx, account_id)
        theirs = ctx.acting_for(account_id)
        balance_transactions.record(
            theirs, type_="adjustment", amount=amount, source=new_id("adj"), at_once=True, category="other_adjustment",
            currency=money.checked_currency(currency or account["default_currency"]), description="By hand",
        )  # fmt: skip
    return balance.retrieve(theirs)
