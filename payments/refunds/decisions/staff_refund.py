"""A refund that staff ask for: done at once within what one person may do alone, else when a second person agrees.

What was wanted is frozen in the request; when it is decided it is drawn again, and refused where it is another amount.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core import events
from banibs.core.money import Money
from banibs.users.models import User
from marketplace.models import Order
from payments.refunds.decisions.approval_actions import place
from payments.refunds.order_refunds import preview_refund, refund_order
from payments.refunds.plan import Plan
from payments.refunds.refused import RefundRefused
from payments.refunds.wanted import Wanted
from wallet import approvals, movements
from wallet.approvals.action import Action, Change, Payload, Tampered, integer, money, text
from wallet.models import Approval

NAME = "refund_order"


class RefundOrder(Action):
    """Money of an order → its buyer, from all who had a part of it."""

    label = gettext_lazy("Refund an order")

    def words(self, payload: Payload) -> str:
        """ "Refund £12.00 of B-71840-1 to Amara Okafor"."""
        said = {name: payload.get(name) for name in ("number", "name")} | {"amount": money(payload)}
        return _("Refund %(amount)s of %(number)s to %(name)s") % said

    def subject(self, payload: Payload) -> str:
        """The order."""
        return f"order:{integer(payload, 'order')}"

    def amount(self, payload: Payload) -> Money:
        """What the buyer gets."""
        return money(payload)

    def gains(self, payload: Payload) -> int:
        """The buyer."""
        return integer(payload, "user")

    def preview(self, payload: Payload) -> Sequence[Change]:
        """A line for each transfer, and the seller's balance with what it would hold."""
        plan = _plan(payload)
        order = plan.order
        posting = movements.order_refunded(
            plan.booked(), refund=0, reference=order.number, currency=order.currency
        )
        buyer = f"user:{order.buyer_id}:wallet"
        wallet = _("the wallet of %(name)s") % {"name": text(payload, "name")}
        return [
            Change(
                place(one.source),
                wallet if one.target == buyer else place(one.target),
                Money(one.amount, posting.currency),
            )
            for one in posting.transfers
        ]

    def perform(self, approval: Approval, *, actor: str) -> None:
        """Makes the refund, in the name of who decided."""
        payload, who = approval.payload, approval.decider or approval.requester
        _plan(payload)
        try:
            refund_order(
                integer(payload, "order"),
                _wanted(payload),
                actor=events.Actor.person(who, role="staff"),
                reason=text(payload, "why"),
                note=text(payload, "note"),
                user_id=approval.requester_id,
                restock=integer(payload, "restock") == 1,
            )
        except RefundRefused as refusal:
            raise Tampered(refusal.message) from refusal


ACTION = RefundOrder()


def ask(
    order: Order, wanted: Wanted, *, requester: User, why: str, note: str, comment: str, restock: bool
) -> Approval:
    """Asks for a refund of this order. `why` is a RefundReason, `note` what the buyer reads, `comment` what staff read.

    Raises RefundRefused for what cannot go back, approvals.NotPermitted, NotAllowed (one's own purchase), Tampered for a
    refund that gives the buyer nothing.
    """
    plan = preview_refund(order, wanted)
    payload = payload_of(order, plan, wanted, why=why, note=note, restock=restock)
    return approvals.request(NAME, payload=payload, requester=requester, reason=comment)


def payload_of(
    order: Order, plan: Plan, wanted: Wanted, *, why: str, note: str, restock: bool
) -> dict[str, str | int]:
    """What is frozen of a request."""
    return {
        "order": order.pk, "number": order.number, "user": order.buyer_id, "name": str(order.buyer),
        "amount": plan.amount, "currency": order.currency, "wanted": _frozen(wanted), "why": why, "note": note,
        "restock": int(restock),
    }  # fmt: skip


def _frozen(wanted: Wanted) -> str:
    said = {
        "amount": wanted.amount,
        "lines": {str(key): value for key, value in sorted(wanted.lines.items())},
        "amounts": {str(key): value for key, value in sorted(wanted.amounts.items())},
        "everything": wanted.everything,
    }
    return json.dumps(said, sort_keys=True)


def _wanted(payload: Payload) -> Wanted:
    try:
        said = json.loads(text(payload, "wanted"))
        return Wanted(
            amount=None if said["amount"] is None else int(said["amount"]),
            lines={int(key): int(value) for key, value in said["lines"].items()},
            amounts={int(key): int(value) for key, value in said["amounts"].items()},
            everything=bool(said["everything"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as odd:
        raise Tampered("this is no refund") from odd


def _plan(payload: Payload) -> Plan:
    order = Order.objects.select_related("checkout").get(pk=integer(payload, "order"))
    try:
        plan = preview_refund(order, _wanted(payload))
    except RefundRefused as refusal:
        raise Tampered(refusal.message) from refusal
    if order.money(plan.amount) != money(payload):
        raise Tampered(_("This order has changed meanwhile. Nothing moved."))
    return plan
