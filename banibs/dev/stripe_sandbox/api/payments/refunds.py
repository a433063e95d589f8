"""Refunds: the calls. What becomes of one afterwards stands in `refund_states.py`."""

from banibs.dev.stripe_sandbox.api.payments import charges, money, refund_states, warnings
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidParameter, InvalidRequest
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.examples import new, taken
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Email, Integer, Metadata, Moments, Shape, Text, merged
from banibs.dev.stripe_sandbox.store import Object

CREATE = Shape(
    {
        "amount": Integer(least=1),
        "charge": Text(),
        "instructions_email": Email(),
        "metadata": Metadata(),
        "payment_intent": Text(),
        "reason": Text("duplicate", "fraudulent", "requested_by_customer"),
    }
)
LISTING = Shape({**LIST, "created": Moments(), "charge": Text(), "payment_intent": Text()})


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
    refund = refund_states.begin(ctx, _build(ctx, charge, amount))
    after = refund_states.recount(ctx, charge)
    ctx.emit("refund.created", refund)
    ctx.emit("charge.refunded", after, changed(charge, after))
    if after["refunded"]:
        warnings.answered(ctx, charge["id"])
    return refund


def retrieve(ctx: Context, refund_id: str) -> Object:
    """One refund."""
    return ctx.load("refund", refund_id)


def list_(ctx: Context) -> Object:
    """A page of refunds."""
    where = {name: ctx.params.get(name) for name in ("charge", "payment_intent")}
    return page(ctx, "refund", url="/v1/refunds", where=where)


def cancel(ctx: Context, refund_id: str) -> Object:
    """Only a refund that waits for the customer can be canceled by a call: a card's cannot."""
    refund = ctx.load("refund", refund_id)
    if refund["status"] != "requires_action":
        raise InvalidRequest(
            f"You cannot cancel this refund because it has a status of {refund['status']}. "
            "Only refunds that require action may be canceled."
        )
    return refund_states.cancel(ctx, refund_id)


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


def _build(ctx: Context, charge: Object, amount: int) -> Object:
    number = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    body = new(
        "refund", id=new_id("re"), amount=amount, charge=charge["id"], created=ctx.now(),
        destination_details={"card": number, "type": "card"}, metadata=merged({}, ctx.params.get("metadata")),
        reason=ctx.params.get("reason"), status="pending",
        **taken(charge, "currency", "customer", "payment_intent", "payment_method"),
    )  # fmt: skip
    return ctx.save(body)
