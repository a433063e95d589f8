"""Sends payouts: row and ledger first, commit, then the provider, with the key of our row and its frozen parameters."""

from __future__ import annotations

import datetime as dt
import functools

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Random

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.core.money import Money
from payments.gateways import installation, outcomes
from payouts import policy
from payouts.models import Payout, PayoutAttempt, PayoutMethod
from payouts.providers.interface import PROVIDERS, Progress, QuoteWorse, ShortOfFunds
from payouts.sending import can_send, key_refused, transitions
from payouts.sending.request_payout import lock_seller
from payouts.sending.sync_payout import sync_payout
from wallet import ledger, movements

log = structlog.get_logger(__name__)
Status = Payout.Status
NOT_KNOWN = (PayoutAttempt.State.CREATED, PayoutAttempt.State.UNKNOWN)


def due_payouts() -> list[int]:
    """Payouts that wait to be sent, the oldest first; where there are many, new ones before those that wait already.

    One whose provider was short of our money is asked for again after a while, or once `money_came`: each asking is an
    attempt.
    """
    asked_lately = PayoutAttempt.objects.filter(
        payout=OuterRef("pk"), failed_at__gt=Now() - policy.PROVIDER_SHORT_WAITS
    )
    every = Payout.objects.filter(status=Status.REQUESTED).exclude(waiting_for_money() & Exists(asked_lately))
    most = policy.PAYOUTS_SENT_AT_ONCE
    fresh = list(every.filter(waits_for="").order_by("pk").values_list("pk", flat=True)[:most])
    # In no order: many that wait for long must not keep the others waiting.
    waiting = every.exclude(waits_for="").order_by(Random()).values_list("pk", flat=True)
    return sorted([*fresh, *waiting[: most - len(fresh)]])


def send_due() -> int:
    """Sends what waits, one after the other; returns how many were begun. For the timetable, and by hand."""
    begun = 0
    for payout_id in due_payouts():
        try:
            begun += send_payout(payout_id)
        except Exception:  # one that breaks must not keep the others waiting
            log.exception("payout.broke", payout=payout_id)
    return begun


def send_payout(payout_id: int) -> bool:
    """Sends a payout that waits, if it may go now. False when it may not (its row says why), or another worker has it."""
    attempt_id = db_retry.atomic_retry(functools.partial(begin, payout_id))
    if attempt_id is None:
        return False
    carry(attempt_id)
    return True


def begin(payout_id: int) -> int | None:
    """Takes the money out of the available balance and writes the attempt, in one transaction; returns its id.

    None where it may not go now: then nothing has moved, and the row says why it waits.
    """
    with transaction.atomic():
        seller_id = Payout.objects.values_list("seller_id", flat=True).get(pk=payout_id)
        seller = lock_seller(seller_id)
        payout = transitions.lock(payout_id)
        payout.seller = seller
        if payout.status != Status.REQUESTED:
            return None
        why = can_send.reason_to_wait(payout)
        if why == "method_removed":  # it never comes back: another destination is another payout
            transitions.move(
                payout, Status.CANCELED, reason=why, changes={"ended_at": Now(), "waits_for": ""}
            )
            return None
        if why:
            _waits(payout, why)
            return None
        return _attempt(payout).pk


def _waits(payout: Payout, why: str) -> None:
    if payout.waits_for == why:
        return
    Payout.objects.filter(pk=payout.pk).update(waits_for=why)
    data = {"why": why, "amount": payout.amount, "currency": payout.currency, "seller": payout.seller_id}
    events.record(events.New("payout.waits", payout, events.SYSTEM, data=data))


def _attempt(payout: Payout) -> PayoutAttempt:
    number = payout.attempt + 1
    provider = PROVIDERS.get(payout.method.provider)
    attempt = PayoutAttempt(
        payout=payout,
        number=number,
        provider=provider.name,
        key=installation.key(f"payout:{payout.pk}:{number}"),
        quote=payout.quote,
    )
    attempt.params = dict(provider.params(attempt, payout.method))
    attempt.save()
    PayoutAttempt.objects.filter(pk=attempt.pk).update(
        sent_at=Now(), look_at=Now() + policy.ATTEMPT_LEFT_AFTER
    )
    transitions.move(payout, Status.SENDING, changes={"attempt": number, "sent_at": Now(), "waits_for": ""})
    ledger.post(
        movements.payout_sent(
            payout=payout.pk,
            attempt=number,
            seller=payout.seller_id,
            amount=payout.money,
            reference=payout.number,
        )
    )
    return attempt


def carry(attempt_id: int) -> None:
    """Asks the provider to carry an attempt, outside any transaction, and takes in what it says."""
    attempt = PayoutAttempt.objects.select_related("payout__method", "payout__seller").get(pk=attempt_id)
    try:
        progress = PROVIDERS.get(attempt.provider).send(attempt)
    except ShortOfFunds as short:
        give_back(attempt_id, short, waits_for="provider_short")
    except QuoteWorse as worse:
        give_back(attempt_id, worse, waits_for="quote_worse")
    except outcomes.Refused as refused:
        give_back(attempt_id, refused)
    except outcomes.Unknown as unknown:
        key_refused.tell_staff(attempt.provider, unknown)
        unanswered(attempt_id, detail=str(unknown))
    else:
        sync_payout(attempt_id, progress)


def give_back(
    attempt_id: int, refused: outcomes.Refused, *, waits_for: str = "", looked: bool = False
) -> None:
    """The provider said no, and has nothing: the money is available again. With `waits_for` it did not fail: it waits with
    that reason, `provider_short` until the next run, `quote_worse` until the seller confirms. `looked`: it was not a
    sending that was refused; the provider was asked how the attempt fares.
    """
    with transaction.atomic():
        attempt = transitions.lock_attempt(attempt_id)
        if attempt.sent_at is None or attempt.paid_at or attempt.failed_at:
            return
        if attempt.handed_at is not None:  # a part of it has happened: that is taken back first
            sync_payout(
                attempt_id,
                Progress("failed", code=refused.code, words=refused.message, detail=refused.for_staff),
            )
            return
        if attempt.state not in NOT_KNOWN and not looked:  # it has it: what was refused is a second sending
            transitions.set_columns(attempt, look_at=Now())
            return
        short = waits_for == "provider_short"
        why = {"failure": refused.code[:60], "failure_text": refused.message[:300], "ended_at": Now()}
        transitions.back_to_available(
            attempt,
            Status.REQUESTED if waits_for else Status.FAILED,
            code=refused.code,
            columns={
                "state": PayoutAttempt.State.SHORT if short else PayoutAttempt.State.REFUSED,
                "detail": refused.for_staff[:500],
            },
            reason=refused.code,
            changes={"waits_for": waits_for} if waits_for else why,
        )


def unanswered(attempt_id: int, *, detail: str) -> None:
    """Nobody knows whether it happened: it is looked up, and never sent under another key."""
    with transaction.atomic():
        attempt = transitions.lock_attempt(attempt_id)
        if attempt.state not in NOT_KNOWN:  # an event has told meanwhile
            return
        if attempt.payout.status == Status.SENDING:
            transitions.move(attempt.payout, Status.UNKNOWN)
        transitions.set_columns(
            attempt,
            state=PayoutAttempt.State.UNKNOWN,
            detail=detail[:500],
            look_at=Now() + next_look(attempt.looks),
            looks=F("looks") + 1,
        )


def next_look(looks: int) -> dt.timedelta:
    """How long until the provider is asked again."""
    return policy.LOOK_UP_WAITS[min(looks, len(policy.LOOK_UP_WAITS) - 1)]


def waiting_for_money() -> Q:
    """Payouts that wait because a provider was short of our money."""
    return Q(status=Status.REQUESTED, waits_for="provider_short")


def money_came(provider: str, there: Money) -> int:
    """The provider holds this much of ours to send: what waited for no more than that goes with the next run. Returns how
    many.
    """
    kinds = [kind for kind in PayoutMethod.Kind if PayoutMethod(kind=kind).provider == provider]
    waited = Payout.objects.filter(
        waiting_for_money(), method__kind__in=kinds, currency=there.currency, amount__lte=there.amount
    )
    return waited.update(waits_for="")
