"""Handlers of what Stripe, or the card's bank, suspects about a payment: staff hear of it and decide."""

from __future__ import annotations

from banibs.core import events
from payments import incidents
from payments.disputes import fraud_warnings
from payments.gateways.stripe import disputes
from payments.gateways.stripe.stripe_data import id_of, text
from payments.models import Incident, Intent
from payments.webhooks.process import Ignored, WebhookContext


def early_fraud_warning(seen: WebhookContext) -> None:
    """`radar.early_fraud_warning.*`: the card's bank heard that its owner did not pay. Staff decide: to give the money
    back in time spares the dispute.
    """
    row = _paid_by(seen)
    fraud_warnings.sync_warning(row, disputes.warning_state(seen.object))


def review(seen: WebhookContext) -> None:
    """`review.opened`, `review.closed`: Stripe asks a person to look at a payment, or the look is over."""
    row = _paid_by(seen)
    key = str(seen.object["id"])
    if seen.object.get("open"):
        reason = text(seen.object, "reason").replace("_", " ") or "no reason given"
        incidents.open_incident(
            "stripe_review",
            key=key,
            payment_id=row.payment_id,
            detail=f"Stripe asks for a review ({reason}) of {row}: "
            f"{incidents.amount_text(row.amount, row.currency)}. Approve or refund it at Stripe's Dashboard",
        )
        return
    opened = Incident.objects.filter(key=f"stripe_review:{key}", closed_at=None).first()
    if opened is not None:
        outcome = text(seen.object, "closed_reason").replace("_", " ") or "no reason given"
        incidents.close_incident(opened.pk, actor=events.STRIPE, note=f"Closed at Stripe: {outcome}")


def _paid_by(seen: WebhookContext) -> Intent:
    """The intent that it is about. Raises Ignored when that is none of ours."""
    row = Intent.objects.filter(stripe_id=id_of(seen.object.get("payment_intent")) or None).first()
    if row is None:
        row = Intent.objects.filter(charge_id=id_of(seen.object.get("charge"))).exclude(charge_id="").first()
    if row is None:
        raise Ignored("not a payment of ours")
    seen.payment_id = row.payment_id
    return row
