"""Opens an intent for a payment: commits our row, then creates its object at Stripe."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from banibs.core.clock import Now
from marketplace.models import Checkout, Order
from payments.charges import frozen_wallets, payment_states
from payments.charges.create_intent import Urls, create_at_stripe
from payments.charges.look_up_intent import close_intent
from payments.charges.sync_intent import NOT_OVER
from payments.gateways import outcomes
from payments.models import Intent, Payment
from wallet import ledger

Kind = Intent.Kind
Status = Intent.Status


class NotPayable(Exception):
    """The payment is not waiting for a card any more. `status` says what it is instead: the payment's own, `expired`
    when its checkout's time is over, `insufficient_funds` when the wallet does not hold its part any more,
    `wallet_frozen` when it may not pay.
    """

    def __init__(self, status: str) -> None:
        self.status = status
        super().__init__(status)


def row_for(payment_id: int, *, kind: str) -> Intent:
    """The payment's one intent that is not over, or a new one. Our row, committed before Stripe hears of it.

    The wallet's part is set aside again if a failed card gave it back. Raises NotPayable, also when the wallet does not
    hold it any more (`change_method.pay_again` then draws the parts anew) or is frozen and, instead of a new one, when
    the checkout's time is over. A row of the other kind is closed first
    (`close_intent`).
    """
    with transaction.atomic():
        payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment_id)
        if payment.status in (Payment.Status.SUCCEEDED, Payment.Status.CANCELED) or not payment.card_part:
            raise NotPayable(payment.status)
        row = Intent.objects.filter(payment=payment, status__in=NOT_OVER).first()
        if row is not None:
            return row
        if payment.checkout_id is not None and _time_is_over(payment.checkout_id):
            raise NotPayable("expired")  # its expiry may be under way, and would have to end this one too
        if payment.reserved != payment.wallet_part:
            _set_aside(payment)
        return Intent.objects.create(
            payment=payment,
            kind=kind,
            amount=payment.card_part,
            currency=payment.currency,
            manual_capture=kind == Kind.PAYMENT_INTENT and authorises_first(payment),
        )


def _time_is_over(checkout_id: int) -> bool:
    return Checkout.objects.filter(pk=checkout_id, expires_at__lte=Now()).exists()


def _set_aside(payment: Payment) -> None:
    if frozen_wallets.frozen(payment.user_id):
        raise NotPayable("wallet_frozen")
    try:
        payment_states.reserve(payment)
    except ledger.InsufficientFunds as short:
        raise NotPayable("insufficient_funds") from short


def authorises_first(payment: Payment) -> bool:
    """Whether the card is only authorised at first (STRIPE_CAPTURE=manual): for checkouts of one order."""
    if settings.STRIPE_CAPTURE != "manual" or payment.checkout_id is None:
        return False
    return Order.objects.filter(checkout=payment.checkout_id).count() == 1


def open_intent(payment_id: int, *, kind: str, urls: Urls | None = None) -> Intent:
    """An open intent (or Checkout session) for a payment, at Stripe; the same one however often it is asked for.

    Raises NotPayable, outcomes.Refused, outcomes.Unknown (the row stays, and the next call asks with the same key).
    """
    row = row_for(payment_id, kind=kind)
    if row.kind != kind:
        close_intent(row.pk)
        row = row_for(payment_id, kind=kind)
        if row.kind != kind:
            raise outcomes.Unknown(f"payment {payment_id} is being paid on another page")
    if row.status == Status.OPEN:
        return row
    try:
        return create_at_stripe(row, urls)
    except outcomes.KeyConflict:
        # What its key made, if anything, nobody was told of: no card can pay it. The next try has a row and key of its own.
        Intent.objects.filter(pk=row.pk, status=Status.CREATED).update(status=Status.CANCELED)
        raise
