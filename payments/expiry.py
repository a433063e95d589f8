"""Checkouts that nobody paid within 30 minutes: what is under way is ended, stock and coupon go back, orders are canceled.

Stripe is asked first: money that came in the last second pays the order after all. What comes later is unapplied.
"""

from __future__ import annotations

import structlog
from django.db import transaction

from banibs.core import events, retry
from banibs.core.clock import Now
from marketplace import checkout as checkouts
from marketplace import orders as order_verbs
from marketplace.models import Checkout, Order
from payments import charging, gateway, retender
from payments.models import Payment

log = structlog.get_logger(__name__)
MOST_AT_ONCE = 200


def due() -> list[int]:
    """Payments of checkouts whose time is over, oldest first."""
    return list(
        Payment.objects.filter(checkout__paid_at__isnull=True, checkout__expires_at__lte=Now())
        .exclude(status__in=(Payment.Status.SUCCEEDED, Payment.Status.CANCELED))
        .order_by("checkout__expires_at", "pk")
        .values_list("pk", flat=True)[:MOST_AT_ONCE]
    )


def expire_due() -> int:
    """Ends every checkout whose time is over; returns how many. One that Stripe cannot tell about waits its turn."""
    ended = 0
    for payment_id in due():
        try:
            retender.end_open(payment_id)
        except gateway.Unknown as unknown:
            log.warning("checkout.expiry_waits", payment=payment_id, error=str(unknown))
            continue
        ended += retry.atomic_retry(lambda payment_id=payment_id: expire(payment_id))  # type: ignore[misc]
    return ended


def expire(payment_id: int) -> bool:
    """Cancels an unpaid checkout whose time is over: orders, stock, coupon, wallet part, payment. One transaction.

    False when it was paid or ended meanwhile; nothing has moved then.
    """
    with transaction.atomic(), events.together():
        payment, orders = retender.hold(payment_id)
        if payment.checkout is None or payment.status in (Payment.Status.SUCCEEDED, Payment.Status.CANCELED):
            return False
        if not _is_over(payment.checkout):
            return False
        waiting = [order for order in orders if order.status == Order.Status.CREATED]
        order_verbs.cancel(waiting, actor=events.SYSTEM, reason="not paid within 30 minutes")
        charging.move(
            payment, to=Payment.Status.CANCELED, actor=events.SYSTEM, reason="not paid within 30 minutes"
        )
        checkouts.put_back_stock(waiting)
        checkouts.give_coupon_back(payment.checkout)
        charging.release(payment)
    return True


def _is_over(checkout: Checkout) -> bool:
    return Checkout.objects.filter(pk=checkout.pk, paid_at__isnull=True, expires_at__lte=Now()).exists()
