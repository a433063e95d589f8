"""Disputes: the calls. What the bank does stands in `dispute_states.py`."""

from banibs.dev.stripe_sandbox.api.payments import dispute_states, evidence
from banibs.dev.stripe_sandbox.api.payments.dispute_states import EVIDENCE, OPEN
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Flag, Metadata, Moments, Shape, Text, merged
from banibs.dev.stripe_sandbox.store import Object

UPDATE = Shape(
    {
        "evidence": Shape({name: Text(most=20000) for name in EVIDENCE}),
        "metadata": Metadata(),
        "submit": Flag(),
    }
)
LISTING = Shape({**LIST, "created": Moments(), "charge": Text(), "payment_intent": Text()})

DECIDES_AFTER = 5  # seconds until the bank has read the evidence


def retrieve(ctx: Context, dispute_id: str) -> Object:
    """One dispute."""
    return ctx.load("dispute", dispute_id)


def list_(ctx: Context) -> Object:
    """A page of disputes."""
    where = {name: ctx.params.get(name) for name in ("charge", "payment_intent")}
    return page(ctx, "dispute", url="/v1/disputes", where=where)


def update(ctx: Context, dispute_id: str) -> Object:
    """Add evidence, and hand it in once with `submit`. `winning_evidence` and `losing_evidence` decide."""
    before = ctx.load("dispute", dispute_id)
    evidence.may_change(ctx, before)
    after = {**before, "evidence": evidence.merged(ctx, before, ctx.params.get("evidence"))}
    after["metadata"] = merged(before["metadata"], ctx.params.get("metadata"))
    details = {
        **before["evidence_details"],
        "has_evidence": evidence.shown(after["evidence"]),
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
    return dispute_states.lose(ctx, dispute_id)


def decide(ctx: Context, dispute_id: str) -> None:
    """The chore: the bank has read the evidence. What neither wins nor loses stays under review."""
    body = ctx.load("dispute", dispute_id)
    said = " ".join(str(value) for value in body["evidence"].values() if isinstance(value, str))
    if body["status"] not in OPEN:
        return
    if "winning_evidence" in said:
        dispute_states.win(ctx, dispute_id)
    elif "losing_evidence" in said:
        dispute_states.lose(ctx, dispute_id)


def miss_deadline(ctx: Context, dispute_id: str) -> None:
    """The chore: nobody answered in time."""
    body = ctx.load("dispute", dispute_id)
    details = body["evidence_details"]
    if body["status"] in ("needs_response", "warning_needs_response") and details["due_by"] <= ctx.now():
        ctx.save({**body, "evidence_details": {**details, "past_due": True}})
        dispute_states.lose(ctx, dispute_id)
