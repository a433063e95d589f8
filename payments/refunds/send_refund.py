"""Sends the card part of a refund to Stripe, and asks how it fares until it is over."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, When

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.jobs import task_wakeup
from payments import policy
from payments.gateways import installation, outcomes
from payments.gateways.stripe import stripe_refunds
from payments.models import Incident, Intent, Refund
from payments.refunds import sync_refund as syncing

SEND_TASK = "payments.tasks.send_refund"
UNDER_WAY = (Refund.Status.PENDING, Refund.Status.SENT)
# Stripe's codes of a refund that it will not make because the buyer has the money, or may get it, another way.
ANOTHER_WAY = ("charge_already_refunded", "charge_disputed")


def request_send(refund_id: int) -> None:
    """Asks a worker to send a refund's card part; with the broker away the sweeper does."""
    task_wakeup.send(SEND_TASK, refund_id)


def due_refunds() -> list[int]:
    """Refunds that are pending or sent and not over: those never sent before all, then the oldest. The sweeper's list.

    Those that a person must look at first wait until their incident is closed.
    """
    not_understood = Incident.objects.filter(
        refund=OuterRef("pk"), kind__in=syncing.NOT_UNDERSTOOD, closed_at=None
    )
    return list(
        Refund.objects.filter(~Exists(not_understood), status__in=UNDER_WAY)
        .order_by(Case(When(stripe_id=None, then=0), default=1), "pk")
        .values_list("pk", flat=True)[: policy.SWEPT_AT_ONCE]
    )


def send_refund(refund_id: int) -> Refund:
    """Sends the card part of a refund to Stripe, or asks how it fares. Raises outcomes.Unknown: asked again, same key."""
    refund = Refund.objects.select_related("order").get(pk=refund_id)
    if refund.status not in UNDER_WAY or not refund.card_part:
        return refund
    if refund.stripe_id:
        syncing.sync_refund(stripe_refunds.read_refund(refund.stripe_id))
    else:
        _send(refund)
    refund.refresh_from_db()
    return refund


def stop_refund(refund_id: int, *, actor: events.Actor) -> Refund:
    """Asks Stripe to take a refund back that has not reached the buyer, and takes in what became of it; who asked is
    recorded first. Raises outcomes.Refused where Stripe does not, also of one that it does not have yet, and
    outcomes.Unknown; then the refund goes on as before.
    """
    refund = Refund.objects.select_related("order").get(pk=refund_id)
    if refund.status not in UNDER_WAY or not refund.stripe_id:
        raise outcomes.Refused("refund_not_at_stripe", "Stripe does not have it, or it is over.")
    with transaction.atomic():
        events.record(syncing.told_of("order.refund_stop_asked", refund, actor=actor))
    syncing.sync_refund(stripe_refunds.cancel_refund(refund.stripe_id))
    refund.refresh_from_db()
    return refund


def _send(refund: Refund) -> None:
    intent = Intent.objects.filter(payment=refund.payment_id, status=Intent.Status.SUCCEEDED).get()
    intent_id = intent.stripe_id or ""
    try:
        state = _sent_long_ago(refund, intent_id) or stripe_refunds.create_refund(
            key=installation.key(f"refund:{refund.pk}:{refund.attempt}"),
            intent=intent_id,
            amount=refund.card_part,
            metadata=installation.marked(
                {
                    "banibs_refund": str(refund.pk),
                    "banibs_order": refund.order.number,
                    **syncing.attempt_noted(refund.attempt),
                }
            ),
        )
    except outcomes.Refused as refused:
        made = refunds_at_stripe(intent_id)
        found = _ours(refund, made)
        if found is None:
            elsewhere = refused.code in ANOTHER_WAY or bool(made_by_hand(made))
            _refused(refund, why=refused.for_staff, elsewhere=elsewhere)
            return
        state = found
    syncing.sync_refund(state)


def _sent_long_ago(refund: Refund, intent_id: str) -> stripe_refunds.RefundState | None:
    """What a lost answer made, for a refund older than Stripe's memory of its key, or than the mark in our keys."""
    forgotten = Q(created_at__lte=Now() - policy.REFUND_KEY_GOOD_FOR)
    if not Refund.objects.filter(forgotten | Q(created_at__lte=installation.since()), pk=refund.pk).exists():
        return None
    return _ours(refund, refunds_at_stripe(intent_id))


def refunds_at_stripe(intent_id: str) -> list[stripe_refunds.RefundState]:
    """Every refund of an intent, newest first; none of an intent that Stripe does not know. Raises outcomes.Unknown."""
    try:
        return stripe_refunds.refunds_of(intent_id)
    except outcomes.Refused:
        return []


def _ours(refund: Refund, made: Sequence[stripe_refunds.RefundState]) -> stripe_refunds.RefundState | None:
    for one in made:
        if one.metadata.get("banibs_refund") == str(refund.pk) and syncing.attempt_of(one) == refund.attempt:
            return one
    return None


def made_by_hand(made: Sequence[stripe_refunds.RefundState]) -> list[stripe_refunds.RefundState]:
    """Those of them that a person made at Stripe, that give something back, and that no row of ours stands for."""
    foreign = [
        one for one in made if not {"banibs_refund", "banibs_intent"} & one.metadata.keys() and not one.over
    ]
    ids = [one.id for one in foreign]
    taken = set(Refund.objects.filter(stripe_id__in=ids).values_list("stripe_id", flat=True))
    intents = Intent.objects.filter(stripe_id__in={one.intent for one in foreign}, refund_id__in=ids)
    taken |= set(intents.values_list("refund_id", flat=True))
    return [one for one in foreign if one.id not in taken]


def _refused(refund: Refund, *, why: str, elsewhere: bool) -> None:
    """Stripe will not make this attempt. Money that the buyer has already had, or may get, another way is not given a
    second time: then a person decides, and it stays owed in the books.
    """
    with transaction.atomic():
        now = syncing.lock(refund.pk)
        if (now.status, now.stripe_id, now.attempt) == (Refund.Status.PENDING, None, refund.attempt):
            syncing.fail(now, why=why, elsewhere=elsewhere)
