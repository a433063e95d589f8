"""What people decide about unapplied money that the card does not take back: to the wallet, given back by hand, again.

As with refunds of orders (`decide_refund`): locked, looked at again, two people, the incident closes.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.money import Money
from payments import incidents
from payments.models import Incident, Intent, Payment
from payments.refunds import unapplied_payments
from payments.refunds.cancel_refund import signed
from payments.refunds.decisions.made_by_hand import CannotDecide, MadeByHand, check_amount, check_not_booked
from wallet import ledger, movements

Status = Intent.Status
ABOUT = (unapplied_payments.STUCK,)


def is_stuck(row: Intent) -> bool:
    """Whether its money is kept apart and nothing is under way: Stripe refused to send it, or it came back. One statement
    for money that was never sent.
    """
    if row.status not in (Status.UNAPPLIED, Status.UNAPPLIED_REFUNDED) or row.to_wallet_at is not None:
        return False
    if row.refund_sent_at is not None:
        return row.refund_returned_at is not None
    return (
        row.status == Status.UNAPPLIED
        and Incident.objects.filter(intent=row, kind__in=ABOUT, closed_at=None).exists()
    )


def put_into_wallet(row_id: int, attempt: int, *, actor: events.Actor, reason: str) -> Intent:
    """The money goes to the wallet of whoever paid it. Raises CannotDecide."""
    with transaction.atomic():
        payment, row = _locked(row_id, attempt)
        unapplied_payments.set_columns(row, to_wallet_at=Now(), status=Status.UNAPPLIED_REFUNDED)
        events.record(
            unapplied_payments.told_of(
                "payment.unapplied_to_wallet", payment, row, actor=actor, reason=reason
            )
        )
        _settled(row, actor=actor, note=reason)
        ledger.post(
            movements.unapplied_to_wallet(
                payment=payment.pk,
                intent=row.pk,
                user=payment.user_id,
                amount=money(row),
                reference=unapplied_payments.number_of(payment),
                actor=signed(actor),
            )
        )
    return row


def book_given_back(
    row_id: int, attempt: int, made: MadeByHand, *, actor: events.Actor, reason: str
) -> Intent:
    """The payer has had it: by a refund that a person made at Stripe, which becomes the one of this intent.

    Raises CannotDecide. What Stripe says of it later, a failure too, is then heard as of any other.
    """
    with transaction.atomic():
        payment, row = _locked(row_id, attempt)
        check_amount(made, money(row))
        check_not_booked(made)
        if row.refund_id:
            _begin_again(row)
        unapplied_payments.set_columns(
            row,
            refund_id=made.stripe_id,
            status=Status.UNAPPLIED_REFUNDED if made.succeeded else Status.UNAPPLIED,
        )
        unapplied_payments.book_sent(payment, row, made.move, actor=signed(actor))
        _settled(row, actor=actor, note=reason, keys=[f"foreign_refund:{made.stripe_id}"])
    return row


def send_again(row_id: int, attempt: int, *, actor: events.Actor, reason: str) -> Intent:
    """Asks Stripe once more, with a key of its own; the sweeper sends it. Raises CannotDecide."""
    with transaction.atomic():
        payment, row = _locked(row_id, attempt)
        _begin_again(row)
        events.record(
            unapplied_payments.told_of(
                "payment.unapplied_sent_again", payment, row, actor=actor, reason=reason
            )
        )
        _settled(row, actor=actor, note=reason)
    return row


def money(row: Intent) -> Money:
    """What came for nothing."""
    return Money(row.amount, row.currency)


def _locked(row_id: int, attempt: int) -> tuple[Payment, Intent]:
    payment, row = unapplied_payments.lock(row_id)
    if not is_stuck(row) or row.refund_attempt != attempt:
        raise CannotDecide(_("This money has moved meanwhile. Nothing was done."))
    old = [
        f"{kind}:{name}" for kind in ABOUT for name in (row.pk, row.refund_id)
    ]  # named no row but by its key
    Incident.objects.filter(intent=None, key__in=old).update(intent=row)
    return payment, row


def _begin_again(row: Intent) -> None:
    """The next attempt: the earlier one moved nothing, or came back wholly."""
    unapplied_payments.set_columns(
        row,
        status=Status.UNAPPLIED,
        refund_attempt=row.refund_attempt + 1,
        refund_id="",
        refund_balance_transaction="",
        refund_failure_balance_transaction="",
        refund_sent_at=None,
        refund_returned_at=None,
        looked_up_at=None,
    )


def _settled(row: Intent, *, actor: events.Actor, note: str, keys: Sequence[str] = ()) -> None:
    incidents.close_decided(ABOUT, intent_id=row.pk, keys=keys, actor=actor, note=note)
