"""Manual capture: money that was only reserved is taken, in full or in part, or runs out after seven days."""

from banibs.dev.stripe_sandbox.api.intents.intent_rules import unexpected
from banibs.dev.stripe_sandbox.api.intents.payment_intents import void
from banibs.dev.stripe_sandbox.api.payments import charges
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.params import Descriptor, Integer, Metadata, Shape, merged
from banibs.dev.stripe_sandbox.store import Object

CAPTURE = Shape(
    {
        "amount_to_capture": Integer(least=1),
        "metadata": Metadata(),
        "statement_descriptor": Descriptor(),
        "statement_descriptor_suffix": Descriptor(),
    }
)


def capture(ctx: Context, intent_id: str) -> Object:
    """Take what was reserved. What is left of a partial capture is released."""
    body = ctx.load("payment_intent", intent_id, param="intent")
    if body["status"] != "requires_capture":
        said = (
            "This PaymentIntent could not be captured because it has a status of "
            f"{body['status']}. Only a PaymentIntent with one of the following statuses may "
            "be captured: requires_capture."
        )
        raise unexpected(body, said)
    amount = ctx.params.get("amount_to_capture") or body["amount_capturable"]
    if amount > body["amount_capturable"]:
        raise InvalidRequest(
            (
                "The amount_to_capture is greater than the remaining authorised amount "
                f"({body['amount_capturable']})."
            ),
            code="amount_too_large",
            param="amount_to_capture",
        )
    before = ctx.load("charge", body["latest_charge"])
    charge = ctx.save(
        {**before, "captured": True, "amount_captured": amount, "amount_refunded": before["amount"] - amount}
    )
    charge = charges.collected(ctx, charge, at_once=True)
    body = {**body, "status": "succeeded", "amount_capturable": 0, "amount_received": amount}
    body["metadata"] = merged(body["metadata"], ctx.params.get("metadata"))
    ctx.save(body)
    ctx.emit(
        "charge.captured", charge, {"captured": False, "amount_captured": 0, "balance_transaction": None}
    )
    ctx.emit("payment_intent.succeeded", body)
    return body


def expire(ctx: Context, intent_id: str) -> None:
    """The chore: a reservation that nobody captured within seven days is let go."""
    body = ctx.load("payment_intent", intent_id)
    if body["status"] == "requires_capture":
        void(ctx, body, "automatic")
