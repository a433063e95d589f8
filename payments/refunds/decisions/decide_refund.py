"""What people decide about a refund of an order that does not get through: to the wallet, given back by hand, again.

Each verb locks the refund and looks again: one that is not stuck any more is refused, and nothing moves. Two people
stand behind each (`payments.refunds.decisions.approval_actions`). The incident closes when nothing is stuck.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.money import Money
from marketplace.models import Order
from marketplace.orders import transitions
from payments import incidents
from payments.models import Payment, PaymentSplit, Refund
from payments.refunds import cancel_refund, plan, send_refund, sync_refund
from payments.refunds.cancel_refund import signed
from payments.refunds.decisions.made_by_hand import CannotDecide, MadeByHand, check_amount, check_not_booked
from payments.refunds.order_refunds import make_refund

Status = Refund.Status
ABOUT = ("refund_refused",)  # the incidents that a decision closes


def is_stuck(refund: Refund) -> bool:
    """Whether its card part is owed and nothing is under way: Stripe refused it, or gave it back, and no wallet has it."""
    out = refund.sent_at is not None and refund.returned_at is None
    return refund.card_part > 0 and refund.status == Status.FAILED and refund.to_wallet_at is None and not out


def put_into_wallet(refund_id: int, attempt: int, *, actor: events.Actor, reason: str) -> Refund:
    """The card part goes to the buyer's wallet. Raises CannotDecide."""
    with transaction.atomic():
        refund = _locked(refund_id, attempt)
        sync_refund.to_wallet(refund, reason=reason, actor=actor)
        _settled(refund, actor=actor, note=reason)
    return refund


def book_given_back(
    refund_id: int, attempt: int, made: MadeByHand, *, actor: events.Actor, reason: str
) -> Refund:
    """The buyer has had it: by a refund that a person made at Stripe, which becomes this refund. Raises CannotDecide.

    What Stripe says of it later, a failure too, is then heard as of any refund of ours.
    """
    with transaction.atomic():
        refund = _locked(refund_id, attempt)
        check_amount(made, sync_refund.card_money(refund))
        check_not_booked(made)
        _begin_again(refund)
        claim(refund, made, actor=actor)
        _settled(refund, actor=actor, note=reason, keys=[f"foreign_refund:{made.stripe_id}"])
    return refund


def book_part_given_back(
    refund_id: int, attempt: int, made: MadeByHand, *, actor: events.Actor, reason: str
) -> Refund:
    """The buyer has had a part of it, by a refund that a person made at Stripe: the rest is sent, as a refund of its own.

    The refund is undone, and made again as two: the part, booked as what has left, and the rest. Raises CannotDecide
    where a part of it is in the wallet already, or the part is no part.
    """
    order_id = Refund.objects.values_list("order_id", flat=True).get(pk=refund_id)
    with transaction.atomic():
        (order,) = transitions.lock([order_id])
        payment = Payment.objects.select_for_update(of=("self",)).get(checkout_id=order.checkout_id)
        refund = _locked(refund_id, attempt)
        check_part(refund, made)
        check_not_booked(made)
        _undo(order, payment, refund, actor=actor, reason=reason)
        split = PaymentSplit.objects.get(order=order)
        order.refresh_from_db()
        wanted = plan.plan_to_card(order, split, made.amount)
        part = make_refund(
            wanted, payment, actor=actor, reason="made_at_stripe", note=reason, user_id=actor.id
        )
        claim(part, made, actor=actor)
        order.refresh_from_db()
        wanted = plan.plan_rest(order, split)
        rest = make_refund(wanted, payment, actor=actor, reason=refund.reason, note=reason, user_id=actor.id)
        transaction.on_commit(lambda: send_refund.request_send(rest.pk))
        _settled(refund, actor=actor, note=reason, keys=[f"foreign_refund:{made.stripe_id}"])
    return rest


def check_part(refund: Refund, made: MadeByHand) -> None:
    """Raises CannotDecide unless the refund can be made again as this part and the rest."""
    if refund.wallet_part or refund.sent_at is not None:
        raise CannotDecide(_("A part of this refund has reached the buyer: it cannot be undone."))
    if made.currency != refund.currency or not 0 < made.amount < refund.card_part:
        given = Money(made.amount, made.currency)
        raise CannotDecide(
            _("%(id)s gave back %(given)s, which is no part of it.") % {"id": made.stripe_id, "given": given}
        )


def claim(refund: Refund, made: MadeByHand, *, actor: events.Actor) -> None:
    """Makes a refund at Stripe the one of this row, and books that it has left. The caller holds the row.

    Raises CannotDecide when another row was quicker.
    """
    status = Status.SUCCEEDED if made.succeeded else Status.SENT
    try:
        with transaction.atomic():
            sync_refund.set_columns(
                refund,
                stripe_id=made.stripe_id,
                status=status,
                succeeded_at=Now() if made.succeeded else None,
            )
            sync_refund.book_sent(refund, made.move, actor=signed(actor))
    except IntegrityError as error:
        raise CannotDecide(_("%(id)s is booked already.") % {"id": made.stripe_id}) from error
    transaction.on_commit(lambda: send_refund.request_send(refund.pk))


def send_again(refund_id: int, attempt: int, *, actor: events.Actor, reason: str) -> Refund:
    """Asks Stripe once more, with a key of its own; what the earlier attempt was is kept. Raises CannotDecide."""
    with transaction.atomic():
        refund = _locked(refund_id, attempt)
        _begin_again(refund, always=True)
        events.record(sync_refund.told_of("order.refund_sent_again", refund, actor=actor, reason=reason))
        _settled(refund, actor=actor, note=reason)
        transaction.on_commit(lambda: send_refund.request_send(refund.pk))
    return refund


def cancel(refund_id: int, attempt: int, *, actor: events.Actor, reason: str) -> Refund:
    """The buyer's bank has taken the same money for good: the refund is undone, the order stays as it is.

    The mirror of how it was made: what came from the order's hold goes back to it, or to what is available where the
    order clears no more. Raises CannotDecide, also while the dispute can still be won.
    """
    order_id = Refund.objects.values_list("order_id", flat=True).get(pk=refund_id)
    with transaction.atomic():
        (order,) = transitions.lock([order_id])
        payment = Payment.objects.select_for_update(of=("self",)).get(checkout_id=order.checkout_id)
        refund = _locked(refund_id, attempt)
        if refund.wallet_part or refund.sent_at is not None:
            raise CannotDecide(_("A part of this refund has reached the buyer: it cannot be undone."))
        if not taken_by_the_bank(order, refund):
            raise CannotDecide(_("No lost dispute has taken this money."))
        _undo(order, payment, refund, actor=actor, reason=reason)
        _settled(refund, actor=actor, note=reason)
    return refund


def taken_by_the_bank(order: Order, refund: Refund) -> bool:
    """Whether lost disputes have taken at least as much of the order as this refund would give back."""
    return plan.with_the_bank(order, "lost") >= refund.card_part


def _locked(refund_id: int, attempt: int) -> Refund:
    """The refund, locked, as it was when the decision was asked for: stuck, in the same attempt."""
    refund = sync_refund.lock(refund_id)
    if not is_stuck(refund) or refund.attempt != attempt:
        raise CannotDecide(_("This refund has changed meanwhile. Nothing moved."))
    return refund


def _begin_again(refund: Refund, *, always: bool = False) -> None:
    """Keeps an attempt that moved nothing, or came back wholly, among the earlier ones, and opens the next."""
    if not always and refund.stripe_id is None:
        sync_refund.set_columns(refund, failure="")
        return
    tried = [refund.stripe_id or "", refund.balance_transaction, refund.failure_balance_transaction]
    sync_refund.set_columns(
        refund,
        earlier=[*refund.earlier, tried],
        attempt=refund.attempt + 1,
        status=Status.PENDING,
        stripe_id=None,
        balance_transaction="",
        failure_balance_transaction="",
        sent_at=None,
        returned_at=None,
        failure="",
    )


def _undo(order: Order, payment: Payment, refund: Refund, *, actor: events.Actor, reason: str) -> None:
    cancel_refund.undo(order, payment, refund, actor=actor, reason=reason)
    sync_refund.set_columns(refund, status=Status.CANCELED)
    events.record(sync_refund.told_of("order.refund_canceled", refund, actor=actor, reason=reason))


def _settled(refund: Refund, *, actor: events.Actor, note: str, keys: Sequence[str] = ()) -> None:
    """Closes its incidents, and one of old that names no row but by its key."""
    old = [f"{kind}:{refund.pk}" for kind in ABOUT]
    incidents.close_decided(ABOUT, refund_id=refund.pk, keys=[*old, *keys], actor=actor, note=note)
