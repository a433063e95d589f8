"""Charges: one per attempt to take money from a card."""

from banibs.dev.stripe_sandbox.api.cards import card_numbers
from banibs.dev.stripe_sandbox.api.payments import balance_transactions, money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.examples import new, taken
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import listed, page
from banibs.dev.stripe_sandbox.params import LIST, Moments, Shape, Text
from banibs.dev.stripe_sandbox.store import Object

LISTING = Shape(
    {**LIST, "created": Moments(), "customer": Text(), "payment_intent": Text(), "transfer_group": Text()}
)

_CAUSES_DISPUTE = {
    "disputed": "fraudulent",
    "disputed_not_received": "product_not_received",
    "inquired": "fraudulent",
}
SETTLES_AFTER = 1  # seconds until an `automatic_async` charge has its balance transaction


def retrieve(ctx: Context, charge_id: str) -> Object:
    """One charge."""
    return ctx.load("charge", charge_id)


def list_(ctx: Context) -> Object:
    """A page of charges."""
    where = {name: ctx.params.get(name) for name in ("customer", "payment_intent", "transfer_group")}
    return page(ctx, "charge", url="/v1/charges", where=where)


def make(
    ctx: Context, intent: Object, method: Object, *, decline: card_numbers.Decline | None, authenticated: bool,
    pending: bool = False,
) -> Object:  # fmt: skip
    """Record an attempt: succeeded, held for a later capture, on its way by bank debit, or failed."""
    manual, charge_id = intent["capture_method"] == "manual", new_id("ch")
    amount, paid = intent["amount"], decline is None and not pending
    took = amount if (paid or pending) and not manual else 0
    body = new(
        "charge", id=charge_id, amount=amount, amount_captured=took, billing_details=method["billing_details"],
        calculated_statement_descriptor=_on_the_statement(intent), captured=took > 0, created=ctx.now(),
        currency=intent["currency"], failure_code=decline.code if decline else None,
        failure_message=decline.message if decline else None, outcome=_outcome(decline), paid=paid,
        payment_intent=intent["id"], payment_method=method["id"],
        payment_method_details=_details(method, amount, manual, authenticated, ctx.now()),
        receipt_url=f"{ctx.base_url}/receipts/{charge_id}" if paid else None,
        refunds=listed([], url=f"/v1/charges/{charge_id}/refunds"),
        status="pending" if pending else "succeeded" if paid else "failed",
        **taken(
            intent, "customer", "description", "metadata", "on_behalf_of", "receipt_email", "shipping",
            "statement_descriptor", "statement_descriptor_suffix", "transfer_group",
        ),
    )  # fmt: skip
    ctx.save(body)
    if paid and not manual:
        body = collected(ctx, body, at_once=intent["capture_method"] == "automatic")
    return body


def collected(ctx: Context, charge: Object, *, at_once: bool) -> Object:
    """Money was taken: put it on the balance, now or, as `automatic_async` has it, a moment later."""
    if at_once:
        charge = _with_transaction(ctx, charge)
    else:
        ctx.later(SETTLES_AFTER, "settle_charge", charge["id"])
    if behaviour(ctx, charge) in _CAUSES_DISPUTE:
        ctx.later(2, "open_dispute", charge["id"])
    elif behaviour(ctx, charge) == "warned_of":
        ctx.later(2, "warn_of_fraud", charge["id"])
    return charge


def settle(ctx: Context, charge_id: str) -> None:
    """The chore: an `automatic_async` charge gets its balance transaction."""
    before = ctx.load("charge", charge_id)
    if before["balance_transaction"] is None:
        after = _with_transaction(ctx, before)
        ctx.emit("charge.updated", after, {"balance_transaction": None})


def ensure_settled(ctx: Context, charge: Object) -> Object:
    """The charge with its balance transaction: refunds and disputes come after it."""
    settle(ctx, charge["id"])
    return ctx.load("charge", charge["id"])


def dispute_reason(ctx: Context, charge: Object) -> str:
    """The reason for which this card's payments are disputed."""
    return _CAUSES_DISPUTE[behaviour(ctx, charge)]


def is_inquiry(ctx: Context, charge: Object) -> bool:
    """Whether the bank only asks, and withdraws nothing yet."""
    return behaviour(ctx, charge) == "inquired"


def behaviour(ctx: Context, charge: Object) -> str:
    """How the card behind a charge behaves."""
    return str(ctx.store.private(charge["payment_method"]).get("behaviour", "succeeds"))


def _with_transaction(ctx: Context, charge: Object) -> Object:
    amount, currency = charge["amount_captured"], charge["currency"]
    moved, _, rate = money.settled(ctx.store, amount, currency)
    abroad = (charge["payment_method_details"].get("card") or {"country": "US"})["country"] != "US"
    transaction = balance_transactions.record(
        ctx,
        type_="charge",
        amount=amount,
        currency=currency,
        source=charge["id"],
        description=charge["description"],
        fee=money.processing_fee(ctx.store, moved, abroad=abroad, converted=rate is not None),
        at_once=behaviour(ctx, charge) == "bypasses_pending",
    )
    return ctx.save({**charge, "balance_transaction": transaction["id"]})


def _outcome(decline: card_numbers.Decline | None) -> Object:
    """What the bank said, and what Stripe's own watch thought of it."""
    known = new("charge")["outcome"]
    if decline is None:
        said = {
            "network_status": "approved_by_network",
            "seller_message": "Payment complete.",
            "type": "authorized",
        }
        return {**known, **said, "risk_level": "normal", "risk_score": 12}
    blocked = decline.decline_code == "fraudulent"
    lost = decline.decline_code in ("lost_card", "stolen_card")
    return {
        **known,
        "advice_code": "do_not_try_again" if lost else "try_again_later",
        "network_decline_code": "05",
        "network_status": "not_sent_to_network" if blocked else "declined_by_network",
        "reason": "highest_risk_level" if blocked else decline.decline_code or decline.code,
        "risk_level": "highest" if blocked else "normal",
        "risk_score": 95 if blocked else 12,
        "seller_message": "Stripe blocked this payment as too risky."
        if blocked
        else "The bank did not return any further details with this decline.",
        "type": "blocked" if blocked else "issuer_declined",
    }


def _on_the_statement(intent: Object) -> str:
    suffix = intent["statement_descriptor_suffix"]
    return f"BANIBS* {suffix}" if suffix else intent["statement_descriptor"] or "BANIBS"


def _details(method: Object, amount: int, manual: bool, authenticated: bool, now: int) -> Object:
    if method["type"] != "card":
        return {"type": method["type"], method["type"]: method[method["type"]]}
    card, known = method["card"], new("charge")["payment_method_details"]["card"]
    secured = known["three_d_secure"] | {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "result": "authenticated",
        "version": "2.2.0",
    }
    details = {
        **known,
        **{name: value for name, value in card.items() if name in known},
        "amount_authorized": amount,
        "authorization_code": "123456",
        "capture_before": now + 7 * 86400 if manual else None,
        "installments": None,
        "network": card["brand"],
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "three_d_secure": secured if authenticated else None,
    }
    return {"type": "card", "card": details}
