"""Charges: one per attempt to take money from a card."""

from banibs.dev.stripe_sandbox.api.cards import card_numbers
from banibs.dev.stripe_sandbox.api.payments import balance_transactions, money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import listed, page
from banibs.dev.stripe_sandbox.params import LIST, Metadata, Moments, Shape, Text, merged
from banibs.dev.stripe_sandbox.store import Object

UPDATE = Shape(
    {
        "description": Text(),
        "metadata": Metadata(),
        "receipt_email": Text(),
        "transfer_group": Text(),
        "fraud_details": Shape({"user_report": Text("fraudulent", "safe")}),
    }
)
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


def update(ctx: Context, charge_id: str) -> Object:
    """Change what may still be changed."""
    before = ctx.load("charge", charge_id)
    given = {name: value for name, value in ctx.params.items() if name in UPDATE.fields}
    after = ctx.save({**before, **given, "metadata": merged(before["metadata"], given.get("metadata"))})
    ctx.emit("charge.updated", after, changed(before, after))
    return after


def make(
    ctx: Context, intent: Object, method: Object, *, decline: card_numbers.Decline | None, authenticated: bool
) -> Object:
    """Record an attempt: succeeded, held for a later capture, or failed."""
    manual, charge_id = intent["capture_method"] == "manual", new_id("ch")
    amount, paid = intent["amount"], decline is None
    body: Object = {
        "id": charge_id,
        "object": "charge",
        "amount": amount,
        "amount_captured": amount if paid and not manual else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": intent["statement_descriptor"] or "BANIBS",
        "captured": paid and not manual,
        "created": ctx.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": intent["on_behalf_of"],
        "outcome": _outcome(decline),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {
            "card": _card_details(method, amount, manual, authenticated, ctx.now()),
            "type": "card",
        },
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": f"{ctx.base_url}/receipts/{charge_id}" if paid else None,
        "refunded": False,
        "refunds": listed([], url=f"/v1/charges/{charge_id}/refunds"),
        "review": None,
        "shipping": intent["shipping"],
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "succeeded" if paid else "failed",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
    }
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
    moved, _, _ = money.settled(ctx.store, amount, currency)
    transaction = balance_transactions.record(
        ctx,
        type_="charge",
        amount=amount,
        currency=currency,
        source=charge["id"],
        description=charge["description"],
        fee=money.processing_fee(ctx.store, moved),
        at_once=behaviour(ctx, charge) == "bypasses_pending",
    )
    return ctx.save({**charge, "balance_transaction": transaction["id"]})


def _outcome(decline: card_numbers.Decline | None) -> Object:
    blocked = decline is not None and decline.decline_code == "fraudulent"
    said = (
        "Payment complete."
        if decline is None
        else "Stripe blocked this payment as too risky."
        if blocked
        else "The bank did not return any further details with this decline."
    )
    return {
        "advice_code": None
        if decline is None
        else "do_not_try_again"
        if decline.decline_code in ("lost_card", "stolen_card")
        else "try_again_later",
        "network_advice_code": None,
        "network_decline_code": None if decline is None else "05",
        "network_status": "approved_by_network"
        if decline is None
        else "not_sent_to_network"
        if blocked
        else "declined_by_network",
        "reason": None
        if decline is None
        else "highest_risk_level"
        if blocked
        else decline.decline_code or decline.code,
        "risk_level": "highest" if blocked else "normal",
        "risk_score": 95 if blocked else 12,
        "seller_message": said,
        "type": "authorized" if decline is None else "blocked" if blocked else "issuer_declined",
    }


def _card_details(method: Object, amount: int, manual: bool, authenticated: bool, now: int) -> Object:
    card = method["card"]
    secured = {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": None,
        "version": "2.2.0",
    }
    return {
        "amount_authorized": amount,
        "authorization_code": "123456",
        "brand": card["brand"],
        "capture_before": now + 7 * 86400 if manual else None,
        "checks": card["checks"],
        "country": card["country"],
        "exp_month": card["exp_month"],
        "exp_year": card["exp_year"],
        "extended_authorization": {"status": "disabled"},
        "fingerprint": card["fingerprint"],
        "funding": card["funding"],
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": card["last4"],
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "regulated_status": card["regulated_status"],
        "three_d_secure": secured if authenticated else None,
        "transaction_link_id": None,
        "wallet": None,
    }
