"""What becomes of a refund: it takes money off the balance, waits, arrives, is canceled or comes back.

A refund moves the balance by its `balance_transaction`, and back by its `failure_balance_transaction`; its status
says nothing about either. While the balance is short it is `pending` with neither.
"""

from banibs.dev.stripe_sandbox.api.payments import balance, balance_transactions, charges, money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.lists import listed
from banibs.dev.stripe_sandbox.store import Object

LATER = 10  # seconds until a pending refund arrives, or one that cannot arrive comes back
ANSWER_WITHIN = 45 * 86400  # seconds that a customer has who must say where the money should go
# What the switch `refunds` does to every new one.
WAYS = {
    "as_usual": "The card decides, and the balance",
    "wait": "Pending, with no balance transaction until they are sent by hand",
    "stay_pending": "Pending, with their balance transaction, until they arrive by hand",
    "require_action": "They wait for the customer, and can be canceled by a call",
}


def begin(ctx: Context, refund: Object) -> Object:
    """The new refund, sent, or pending without a balance transaction where the balance is short of it."""
    if ctx.store.setting("refunds", "as_usual") == "wait":
        ctx.store.save(refund, account=ctx.account, private={"held": True})
        return ctx.save({**refund, "pending_reason": "charge_pending"})
    if not _covered(ctx, refund):
        return ctx.save({**refund, "pending_reason": "insufficient_funds"})
    return _sent(ctx, refund)


def send(ctx: Context, refund_id: str) -> Object:
    """Take the money of a waiting refund off the balance, whether it is there or not."""
    before = ctx.load("refund", refund_id)
    if not _waits(before):
        raise InvalidRequest(f"Refund {refund_id} does not wait for money.")
    after = _sent(ctx, before)
    tell(ctx, before, after)
    return after


def send_waiting(ctx: Context, subject: str) -> None:
    """The chore: money has come, so the refunds that waited for it are sent, the oldest first."""
    short: set[str] = set()
    for refund in ctx.find("refund", status="pending"):
        if not _waits(refund) or ctx.store.private(refund["id"]).get("held"):
            continue
        if refund["currency"] in short or not _covered(ctx, refund):
            short.add(refund["currency"])
        else:
            send(ctx, refund["id"])


def settle(ctx: Context, refund_id: str) -> None:
    """The chore: a refund that was sent and is pending has arrived."""
    before = ctx.load("refund", refund_id)
    if before["status"] in ("pending", "requires_action") and before["balance_transaction"]:
        tell(ctx, before, _changed_to(ctx, before, status="succeeded"))


def fail(ctx: Context, refund_id: str, reason: str = "") -> None:
    """The chore: the bank sent the refund back, or it never left. It is owed again; what had been taken is on the
    balance again.
    """
    before = ctx.load("refund", refund_id)
    if before["status"] in ("failed", "canceled"):
        return
    why = reason or ("insufficient_funds" if _waits(before) else "expired_or_canceled_card")
    after = _undone(ctx, before, status="failed", reason=why)
    ctx.emit("refund.failed", after)


def fail_waiting(ctx: Context, charge_id: str) -> None:
    """The cardholder disputes the charge: its refunds that have not left never leave."""
    for refund in ctx.find("refund", charge=charge_id):
        if _waits(refund):
            fail(ctx, refund["id"], "charge_for_pending_refund_disputed")


def cancel(ctx: Context, refund_id: str) -> Object:
    """The merchant takes back a refund that is pending or waits for the customer."""
    before = ctx.load("refund", refund_id)
    if before["status"] not in ("pending", "requires_action"):
        raise InvalidRequest(f"Refund {refund_id} is {before['status']}: it cannot be canceled any more.")
    return _undone(ctx, before, status="canceled", reason="merchant_request")


def recount(ctx: Context, charge: Object) -> Object:
    """The charge with its refunds counted anew."""
    every = ctx.find("refund", charge=charge["id"])
    given_back = sum(refund["amount"] for refund in every if refund["status"] not in ("failed", "canceled"))
    released = charge["amount"] - charge["amount_captured"]
    data = listed(every[::-1][:10], url=f"/v1/charges/{charge['id']}/refunds", has_more=len(every) > 10)
    return ctx.save(
        {
            **charge,
            "amount_refunded": released + given_back,
            "refunded": given_back >= charge["amount_captured"],
            "refunds": data,
        }
    )


def tell(ctx: Context, before: Object, after: Object) -> None:
    """Emit what every change of a refund emits."""
    previous = changed(before, after) | ({} if "pending_reason" in after else _pending_reason(before))
    ctx.emit("refund.updated", after, previous)
    ctx.emit("charge.refund.updated", after, previous)


def _waits(refund: Object) -> bool:
    return refund["status"] == "pending" and refund["balance_transaction"] is None


def _covered(ctx: Context, refund: Object) -> bool:
    amount, own, _ = money.settled(ctx.store, refund["amount"], refund["currency"])
    return balance.held(ctx, own) - amount >= -int(ctx.store.setting("refunds_below_zero", 0))


def _sent(ctx: Context, refund: Object) -> Object:
    charge = ctx.load("charge", refund["charge"])
    transaction = balance_transactions.record(
        ctx, type_="refund", amount=-refund["amount"], currency=refund["currency"], source=refund["id"],
        description=f"REFUND FOR CHARGE ({charge['description'] or charge['id']})", at_once=True,
    )  # fmt: skip
    behaviour, way = charges.behaviour(ctx, charge), ctx.store.setting("refunds", "as_usual")
    refund = {**refund, "balance_transaction": transaction["id"]}
    if behaviour == "refund_fails":
        ctx.later(LATER, "fail_refund", refund["id"])
    if way == "require_action":
        return _changed_to(ctx, refund, status="requires_action", next_action=_question(ctx))
    if way == "stay_pending":
        return ctx.save({**refund, "pending_reason": "processing"})
    if behaviour == "refund_pending":
        ctx.later(LATER, "settle_refund", refund["id"])
        return ctx.save({**refund, "pending_reason": "processing"})
    return _changed_to(ctx, refund, status="succeeded")


def _question(ctx: Context) -> Object:
    shown = {
        "email_sent": {"email_sent_at": ctx.now(), "email_sent_to": "buyer@example.com"},
        "expires_at": ctx.now() + ANSWER_WITHIN,
    }
    return {"type": "display_details", "display_details": shown}


def _undone(ctx: Context, before: Object, *, status: str, reason: str) -> Object:
    back: Object = {}
    if before["balance_transaction"]:
        transaction = balance_transactions.record(
            ctx, type_="refund_failure", amount=before["amount"], currency=before["currency"],
            source=before["id"], description="REFUND FAILURE", at_once=True, category="refund_failure",
        )  # fmt: skip
        back = {"failure_balance_transaction": transaction["id"]}
    after = _changed_to(ctx, before, status=status, failure_reason=reason, **back)
    recount(ctx, ctx.load("charge", before["charge"]))
    tell(ctx, before, after)
    return after


def _changed_to(ctx: Context, refund: Object, **fields: object) -> Object:
    """The refund in a state that is not pending: it has no reason to be pending any more."""
    return ctx.save({name: value for name, value in {**refund, **fields}.items() if name != "pending_reason"})


def _pending_reason(before: Object) -> Object:
    return {"pending_reason": before["pending_reason"]} if "pending_reason" in before else {}
