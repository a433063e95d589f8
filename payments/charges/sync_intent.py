"""Syncs an intent from Stripe into our rows, for the return page, webhooks and the sweeper.

`sync_intent` locks in the order of docs "Architecture" (checkout, orders, payment) and may be called any number of times,
in any order, with any state: only what is new has an effect.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.db import IntegrityError, transaction

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.core.money import Money
from marketplace.models import Checkout, Order, OrderLine
from payments import incidents
from payments.charges import claim_intent, payment_states
from payments.gateways import outcomes
from payments.gateways.stripe import checkout_sessions, payment_intents
from payments.incidents import amount_text
from payments.models import Intent, Payment, PaymentSplit
from wallet import ledger, movements

log = structlog.get_logger(__name__)
Kind = Intent.Kind
Status = Intent.Status
NOT_OVER = (Status.CREATED, Status.OPEN)


def sync_intent(state: payment_intents.IntentState, *, actor: events.Actor = events.STRIPE) -> Intent | None:
    """Takes in an intent as Stripe has it. Returns our row, or None when it is not one of ours. Raises outcomes.Unknown."""
    row = claim_intent.find_intent(state)
    if row is None:
        return None
    if problem := mismatch(row, state):
        incidents.open_incident(
            "payment_mismatch", key=f"{state.id}:{state.status}", payment_id=row.payment_id, detail=problem
        )
        return row
    db_retry.atomic_retry(lambda: _sync(row.pk, state, actor))
    row.refresh_from_db()
    if state.status == "requires_capture" and row.status == Status.OPEN:
        return _capture(row, state.id, actor=actor)
    return row


def _capture(row: Intent, stripe_id: str, *, actor: events.Actor) -> Intent:
    """Takes what the bank has authorised if the checkout still waits for it, else lets it go: then nothing was charged.

    Stripe lets it go by itself after seven days. Raises outcomes.Unknown; the sweeper asks again.
    """
    payment = Payment.objects.select_related("checkout").get(pk=row.payment_id)
    orders = list(Order.objects.filter(checkout=payment.checkout_id))
    ask = (
        payment_intents.capture_intent
        if fits_payment(row, payment, orders)
        else payment_intents.cancel_intent
    )
    try:
        state = ask(stripe_id)
    except outcomes.Refused:
        state = payment_intents.read_intent(stripe_id)
    if state.status == "requires_capture":
        raise outcomes.Unknown(f"{state.id} is still only authorised")
    return sync_intent(state, actor=actor) or row


def fits_payment(row: Intent, payment: Payment, orders: Sequence[Order]) -> bool:
    """Whether the money of this intent is what the payment waits for: its parts may have been drawn anew since, and what
    only came in a row's name pays nothing.
    """
    waits = payment.status not in (Payment.Status.SUCCEEDED, Payment.Status.CANCELED)
    whole = row.amount == payment.card_part and payment.reserved == payment.wallet_part
    return (
        waits
        and whole
        and row.named_id is None
        and all(order.status == Order.Status.CREATED for order in orders)
    )


def mismatch(row: Intent, state: payment_intents.IntentState) -> str:
    """Why an intent is not what our row asked for; nothing when it is."""
    if (state.amount, state.currency) != (row.amount, row.currency):
        had, wanted = amount_text(state.amount, state.currency), amount_text(row.amount, row.currency)
        return f"Stripe has {had}, we asked for {wanted}"
    if not claim_intent.names(row, state.metadata):
        return f"the metadata of {state.id} name another payment"
    if state.status == "succeeded" and state.received != row.amount:
        return f"Stripe took {amount_text(state.received, row.currency)} of {amount_text(row.amount, row.currency)}"
    return ""


def _sync(row_id: int, state: payment_intents.IntentState, actor: events.Actor) -> None:
    with transaction.atomic(), events.together():
        payment, orders = lock_payment(row_id)
        row = Intent.objects.select_for_update().get(pk=row_id)
        _note(row, state)
        if state.status == "succeeded":
            _succeeded(row, payment, orders, actor)
        elif row.status in NOT_OVER:
            _went_on(row, payment, state, actor)


def lock_payment(row_id: int) -> tuple[Payment, list[Order]]:
    """The payment of an intent and its orders, locked: checkout, orders, payment."""
    payment_id, checkout_id = Intent.objects.values_list("payment_id", "payment__checkout_id").get(pk=row_id)
    orders = lock_orders(checkout_id)
    payment = Payment.objects.select_for_update(of=("self",)).select_related("checkout").get(pk=payment_id)
    return payment, orders


def lock_orders(checkout_id: int | None) -> list[Order]:
    """The orders of a checkout, locked after it; none for a top-up."""
    if checkout_id is None:
        return []
    Checkout.objects.select_for_update().get(pk=checkout_id)
    return list(Order.objects.select_for_update(of=("self",)).filter(checkout_id=checkout_id).order_by("pk"))


def _note(row: Intent, state: payment_intents.IntentState) -> None:
    fresh = {"stripe_id": state.id, "looked_up_at": Now(), "url": state.next_url or row.url}
    if state.charge:
        fresh["charge_id"] = state.charge
    if state.client_secret and row.kind == Kind.PAYMENT_INTENT:
        fresh["client_secret"] = state.client_secret
    if row.status == Status.CREATED:
        fresh["status"] = Status.OPEN
    Intent.objects.filter(pk=row.pk).update(**fresh)
    row.status = str(fresh.get("status", row.status))


def _succeeded(row: Intent, payment: Payment, orders: list[Order], actor: events.Actor) -> None:
    """Money is there. It pays what it was meant for if that still waits for it, else it goes back by itself."""
    if row.status in (Status.SUCCEEDED, Status.UNAPPLIED, Status.UNAPPLIED_REFUNDED):
        return
    if not fits_payment(row, payment, orders):
        _unapplied(row, payment)
        return
    Intent.objects.filter(pk=row.pk).update(status=Status.SUCCEEDED, client_secret="", url="")
    if payment.checkout is None:
        _topped_up(payment, actor)
        return
    splits = {
        split.order_id: (split.wallet_part, split.card_part)
        for split in PaymentSplit.objects.filter(payment=payment)
    }
    lines = list(OrderLine.objects.filter(order__in=orders).only("id", "order_id", "kind"))
    payment_states.payment_succeeded(
        payment, orders, lines, [splits[order.pk] for order in orders], actor=actor
    )


def _topped_up(payment: Payment, actor: events.Actor) -> None:
    payment_states.move(payment, to=Payment.Status.SUCCEEDED, actor=actor, changes={"succeeded_at": Now()})
    data = {"amount": payment.amount, "currency": payment.currency}
    events.record(events.New("wallet.topped_up", payment, actor, data=data))
    ledger.post(
        movements.wallet_topped_up(
            payment=payment.pk, user=payment.user_id, amount=Money(payment.amount, payment.currency)
        )
    )


def _unapplied(row: Intent, payment: Payment) -> None:
    """Money for nothing we sell any more: kept apart, and on its way back (`payments.refunds.unapplied_payments`)."""
    Intent.objects.filter(pk=row.pk).update(status=Status.UNAPPLIED, client_secret="", url="")
    events.record(
        events.New(
            "payment.unapplied",
            payment,
            events.STRIPE,
            data={
                "checkout": payment.checkout.number if payment.checkout else "",
                "amount": row.amount,
                "currency": row.currency,
            },
        )
    )
    ledger.post(
        movements.payment_unapplied(
            payment=payment.pk,
            intent=row.pk,
            amount=Money(row.amount, row.currency),
            reference=payment.checkout.number if payment.checkout else "",
        )
    )


_PAYMENT_STATUS = {
    "requires_action": Payment.Status.REQUIRES_ACTION,
    "requires_capture": Payment.Status.PROCESSING,
    "processing": Payment.Status.PROCESSING,
}


def _went_on(row: Intent, payment: Payment, state: payment_intents.IntentState, actor: events.Actor) -> None:
    """Anything short of money: the bank asks, the card was declined, the intent is over."""
    if payment.status in (Payment.Status.SUCCEEDED, Payment.Status.CANCELED):
        if state.status == "canceled":
            Intent.objects.filter(pk=row.pk).update(status=Status.CANCELED, client_secret="", url="")
        return
    if state.status == "canceled":
        Intent.objects.filter(pk=row.pk).update(status=Status.CANCELED, client_secret="", url="")
        _fail(payment, code="canceled", text="", actor=actor)
    elif state.status == "requires_payment_method" and state.error_code:
        _fail(payment, code=state.error_code, text=state.error_text, actor=actor)
    elif (to := _PAYMENT_STATUS.get(state.status)) is not None and to != payment.status:
        payment_states.move(payment, to=to, actor=actor, reason=state.status)


def _fail(payment: Payment, *, code: str, text: str, actor: events.Actor) -> None:
    if payment.status == Payment.Status.FAILED:
        Payment.objects.filter(pk=payment.pk).update(failure_code=code[:64], failure_text=text[:300])
        return
    payment_states.move(
        payment,
        to=Payment.Status.FAILED,
        actor=actor,
        reason=text or code,
        changes={"failure_code": code[:64], "failure_text": text[:300]},
    )


def sync_session(session: checkout_sessions.SessionState) -> Intent | None:
    """Takes in a Checkout session: notes its intent, or that it is over without one. Returns our row, if it is ours."""
    row = Intent.objects.filter(session_id=session.id).first() or _claimed(session)
    if row is None:
        return None
    if session.intent and row.stripe_id is None:
        try:
            with transaction.atomic():
                Intent.objects.filter(pk=row.pk, stripe_id=None).update(stripe_id=session.intent)
        except IntegrityError:
            log.warning("session.intent_taken", session=session.id, intent=session.intent)
        row.refresh_from_db()
    if session.status == "expired" and not session.intent:
        Intent.objects.filter(pk=row.pk, status__in=NOT_OVER).update(status=Status.CANCELED, url="")
        row.refresh_from_db()
    return row


def _claimed(session: checkout_sessions.SessionState) -> Intent | None:
    """The row whose session it is though the answer never reached us."""
    named = claim_intent.named_row(session.metadata)
    if named is None:
        return None
    try:
        with transaction.atomic():
            claimed = Intent.objects.filter(pk=named.pk, session_id=None, kind=Kind.CHECKOUT_SESSION)
            claimed.filter(status=Status.CREATED).update(status=Status.OPEN, url=session.url)
            claimed.update(
                session_id=session.id
            )  # a row that is over stays so: its money came before the news
    except IntegrityError:
        log.warning("session.claimed_twice", session=session.id)
    return Intent.objects.filter(session_id=session.id).first()
