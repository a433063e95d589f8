"""Refunds of unapplied payments: money for an ended checkout goes back by itself, and the buyer is told."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.money import Money
from payments import incidents, policy
from payments.gateways import outcomes
from payments.gateways.stripe import stripe_refunds
from payments.models import Intent, Payment
from wallet import ledger, movements
from wallet.models import Movement


def due_intents() -> list[int]:
    """Intents whose money is to go back, the longest untried first: the sweeper's list."""
    return list(
        Intent.objects.filter(status=Intent.Status.UNAPPLIED)
        .order_by(F("looked_up_at").asc(nulls_first=True), "pk")
        .values_list("pk", flat=True)[: policy.SWEPT_AT_ONCE]
    )


def refund_unapplied(row_id: int) -> None:
    """Sends the money of an unapplied intent back to its card, once. Raises outcomes.Unknown.

    What Stripe refuses to send stays in the books as unapplied, and a person is told.
    """
    row = Intent.objects.get(pk=row_id)
    if row.status != Intent.Status.UNAPPLIED or not row.stripe_id:
        return
    Intent.objects.filter(pk=row.pk).update(looked_up_at=Now())
    try:
        made = stripe_refunds.create_refund(
            key=f"intent:{row.pk}:unapplied",
            intent=row.stripe_id,
            amount=row.amount,
            metadata={"banibs_intent": str(row.pk), "banibs_reason": "unapplied"},
        )
    except outcomes.Refused as refused:
        found = _made_before(row)
        if found is None:
            _stays(row, key=str(row.pk), why=refused.message)
            return
        made = found
    _sent(row, made)
    sync_refund(row, made)


def _made_before(row: Intent) -> stripe_refunds.RefundState | None:
    """The refund of ours that an answer, lost longer ago than Stripe remembers a key, was about."""
    try:
        made = stripe_refunds.refunds_of(row.stripe_id or "")
    except outcomes.Refused:  # Stripe knows no such intent
        return None
    return next((one for one in made if one.metadata.get("banibs_intent") == str(row.pk)), None)


def _stays(row: Intent, *, key: str, why: str) -> None:
    incidents.open_incident(
        "unapplied_refund_failed",
        key=key,
        payment_id=row.payment_id,
        detail=f"{incidents.amount_text(row.amount, row.currency)} could not go back to the card ({why})",
    )


def _sent(row: Intent, made: stripe_refunds.RefundState) -> None:
    with transaction.atomic():
        payment = (
            Payment.objects.select_for_update(of=("self",)).select_related("checkout").get(pk=row.payment_id)
        )
        taken = Intent.objects.filter(pk=row.pk, status=Intent.Status.UNAPPLIED).update(
            status=Intent.Status.UNAPPLIED_REFUNDED, refund_id=made.id
        )
        if not taken:
            return
        number = payment.checkout.number if payment.checkout else ""
        events.record(
            events.New(
                "payment.unapplied_refunded",
                payment,
                data={"checkout": number, "amount": row.amount, "currency": row.currency},
            )
        )
        ledger.post(
            movements.unapplied_refunded(
                payment=payment.pk, intent=row.pk, amount=Money(row.amount, row.currency), reference=number
            )
        )


def sync_refund(row: Intent, state: stripe_refunds.RefundState) -> None:
    """How that refund fared. When the card gives it back, the money lies at Stripe again, and a person must look."""
    if state.status not in ("failed", "canceled"):
        return
    _stays(row, key=state.id, why=state.failure or state.status)
    movement = Movement.objects.filter(key=f"intent:{row.pk}:unapplied_refunded").first()
    if movement is not None:
        with transaction.atomic():
            ledger.reverse(movement.pk, actor="stripe", reason=state.failure or state.status)
