"""Disputes: the payer's bank takes the money back, and gives it back if the evidence convinces it."""

from banibs.dev.stripe_sandbox.api.payments import balance_transactions, charges
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Flag, Metadata, Moments, Shape, Text, merged
from banibs.dev.stripe_sandbox.store import Object

_EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication", "customer_email_address", "customer_name", "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation", "duplicate_charge_explanation", "duplicate_charge_id",
    "product_description", "receipt",
    "refund_policy", "refund_policy_disclosure", "refund_refusal_explanation", "service_date",
    "service_documentation",
    "shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file", "uncategorized_text",
)  # fmt: skip
UPDATE = Shape(
    {
        "evidence": Shape({name: Text(most=20000) for name in _EVIDENCE}),
        "metadata": Metadata(),
        "submit": Flag(),
    }
)
LISTING = Shape({**LIST, "created": Moments(), "charge": Text(), "payment_intent": Text()})

FEE = 1500  # minor units, kept by Stripe however the dispute ends
DECIDES_AFTER = 5  # seconds until the bank has read the evidence
ANSWER_WITHIN = 9 * 86400  # seconds
OPEN = ("needs_response", "warning_needs_response", "under_review", "warning_under_review")


def retrieve(ctx: Context, dispute_id: str) -> Object:
    """One dispute."""
    return ctx.load("dispute", dispute_id)


def list_(ctx: Context) -> Object:
    """A page of disputes."""
    where = {name: ctx.params.get(name) for name in ("charge", "payment_intent")}
    return page(ctx, "dispute", url="/v1/disputes", where=where)


def open_for_charge(ctx: Context, charge_id: str) -> None:
    """The chore: the cardholder disputes a payment made with …0259 and its kin."""
    charge = charges.ensure_settled(ctx, ctx.load("charge", charge_id))
    open_dispute(
        ctx, charge, reason=charges.dispute_reason(ctx, charge), inquiry=charges.is_inquiry(ctx, charge)
    )


def open_dispute(ctx: Context, charge: Object, *, reason: str, inquiry: bool = False) -> Object:
    """Open a dispute of the whole charge. An inquiry withdraws nothing."""
    body = _build(ctx, charge, reason=reason, inquiry=inquiry)
    ctx.save(body)
    marked = ctx.save({**charge, "disputed": True})
    ctx.emit("charge.updated", marked, {"disputed": False})
    ctx.emit("charge.dispute.created", body)
    if not inquiry:
        body = _move(ctx, body, -body["amount"], fee=FEE)
        ctx.emit("charge.dispute.funds_withdrawn", body)
    ctx.later(ANSWER_WITHIN, "miss_evidence", body["id"])
    return body


def update(ctx: Context, dispute_id: str) -> Object:
    """Add evidence, and hand it in once with `submit`. `winning_evidence` and `losing_evidence` decide."""
    before = ctx.load("dispute", dispute_id)
    if before["status"] not in ("needs_response", "warning_needs_response"):
        raise InvalidRequest(
            "This dispute is already closed or under review: its evidence can no longer be changed.",
            code="dispute_already_submitted",
        )
    after = {**before, "evidence": {**before["evidence"], **(ctx.params.get("evidence") or {})}}
    after["metadata"] = merged(before["metadata"], ctx.params.get("metadata"))
    details = {
        **before["evidence_details"],
        "has_evidence": any(after["evidence"].get(name) for name in _EVIDENCE),
    }
    if ctx.params.get("submit"):
        details["submission_count"] += 1
        after["status"] = "warning_under_review" if before["status"].startswith("warning") else "under_review"
        ctx.later(DECIDES_AFTER, "decide_dispute", dispute_id)
    after = ctx.save({**after, "evidence_details": details})
    ctx.emit("charge.dispute.updated", after, changed(before, after))
    return after


def close(ctx: Context, dispute_id: str) -> Object:
    """Accept the dispute: it is lost."""
    body = ctx.load("dispute", dispute_id)
    if body["status"] not in OPEN:
        raise InvalidRequest("This dispute is already closed.", code="dispute_already_closed")
    return _finish(ctx, body, won=False)


def decide(ctx: Context, dispute_id: str) -> None:
    """The chore: the bank has read the evidence. What neither wins nor loses stays under review."""
    body = ctx.load("dispute", dispute_id)
    said = " ".join(str(value) for value in body["evidence"].values() if isinstance(value, str))
    if body["status"] in OPEN and ("winning_evidence" in said or "losing_evidence" in said):
        _finish(ctx, body, won="winning_evidence" in said)


def miss_deadline(ctx: Context, dispute_id: str) -> None:
    """The chore: nobody answered in time."""
    body = ctx.load("dispute", dispute_id)
    if body["status"] in ("needs_response", "warning_needs_response"):
        late = {**body, "evidence_details": {**body["evidence_details"], "past_due": True}}
        _finish(ctx, late, won=False)


def finish(ctx: Context, dispute_id: str, *, won: bool) -> Object:
    """End a dispute by the controls."""
    return _finish(ctx, ctx.load("dispute", dispute_id), won=won)


def _finish(ctx: Context, before: Object, *, won: bool) -> Object:
    inquiry = before["status"].startswith("warning")
    after = ctx.save(
        {
            **before,
            "status": "warning_closed" if inquiry else "won" if won else "lost",
            "is_charge_refundable": inquiry,
        }
    )
    if won and not inquiry:
        after = _move(ctx, after, before["amount"], fee=0)
        ctx.emit("charge.dispute.funds_reinstated", after)
    ctx.emit("charge.dispute.closed", after, {"status": before["status"]})
    return after


def _move(ctx: Context, body: Object, amount: int, *, fee: int) -> Object:
    transaction = balance_transactions.record(
        ctx, type_="adjustment", amount=amount, currency=body["currency"], source=body["id"], fee=fee,
        at_once=True,
        description=f"Chargeback {'withdrawal' if amount < 0 else 'reversal'} for {body['charge']}",
        category="dispute" if amount < 0 else "dispute_reversal",
    )  # fmt: skip
    return ctx.save({**body, "balance_transactions": [*body["balance_transactions"], transaction]})


def _build(ctx: Context, charge: Object, *, reason: str, inquiry: bool) -> Object:
    brand, now = charge["payment_method_details"]["card"]["brand"], ctx.now()
    code = {"fraudulent": "10.4", "product_not_received": "13.1"}.get(reason, "13.1")
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": charge["amount_captured"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(_EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": now + ANSWER_WITHIN,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": brand,
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": brand,
                "network_reason_code": code,
            },
            "type": "card",
        },
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
