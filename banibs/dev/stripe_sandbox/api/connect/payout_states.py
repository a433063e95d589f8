"""What becomes of a payout: it waits, is sent, arrives, is canceled, or comes back, from a bank even after it was paid.

It moves the balance by its `balance_transaction`, and back by its `failure_balance_transaction`.
"""

from banibs.dev.stripe_sandbox.api.accounts import external_accounts
from banibs.dev.stripe_sandbox.api.payments import balance_transactions, business_days
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.params import merged
from banibs.dev.stripe_sandbox.store import Object

WAITS = 3600  # seconds that a payout is pending, and can be canceled
ARRIVES = 2  # business days
_UNDER_WAY = ("pending", "in_transit")
RETURNED = "could_not_process"  # why a bank sends back what it had taken
_WORDS = {
    "account_closed": "The bank account has been closed.",
    "could_not_process": "The bank could not process this payout.",
    "debit_not_authorized": "Debit transactions are not approved on the bank account.",
    "insufficient_funds": "Your Stripe account has insufficient funds to cover the payout.",
    "invalid_currency": "The bank was unable to process this payout because of its currency.",
    "no_account": "The bank account details on file are probably incorrect. No bank account could be located with them.",
}


def begin(ctx: Context, bank: Object, *, amount: int, automatic: bool) -> Object:
    """A new payout to a bank: pending, off the balance."""
    payout_id, now = new_id("po"), ctx.now()
    description = ctx.params.get("description") or ("STRIPE PAYOUT" if automatic else None)
    taken = balance_transactions.record(
        ctx, type_="payout", amount=-amount, currency=bank["currency"], source=payout_id,
        description=description, at_once=True,
    )  # fmt: skip
    arrives = business_days.after(now, ARRIVES)
    body = ctx.save(
        new(
            "payout",
            id=payout_id,
            amount=amount,
            arrival_date=arrives,
            automatic=automatic,
            balance_transaction=taken["id"],
            created=now,
            currency=bank["currency"],
            description=description,
            destination=bank["id"],
            metadata=merged({}, ctx.params.get("metadata")),
            reconciliation_status="completed" if automatic else "not_applicable",
            statement_descriptor=ctx.params.get("statement_descriptor"),
            status="pending",
            trace_id=None,
        )
    )
    ctx.later(WAITS, "send_payout", payout_id)
    ctx.later(arrives - now, "arrive_payout", payout_id)
    ctx.emit("payout.created", body)
    return body


def send(ctx: Context, payout_id: str) -> None:
    """The chore: it is on its way to the bank."""
    before = ctx.load("payout", payout_id)
    if before["status"] == "pending":
        _tell(ctx, before, {"status": "in_transit", "trace_id": {"status": "pending", "value": None}})


def arrive(ctx: Context, payout_id: str) -> None:
    """The chore: the bank takes it, or sends it back."""
    before = ctx.load("payout", payout_id)
    if before["status"] not in _UNDER_WAY:
        return
    reason = external_accounts.failure(ctx, before["destination"])
    if reason:
        fail(ctx, payout_id, reason)
    else:
        pay(ctx, payout_id)


def pay(ctx: Context, payout_id: str) -> None:
    """The bank has it."""
    before = ctx.load("payout", payout_id)
    if before["status"] not in _UNDER_WAY:
        raise InvalidRequest(f"Payout {payout_id} is {before['status']}.")
    traced = {"status": "supported", "value": payout_id.removeprefix("po_")[:15].upper()}
    _tell(ctx, before, {"status": "paid", "trace_id": traced}, "payout.paid")


def fail(ctx: Context, payout_id: str, reason: str = "no_account") -> None:
    """The bank refuses it: the money is on the balance again, and the bank account is of no use any more."""
    before = ctx.load("payout", payout_id)
    if before["status"] not in _UNDER_WAY:
        raise InvalidRequest(f"Payout {payout_id} is {before['status']}.")
    _back(ctx, before, status="failed", type_="payout_failure", reason=reason)


def send_back(ctx: Context, payout_id: str) -> None:
    """The bank sends back what it had taken, days later."""
    before = ctx.load("payout", payout_id)
    if before["status"] != "paid":
        raise InvalidRequest(f"Payout {payout_id} is {before['status']}.")
    _back(ctx, before, status="failed", type_="payout_failure", reason=RETURNED)


def cancel(ctx: Context, payout_id: str) -> Object:
    """Take a payout back that has not been sent."""
    before = ctx.load("payout", payout_id)
    if before["status"] != "pending":
        raise InvalidRequest(
            f"Payouts can only be canceled while they are pending; {payout_id} is {before['status']}."
        )
    if before["automatic"]:
        raise InvalidRequest("Automatic payouts cannot be canceled.")
    return _back(ctx, before, status="canceled", type_="payout_cancel", reason=None)


def _back(ctx: Context, before: Object, *, status: str, type_: str, reason: str | None) -> Object:
    back = balance_transactions.record(
        ctx, type_=type_, amount=before["amount"], currency=before["currency"], source=before["id"],
        description=before["description"], at_once=True,
    )  # fmt: skip
    after = _tell(
        ctx, before,
        {"status": status, "failure_balance_transaction": back["id"], "failure_code": reason,
         "failure_message": _WORDS[reason] if reason else None},
        f"payout.{status}",
    )  # fmt: skip
    if reason:
        external_accounts.spoil(ctx, before["destination"])
    return after


def _tell(ctx: Context, before: Object, fields: Object, type_: str = "") -> Object:
    after = ctx.save({**before, **fields})
    ctx.emit("payout.updated", after, changed(before, after))
    if type_:
        ctx.emit(type_, after)
    return after
