"""Opening a case: what a buyer may say of an order, and until when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import clock, events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.users.models import User
from marketplace.messages import pictures, thread
from marketplace.models import Order
from marketplace.orders import transitions
from payments import policy
from payments.cases.refused import CaseRefused
from payments.models import Case
from payments.refunds.in_dispute import OrderInDispute, refuse_in_dispute

Kind = Case.Kind
_SENT = (Order.Status.FULFILLED, Order.Status.COMPLETED)


def open_case(
    order_id: int, *, kind: str, text: str, user: User, uploads: Sequence[pictures.Upload] = ()
) -> Case:
    """The buyer says what is wrong; the shop has `policy.CASE_SELLER_ANSWERS_WITHIN` to answer. One transaction.

    Until it is closed the order neither completes nor clears by itself. `text` was cleaned by a text field of ours.
    Raises CaseRefused (409): `case_open`, `order_in_dispute`, `refund_window_over`, `invalid_transition`; MessageRefused
    and UnsupportedImage for what was written and shown. Then nothing is written.
    """
    thread.checked(text)
    actor = events.Actor.person(user, role="buyer")
    with pictures.kept(uploads) as names:
        return db_retry.atomic_retry(
            lambda: _open(order_id, kind=kind, text=text, user=user, actor=actor, names=names)
        )


def request_cancellation(order: Order, *, user: User, text: str) -> Case:
    """The buyer asks the shop to cancel what is not sent yet, where the shop decides about that; asked already, that case.

    Raises as `open_case`.
    """
    asked = asked_to_cancel([order.pk])
    if asked:
        return Case.objects.get(pk=asked[order.pk])
    return open_case(order.pk, kind=Kind.REFUND, text=text or _("Please cancel this order."), user=user)


def asked_to_cancel(orders: Iterable[int]) -> dict[int, int]:
    """order → the open case in which its shop is asked to cancel it. One statement."""
    cases = Case.objects.filter(order__in=list(orders), kind=Kind.REFUND).exclude(status=Case.Status.CLOSED)
    return dict(cases.values_list("order", "pk"))


def _open(
    order_id: int, *, kind: str, text: str, user: User, actor: events.Actor, names: Sequence[str]
) -> Case:
    with transaction.atomic():
        (order,) = transitions.lock([order_id])
        against = reason_against(order, kind)
        if against is not None:
            raise against
        case = Case.objects.create(
            order=order, kind=kind, respond_by=Now() + policy.CASE_SELLER_ANSWERS_WITHIN
        )
        Order.objects.filter(pk=order.pk).update(case_open=True)
        events.record(
            events.New("case.open", case, actor, to_state=Case.Status.OPEN, data={"kind": kind}),
            events.New("order.case_opened", order, actor),
        )
        thread.add(order, side=thread.Side.BUYER, author=user, text=text, names=names, case=case.pk)
    return case


def kinds_for(order: Order) -> list[str]:
    """What its buyer may say of an order, its checkout loaded, as it stands now; none while a case is open."""
    return [kind for kind in Kind.values if reason_against(order, kind) is None]


def reason_against(order: Order, kind: str) -> CaseRefused | None:
    """Why a case of this kind cannot be opened about an order as it stands now. No statement, its checkout loaded."""
    if order.case_open:
        return CaseRefused(
            "case_open", _("You and the shop are settling something about this order already.")
        )
    try:
        refuse_in_dispute(order)
    except OrderInDispute as disputed:
        return CaseRefused(disputed.code, disputed.message)
    if order.dispute == Order.Dispute.LOST or order.refunded >= order.total:
        return CaseRefused("invalid_transition", _("You have your money for this order already."))
    if kind == Kind.REFUND:
        return _against_cancelling(order)
    if order.status not in _SENT or order.fulfilled_at is None:
        return CaseRefused("invalid_transition", _("The shop has not sent it yet."))
    if order.min_days is None and (
        kind == Kind.NOT_RECEIVED or (kind == Kind.RETURN and order.checkout.digital_consent_at is not None)
    ):
        return CaseRefused("invalid_transition", _("Files are there at once, and nobody can send them back."))
    if clock.now() >= told_until(order, kind):
        return CaseRefused(
            "refund_window_over", _("The time for this is over. You can still write to the shop.")
        )
    return None


def _against_cancelling(order: Order) -> CaseRefused | None:
    if order.status != Order.Status.PAID:
        return CaseRefused("invalid_transition", _("It can no longer be cancelled: the shop has sent it."))
    return None


def told_until(order: Order, kind: str) -> dt.datetime:
    """Until when its buyer may say this of an order that was sent. Frozen on the order: its days, its promises.

    What changed their mind or came broken counts from receipt or the latest day on which it was expected, whichever is
    later, since an order counts as received by itself too.
    """
    sent = order.fulfilled_at or clock.now()
    if kind == Kind.NOT_RECEIVED:
        return sent + policy.CASE_NOT_RECEIVED_WITHIN
    came = order.completed_at or sent
    if order.max_days is not None:
        came = max(came, order.placed_at + dt.timedelta(days=order.max_days))
    days = dt.timedelta(days=order.return_days)
    return came + (max(days, policy.CASE_WRONG_THING_TOLD_WITHIN) if kind == Kind.NOT_AS_DESCRIBED else days)
