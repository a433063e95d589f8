"""Refunds: money given back, at once, later, or in vain."""

from banibs.dev.stripe_sandbox.api.payments import balance_transactions, charges, money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidParameter, InvalidRequest
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import listed, page
from banibs.dev.stripe_sandbox.params import LIST, Integer, Metadata, Moments, Shape, Text, merged
from banibs.dev.stripe_sandbox.store import Object

CREATE = Shape(
    {
        "amount": Integer(least=1),
        "charge": Text(),
        "instructions_email": Text(),
        "metadata": Metadata(),
        "payment_intent": Text(),
        "reason": Text("duplicate", "fraudulent", "requested_by_customer"),
    }
)
UPDATE = Shape({"metadata": Metadata()})
LISTING = Shape({**LIST, "created": Moments(), "charge": Text(), "payment_intent": Text()})
OF_CHARGE = Shape(LIST)

LATER = 10  # seconds until a pending refund arrives, or one that cannot arrive comes back


def create(ctx: Context) -> Object:
    """Refund a charge, in full or in part. Never more than is left of it."""
    charge = charges.ensure_settled(ctx, _charge(ctx))
    left = charge["amount_captured"] - _refunded(charge)
    amount = ctx.params.get("amount") or left
    if charge["disputed"] and not _dispute_allows(ctx, charge):
        raise InvalidRequest(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if left <= 0:
        raise InvalidRequest(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if amount > left:
        raise InvalidRequest(
            (
                f"Refund amount ({money.shown(amount, charge['currency'])}) is greater than "
                f"unrefunded amount on charge ({money.shown(left, charge['currency'])})"
            ),
            param="amount",
        )
    behaviour = charges.behaviour(ctx, charge)
    refund = _build(ctx, charge, amount, status="pending" if behaviour == "refund_pending" else "succeeded")
    transaction = balance_transactions.record(
        ctx, type_="refund", amount=-amount, currency=charge["currency"], source=refund["id"],
        description=f"REFUND FOR CHARGE ({charge['description'] or charge['id']})", at_once=True,
    )  # fmt: skip
    refund = ctx.save({**refund, "balance_transaction": transaction["id"]})
    after = _recount(ctx, charge)
    ctx.emit("refund.created", refund)
    ctx.emit("charge.refunded", after, changed(charge, after))
    if behaviour == "refund_pending":
        ctx.later(LATER, "settle_refund", refund["id"])
    elif behaviour == "refund_fails":
        ctx.later(LATER, "fail_refund", refund["id"])
    return refund


def retrieve(ctx: Context, refund_id: str) -> Object:
    """One refund."""
    return ctx.load("refund", refund_id)


def list_(ctx: Context) -> Object:
    """A page of refunds."""
    where = {name: ctx.params.get(name) for name in ("charge", "payment_intent")}
    return page(ctx, "refund", url="/v1/refunds", where=where)


def list_of_charge(ctx: Context, charge_id: str) -> Object:
    """The refunds of the charge in the path."""
    ctx.load("charge", charge_id)
    return page(ctx, "refund", url=f"/v1/charges/{charge_id}/refunds", where={"charge": charge_id})


def update(ctx: Context, refund_id: str) -> Object:
    """Change the metadata."""
    before = ctx.load("refund", refund_id)
    after = ctx.save({**before, "metadata": merged(before["metadata"], ctx.params.get("metadata"))})
    _tell(ctx, "refund.updated", after, changed(before, after))
    return after


def cancel(ctx: Context, refund_id: str) -> Object:
    """Only a refund that waits for the customer can be canceled: a card's cannot."""
    refund = ctx.load("refund", refund_id)
    raise InvalidRequest(
        f"You cannot cancel this refund because it has a status of {refund['status']}. "
        "Only refunds that require action may be canceled."
    )


def settle(ctx: Context, refund_id: str) -> None:
    """The chore: a pending refund has arrived."""
    before = ctx.load("refund", refund_id)
    if before["status"] == "pending":
        after = ctx.save({**before, "status": "succeeded"})
        _tell(ctx, "refund.updated", after, {"status": "pending"})


def fail(ctx: Context, refund_id: str) -> None:
    """The chore: the bank sent the refund back; the money is on the balance again, and still owed."""
    before = ctx.load("refund", refund_id)
    if before["status"] == "failed":
        return
    transaction = balance_transactions.record(
        ctx, type_="refund_failure", amount=before["amount"], currency=before["currency"],
        source=before["id"],
        description="REFUND FAILURE", at_once=True, category="refund_failure",
    )  # fmt: skip
    after = ctx.save(
        {
            **before,
            "status": "failed",
            "failure_reason": "expired_or_canceled_card",
            "failure_balance_transaction": transaction["id"],
        }
    )
    charge = ctx.load("charge", before["charge"])
    _recount(ctx, charge)
    _tell(ctx, "refund.updated", after, {"status": before["status"]})
    ctx.emit("refund.failed", after)


def _tell(ctx: Context, type_: str, refund: Object, previous: Object) -> None:
    ctx.emit(type_, refund, previous)
    ctx.emit("charge.refund.updated", refund, previous)


def _charge(ctx: Context) -> Object:
    if ctx.params.get("charge"):
        charge = ctx.load("charge", ctx.params["charge"], param="charge", in_path=False)
    elif ctx.params.get("payment_intent"):
        intent = ctx.load(
            "payment_intent", ctx.params["payment_intent"], param="payment_intent", in_path=False
        )
        if intent["status"] != "succeeded" or not intent["latest_charge"]:
            said = (
                "You can only refund a PaymentIntent that has succeeded: this one does not "
                "have a successful charge to refund."
            )
            raise InvalidRequest(said, param="payment_intent", code="payment_intent_unexpected_state")
        charge = ctx.load("charge", intent["latest_charge"])
    else:
        raise InvalidParameter(
            "One of the following params should be provided for this request: payment_intent or charge."
        )
    if not charge["paid"] or not charge["captured"]:
        raise InvalidRequest(
            f"Charge {charge['id']} has not been captured; cannot issue a refund.",
            code="charge_not_refundable",
        )
    return charge


def _dispute_allows(ctx: Context, charge: Object) -> bool:
    return all(dispute["is_charge_refundable"] for dispute in ctx.find("dispute", charge=charge["id"]))


def _refunded(charge: Object) -> int:
    """What was refunded of what was captured; a partial capture's released rest does not count."""
    return int(charge["amount_refunded"] - (charge["amount"] - charge["amount_captured"]))


def _recount(ctx: Context, charge: Object) -> Object:
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


def _build(ctx: Context, charge: Object, amount: int, *, status: str) -> Object:
    return ctx.save(
        {
            "id": new_id("re"),
            "object": "refund",
            "amount": amount,
            "balance_transaction": None,
            "charge": charge["id"],
            "created": ctx.now(),
            "currency": charge["currency"],
            "customer": charge["customer"],
            "customer_account": None,
            "destination_details": {
                "card": {
                    "reference_status": "pending",
                    "reference_type": "acquirer_reference_number",
                    "type": "refund",
                },
                "type": "card",
            },
            "metadata": merged({}, ctx.params.get("metadata")),
            "payment_intent": charge["payment_intent"],
            "payment_method": charge["payment_method"],
            "reason": ctx.params.get("reason"),
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": status,
            "transfer_reversal": None,
        }
    )
