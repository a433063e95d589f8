"""A payment by bank debit: `processing` for days, then it has come, or it has not."""

from banibs.dev.stripe_sandbox.api.cards import card_data
from banibs.dev.stripe_sandbox.api.cards.bank_debits import FAILURES
from banibs.dev.stripe_sandbox.api.cards.card_numbers import Decline
from banibs.dev.stripe_sandbox.api.payments import charges
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.store import Object

TAKES = 4 * 86400  # seconds; the control page does it at once
_SENT_BACK = ("debit_not_authorized", "The bank did not let the debit pass.")


def start(ctx: Context, intent: Object, method: Object) -> Object:
    """Ask the bank for the money."""
    charge = charges.make(ctx, intent, method, decline=None, authenticated=False, pending=True)
    intent = ctx.save(
        {**intent, "status": "processing", "latest_charge": charge["id"], "last_payment_error": None}
    )
    ctx.emit("charge.pending", charge)
    ctx.emit("payment_intent.processing", intent)
    ctx.later(TAKES, "settle_debit", intent["id"])
    return intent


def settle(ctx: Context, intent_id: str) -> None:
    """The chore: the bank has decided, by the number of the account."""
    intent = ctx.load("payment_intent", intent_id)
    if intent["status"] == "processing":
        method = ctx.load("payment_method", intent["payment_method"])
        (fail if method[method["type"]]["last4"] in FAILURES else arrive)(ctx, intent_id)


def arrive(ctx: Context, intent_id: str) -> None:
    """The money is here."""
    intent, pending, _ = _processing(ctx, intent_id)
    charge = ctx.save({**pending, "status": "succeeded", "paid": True})
    charge = charges.collected(ctx, charge, at_once=True)
    intent = ctx.save({**intent, "status": "succeeded", "amount_received": intent["amount"]})
    ctx.emit("charge.succeeded", charge)
    ctx.emit("payment_intent.succeeded", intent)
    _tell_session(ctx, intent_id, "succeeded")


def fail(ctx: Context, intent_id: str) -> None:
    """The money does not come: another payment method may be tried."""
    intent, pending, method = _processing(ctx, intent_id)
    code, said = FAILURES.get(method[method["type"]]["last4"], _SENT_BACK)
    why = {"status": "failed", "captured": False, "amount_captured": 0}
    charge = ctx.save({**pending, **why, "failure_code": code, "failure_message": said})
    problem = card_data.declined(Decline(code, None, said), charge=charge["id"], payment_method=method)
    intent = {**intent, "status": "requires_payment_method", "payment_method": None}
    intent = ctx.save({**intent, "last_payment_error": problem.body()["error"]})
    ctx.emit("charge.failed", charge)
    ctx.emit("payment_intent.payment_failed", intent)
    _tell_session(ctx, intent_id, "failed")


def _processing(ctx: Context, intent_id: str) -> tuple[Object, Object, Object]:
    intent = ctx.load("payment_intent", intent_id)
    if intent["status"] != "processing":
        raise InvalidRequest(f"Nothing of {intent_id} is on its way: it is {intent['status']}.")
    method = ctx.load("payment_method", intent["payment_method"])
    return intent, ctx.load("charge", intent["latest_charge"]), method


def _tell_session(ctx: Context, intent_id: str, how: str) -> None:
    for session in ctx.find("checkout.session", payment_intent=intent_id):
        status = "paid" if how == "succeeded" else "unpaid"
        session = ctx.save({**session, "payment_status": status})
        ctx.emit(f"checkout.session.async_payment_{how}", session)
