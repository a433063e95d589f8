"""Ends of checkouts that nobody pays: in time, or because the buyer cancels. The open intent ends, stock and coupon come
back, the orders are canceled.

Stripe is asked first: money that came in the last second pays the order after all. What comes later is unapplied.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.core.jobs import time_budget
from banibs.core.ui import quantities
from marketplace.cart import coupons
from marketplace.checkout import place_order as checkouts
from marketplace.checkout import refusals
from marketplace.models import Checkout, Order
from marketplace.orders import transitions as order_verbs
from payments import policy
from payments.charges import change_method, payment_states
from payments.charges.look_up_intent import bank_works_on
from payments.charges.sync_intent import NOT_OVER
from payments.gateways import outcomes
from payments.models import Intent, Payment
from payments.stripe_answers import tell_staff

log = structlog.get_logger(__name__)
OVER = (Payment.Status.SUCCEEDED, Payment.Status.CANCELED)
WAITING = ("created", "requires_action", "processing", "failed")  # as the index has them


def due_payments() -> list[int]:
    """Payments of checkouts whose time is over, and top-ups that nobody finished: first those with nothing under way at
    Stripe, then those longest unasked about, so that a Stripe that is silent about some keeps no other waiting. One that
    the bank works on was asked about lately, and waits.
    """
    under_way = Intent.objects.filter(payment=OuterRef("pk"), status__in=NOT_OVER)
    over = Q(checkout__paid_at__isnull=True, checkout__expires_at__lte=Now())
    forgotten = Q(checkout=None, created_at__lte=Now() - policy.TOP_UP_OPEN_FOR)
    automatic = under_way.filter(manual_capture=False, looked_up_at__gt=Now() - policy.PROCESSING_ASKED_AFTER)
    return list(
        Payment.objects.filter(over | forgotten, status__in=WAITING)
        .exclude(Exists(automatic), status=Payment.Status.PROCESSING)
        .annotate(open=Exists(under_way), asked=Subquery(under_way.values("looked_up_at")[:1]))
        .order_by("open", F("asked").asc(nulls_first=True), "created_at", "pk")
        .values_list("pk", flat=True)[: policy.CHECKOUTS_EXPIRED_AT_ONCE]
    )


def expire_due() -> int:
    """Ends every checkout whose time is over; returns how many. One that Stripe cannot tell about waits its turn."""
    ended = 0
    for payment_id in time_budget.until_deadline(due_payments(), seconds=policy.EXPIRY_RUN_SECONDS):
        try:
            ended += _end(payment_id)
        except (outcomes.Unknown, outcomes.Refused) as problem:
            log.warning("checkout.expiry_waits", payment=payment_id, error=str(problem))
            tell_staff(problem)
        except Exception:  # one that cannot end must not keep the others waiting
            log.exception("checkout.expiry_failed", payment=payment_id)
    return ended


def _end(payment_id: int) -> bool:
    if bank_works_on(payment_id):
        return False
    change_method.end_open(payment_id)
    return db_retry.atomic_retry(lambda: expire(payment_id))


def expire(payment_id: int) -> bool:
    """Cancels an unpaid checkout whose time is over: orders, stock, coupon, wallet part, payment. One transaction.

    False when it was paid or ended meanwhile, or when money may still come: the bank works on it, or an intent was opened
    since, which the next run ends first. Nothing has moved then.
    """
    with transaction.atomic(), events.together():
        payment, orders = change_method.lock_payment(payment_id)
        if payment.status in OVER or change_method.open_intents(payment_id):
            return False
        if payment.checkout is None:
            payment_states.move(
                payment,
                to=Payment.Status.CANCELED,
                actor=events.SYSTEM,
                reason=f"not finished within {quantities.duration(policy.TOP_UP_OPEN_FOR)}",
            )
            return True
        if not _is_over(payment.checkout):
            return False
        reason = f"not paid within {quantities.duration(policy.UNPAID_FOR)}"
        _give_up(payment, payment.checkout, orders, actor=events.SYSTEM, reason=reason)
    return True


def cancel_unpaid(payment_id: int, *, actor: events.Actor, reason: str) -> bool:
    """The buyer cancels a checkout that is not paid: what was set aside is theirs again at once.

    Stripe is asked first to end what is under way; money that came meanwhile pays the order. False when it was paid or
    ended meanwhile. Raises CheckoutRefusal `payment_processing` while the bank works on it, outcomes.Unknown when Stripe
    does not say whether it ended; nothing has moved then.
    """
    if bank_works_on(payment_id):
        raise refusals.payment_processing()
    for _try in range(policy.CHANGE_METHOD_MOST_TRIES):
        change_method.end_open(payment_id)
        try:
            return db_retry.atomic_retry(lambda: _cancel_unpaid(payment_id, actor=actor, reason=reason))
        except change_method.OpenedMeanwhile:
            continue
    raise outcomes.Unknown(f"payment {payment_id} is being paid on another page")


def _cancel_unpaid(payment_id: int, *, actor: events.Actor, reason: str) -> bool:
    with transaction.atomic(), events.together():
        payment, orders = change_method.lock_payment(payment_id)
        if payment.status in OVER or payment.checkout is None:
            return False
        if change_method.open_intents(payment_id):
            raise change_method.OpenedMeanwhile
        _give_up(payment, payment.checkout, orders, actor=actor, reason=reason)
    return True


def _give_up(
    payment: Payment, checkout: Checkout, orders: Sequence[Order], *, actor: events.Actor, reason: str
) -> None:
    """Orders, payment, stock, coupon and wallet part of a checkout that the caller holds and nobody pays any more."""
    waiting = [order for order in orders if order.status == Order.Status.CREATED]
    order_verbs.cancel(waiting, actor=actor, reason=reason)
    # Nothing is reserved for a payment that is over; the ledger says so last, when stock and coupon are locked.
    payment_states.move(
        payment, to=Payment.Status.CANCELED, actor=actor, reason=reason, changes={"reserved": Value(0)}
    )
    checkouts.put_back_stock(waiting)
    coupons.give_coupon_back(checkout)
    payment_states.release(payment)


def _is_over(checkout: Checkout) -> bool:
    return Checkout.objects.filter(pk=checkout.pk, paid_at__isnull=True, expires_at__lte=Now()).exists()
