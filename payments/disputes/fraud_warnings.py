"""Early warnings of fraud: taken in as Stripe has them, and what staff decide about one.

A refund in time spares the dispute and its fee; whether it is worth it, a person decides.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from banibs.core import clock, events
from banibs.core.clock import Now
from banibs.users.models import User
from marketplace.models import Order
from payments import policy
from payments.gateways.stripe import disputes
from payments.gateways.stripe.disputes import WarningState
from payments.models import EarlyFraudWarning, Intent, PaymentSplit
from payments.models.refunds import RefundReason
from payments.refunds.order_refunds import refund_order
from payments.refunds.refused import RefundRefused
from payments.refunds.wanted import Wanted

State = EarlyFraudWarning.State


class WarningOver(Exception):
    """It was decided already, or there is nothing to decide any more."""


class NotRefunded(Exception):
    """An order could not be given back: why, in words. Orders before it were."""


def sync_warning(intent: Intent, state: WarningState) -> EarlyFraudWarning:
    """Takes in a warning as Stripe has it, in any order and any number of times. One that can spare nothing any more is
    over; what staff decided stays.
    """
    with transaction.atomic():
        EarlyFraudWarning.objects.get_or_create(
            stripe_id=state.id,
            defaults={
                "payment_id": intent.payment_id,
                "intent": intent,
                "fraud_type": state.fraud_type[:60],
            },
        )
        row = EarlyFraudWarning.objects.select_for_update().get(stripe_id=state.id)
        if row.state == State.OPEN and not state.actionable:
            _close(row, State.OVER, actor=events.STRIPE, note="")
    row.refresh_from_db()
    return row


def intent_of(state: WarningState) -> Intent | None:
    """The intent of ours that a warning is about."""
    row = Intent.objects.filter(stripe_id=state.intent or None).first()
    if row is None and state.charge:
        row = Intent.objects.filter(charge_id=state.charge).first()
    return row


def find_new_warnings() -> int:
    """Takes in warnings that came lately and nobody told us of; returns how many. One or a few calls.

    Raises outcomes.Unknown.
    """
    found = 0
    states = disputes.warnings_since(clock.now() - policy.DISPUTES_LISTED_BACK)
    rows = EarlyFraudWarning.objects.filter(stripe_id__in=[state.id for state in states])
    known = dict(rows.values_list("stripe_id", "state"))
    for state in reversed(states):
        told = known.get(state.id)
        if told is not None and (told != State.OPEN or state.actionable):
            continue
        intent = intent_of(state)
        if intent is not None:
            sync_warning(intent, state)
            found += told is None
    return found


def leave(warning_id: int, *, user: User, note: str) -> None:
    """Staff let it be: nothing moves. Raises WarningOver."""
    with transaction.atomic():
        row = lock_open(warning_id)
        _close(row, State.LEFT, actor=events.Actor.person(user, role="staff"), note=note, user=user)


def orders_of(row: EarlyFraudWarning) -> list[Order]:
    """The orders that the warned charge paid and of which something is left, with the buyer or with no one but a bank that
    decides; none of a top-up. One statement.
    """
    if row.intent.status != Intent.Status.SUCCEEDED:
        return []
    paid = PaymentSplit.objects.filter(payment=row.payment_id).values("order")
    left = Q(refunded__lt=F("total")) | Q(dispute=Order.Dispute.OPEN)
    rows = Order.objects.filter(left, pk__in=paid).exclude(
        status__in=[Order.Status.CANCELED, Order.Status.REFUNDED]
    )
    return list(rows.select_related("seller").order_by("pk"))


def refund(warning_id: int, *, user: User, note: str) -> int:
    """Staff give every order of the charge back, each in a transaction of its own; returns how many. Pressed again after a
    crash it goes on with what is left. Raises WarningOver, and NotRefunded where an order refuses: then it stays open.
    """
    row = EarlyFraudWarning.objects.select_related("intent", "payment").get(pk=warning_id)
    if row.state != State.OPEN:
        raise WarningOver(row.stripe_id)
    actor, orders = events.Actor.person(user, role="staff"), orders_of(row)
    if row.intent.status != Intent.Status.SUCCEEDED or row.payment.checkout_id is None:
        raise NotRefunded(_("No order was paid by it: nothing can be refunded here."))
    if not orders:
        raise NotRefunded(_("Nothing of it is left to give back."))
    for order in orders:
        try:
            refund_order(
                order.pk,
                Wanted(everything=True),
                actor=actor,
                reason=RefundReason.FRAUD_WARNING,
                note="",
                user_id=user.pk,
                restock=order.fulfilled_at is None,
            )
        except RefundRefused as refused:
            if refused.remaining == 0 and refused.code == "refund_exceeds_remaining":
                continue  # somebody gave it back in the same moment
            raise NotRefunded(f"{order.number}: {refused.message}") from refused
    with transaction.atomic():
        locked = EarlyFraudWarning.objects.select_for_update().get(pk=warning_id)
        # Stripe may have told already that it is settled: by this refund.
        if locked.state in (State.OPEN, State.OVER):
            _close(locked, State.REFUNDED, actor=actor, note=note, user=user)
    return len(orders)


def lock_open(warning_id: int) -> EarlyFraudWarning:
    """A warning that waits for a decision, under its lock. Raises WarningOver."""
    row = EarlyFraudWarning.objects.select_for_update().get(pk=warning_id)
    if row.state != State.OPEN:
        raise WarningOver(row.stripe_id)
    return row


def _close(
    row: EarlyFraudWarning, state: str, *, actor: events.Actor, note: str, user: User | None = None
) -> None:
    EarlyFraudWarning.objects.filter(pk=row.pk).update(
        state=state, closed_at=Now(), decided_by=user, note=note
    )
    events.record(
        events.New("fraud_warning.closed", row, actor, from_state=row.state, to_state=state, reason=note)
    )
