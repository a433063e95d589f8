"""What the payer's bank does: it asks, takes money back, gives it back, and changes its mind.

A dispute moves the balance by its `balance_transactions` alone: one for each time that money was withdrawn (the first
carries the fee) and for each time that it was given back. An inquiry moves nothing.
"""

from banibs.dev.stripe_sandbox.api.payments import balance_transactions, charges, refund_states, warnings
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.store import Object

EVIDENCE = tuple(name for name in new("dispute")["evidence"] if name != "enhanced_evidence")
FEE = 1500  # minor units, kept by Stripe however the dispute ends unless the controls say otherwise
ANSWER_WITHIN = 9 * 86400  # seconds
OPEN = ("needs_response", "warning_needs_response", "under_review", "warning_under_review")


def open_for_charge(ctx: Context, charge_id: str) -> None:
    """The chore: the cardholder disputes a payment made with …0259 and its kin, unless it is disputed already."""
    charge = ctx.load("charge", charge_id)
    if charge["disputed"]:
        return
    reason, inquiry = charges.dispute_reason(ctx, charge), charges.is_inquiry(ctx, charge)
    open_dispute(ctx, charge_id, reason=reason, inquiry=inquiry)


def open_dispute(
    ctx: Context, charge_id: str, *, reason: str, inquiry: bool = False, amount: int | None = None
) -> Object:
    """Open a dispute of a charge, or of a part of it (minor units). An inquiry withdraws nothing."""
    charge = charges.ensure_settled(ctx, ctx.load("charge", charge_id))
    left = disputable(ctx, charge)
    if left <= 0:
        raise InvalidRequest(f"Nothing of charge {charge_id} can be disputed any more.", param="charge")
    if amount is not None and not 0 < amount <= left:
        said = f"Between 1 and {left} of charge {charge_id} can be disputed, in minor units."
        raise InvalidRequest(said, param="amount")
    body = ctx.save(_build(ctx, charge, reason=reason, inquiry=inquiry, amount=amount or left))
    if not charge["disputed"]:
        ctx.emit("charge.updated", ctx.save({**charge, "disputed": True}), {"disputed": False})
    warnings.answered(ctx, charge_id)
    ctx.emit("charge.dispute.created", body)
    if not inquiry:
        body = _withdrawn(ctx, body)
    ctx.later(ANSWER_WITHIN, "miss_evidence", body["id"])
    return body


def disputable(ctx: Context, charge: Object) -> int:
    """How much of a charge can still be disputed: what was captured, less what is disputed or was lost.

    No cardholder stands behind what came by a transfer.
    """
    if charge.get("source_transfer"):
        return 0
    found = ctx.find("dispute", charge=charge["id"])
    taken = sum(one["amount"] for one in found if one["status"] not in ("won", "warning_closed"))
    return int(charge["amount_captured"] - taken)


def escalate(ctx: Context, dispute_id: str) -> Object:
    """The bank was not satisfied by the answer to its inquiry: now it takes the money."""
    before = _in(ctx, dispute_id, ("warning_needs_response", "warning_under_review"))
    card = {**before["payment_method_details"]["card"], "case_type": "chargeback"}
    after = _to(
        ctx,
        before,
        status="needs_response",
        is_charge_refundable=False,
        evidence_details={**before["evidence_details"], "due_by": ctx.now() + ANSWER_WITHIN},
        payment_method_details={**before["payment_method_details"], "card": card},
    )
    ctx.emit("charge.dispute.updated", after, changed(before, after))
    ctx.later(ANSWER_WITHIN, "miss_evidence", dispute_id)
    return _withdrawn(ctx, after)


def win(ctx: Context, dispute_id: str) -> Object:
    """The bank decides for the merchant and gives the money back. An inquiry is closed."""
    before = _in(ctx, dispute_id, OPEN)
    if before["status"].startswith("warning"):
        return _closed(ctx, before, status="warning_closed", is_charge_refundable=True)
    given_back = _given_back(ctx, _to(ctx, before, status="won", is_charge_refundable=True))
    ctx.emit("charge.dispute.closed", given_back, {"status": before["status"]})
    return given_back


def lose(ctx: Context, dispute_id: str) -> Object:
    """The bank decides for the cardholder, or the merchant gave in. An inquiry is closed."""
    before = _in(ctx, dispute_id, OPEN)
    if before["status"].startswith("warning"):
        return _closed(ctx, before, status="warning_closed", is_charge_refundable=True)
    return _closed(ctx, before, status="lost", is_charge_refundable=False)


def reinstate(ctx: Context, dispute_id: str) -> Object:
    """The cardholder withdraws a dispute that was lost: the money comes back after all."""
    before = _in(ctx, dispute_id, ("lost",))
    after = _to(ctx, before, status="won", is_charge_refundable=True)
    ctx.emit("charge.dispute.updated", after, changed(before, after))
    return _given_back(ctx, after)


def withdraw_again(ctx: Context, dispute_id: str) -> Object:
    """The cardholder's bank contests a dispute that was won: the money is gone again, without a second fee."""
    before = _in(ctx, dispute_id, ("won",))
    after = _to(ctx, before, status="under_review", is_charge_refundable=False)
    ctx.emit("charge.dispute.updated", after, changed(before, after))
    return _withdrawn(ctx, after)


def _in(ctx: Context, dispute_id: str, statuses: tuple[str, ...]) -> Object:
    body = ctx.load("dispute", dispute_id)
    if body["status"] not in statuses:
        raise InvalidRequest(f"Dispute {dispute_id} is {body['status']}: this cannot happen to it now.")
    return body


def _to(ctx: Context, body: Object, **fields: object) -> Object:
    return ctx.save({**body, **fields})


def _closed(ctx: Context, before: Object, **fields: object) -> Object:
    after = _to(ctx, before, **fields)
    ctx.emit("charge.dispute.closed", after, {"status": before["status"]})
    return after


def _withdrawn(ctx: Context, body: Object) -> Object:
    first = not body["balance_transactions"]
    if first:
        refund_states.fail_waiting(ctx, body["charge"])
    fee = int(ctx.store.setting("dispute_fee", FEE)) if first else 0
    after = _move(ctx, body, -body["amount"], fee=fee)
    ctx.emit("charge.dispute.funds_withdrawn", after)
    return after


def _given_back(ctx: Context, body: Object) -> Object:
    fee = sum(transaction["fee"] for transaction in body["balance_transactions"])
    returned = fee if ctx.store.setting("dispute_fee_returned", False) else 0
    after = _move(ctx, body, body["amount"], fee=-returned)
    ctx.emit("charge.dispute.funds_reinstated", after)
    return after


def _move(ctx: Context, body: Object, amount: int, *, fee: int) -> Object:
    transaction = balance_transactions.record(
        ctx, type_="adjustment", amount=amount, currency=body["currency"], source=body["id"], fee=fee,
        fee_for="Dispute fee", at_once=True,
        description=f"Chargeback {'withdrawal' if amount < 0 else 'reversal'} for {body['charge']}",
        category="dispute" if amount < 0 else "dispute_reversal",
    )  # fmt: skip
    return ctx.save({**body, "balance_transactions": [*body["balance_transactions"], transaction]})


def _build(ctx: Context, charge: Object, *, reason: str, inquiry: bool, amount: int) -> Object:
    brand, now = charge["payment_method_details"]["card"]["brand"], ctx.now()
    code = {"fraudulent": "10.4", "product_not_received": "13.1"}.get(reason, "13.1")
    body = new(
        "dispute", id=new_id("du"), amount=amount, created=now, is_charge_refundable=inquiry, reason=reason,
        charge=charge["id"], currency=charge["currency"], payment_intent=charge["payment_intent"],
        enhanced_eligibility_types=[], status="warning_needs_response" if inquiry else "needs_response",
    )  # fmt: skip
    body["evidence_details"]["due_by"] = now + ANSWER_WITHIN
    body["payment_method_details"]["card"] |= {
        "brand": brand, "network": brand, "network_reason_code": code,
        "case_type": "inquiry" if inquiry else "chargeback",
    }  # fmt: skip
    return body
