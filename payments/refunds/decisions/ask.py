"""Asking for a decision about an incident: with everything that it needs, frozen in the request's payload.

What is said of Stripe is read when it is asked for; nothing is asked of Stripe when a second person agrees.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from banibs.core.money import Money
from marketplace.models import Order
from payments.models import Intent, Refund
from payments.refunds import unapplied_payments
from payments.refunds.decisions import book_foreign, decide_unapplied, matters
from payments.refunds.decisions.made_by_hand import CannotDecide, MadeByHand, check_amount, read_made_by_hand
from payments.refunds.decisions.matters import Matter, Verb

Asked = dict[str, str | int]


def asked_for(matter: Matter, verb: Verb, *, hand_made: str = "", which: str = "") -> tuple[Verb, Asked]:
    """A decision with everything that it needs, read from Stripe where a refund is named. Nothing moves.

    The verb may be another than was chosen: a refund made by hand may be one that stays owed. Raises CannotDecide,
    outcomes.Unknown.
    """
    if verb not in matters.verbs_of(matter):
        raise CannotDecide(_("This has changed meanwhile. Nothing was asked for."))
    payload: Asked = {"incident": matter.incident.pk}
    if verb.asks:
        intent = matter.intent.stripe_id if matter.intent else None
        made = read_made_by_hand(matter.foreign or hand_made, intent=intent or "")
        payload |= made.payload()
        if verb.asks == matters.WHICH:
            return _foreign(matter, payload, made, which)
    if matter.refund is not None:
        return verb, payload | _of_refund(matter.refund)
    if matter.unapplied is not None:
        return verb, payload | _of_unapplied(matter.unapplied)
    raise CannotDecide(_("Nothing is owed here."))


def _foreign(matter: Matter, payload: Asked, made: MadeByHand, which: str) -> tuple[Verb, Asked]:
    kind, _colon, number = which.partition(":")
    if which not in dict(matters.whichever(matter)):
        raise CannotDecide(_("Say which order it is a refund of."))
    asked = Money(made.amount, made.currency)
    if kind == "refund":
        refund = Refund.objects.select_related("order__buyer").get(pk=int(number))
        return _given_back(refund, made), payload | _of_refund(refund)
    if kind == "intent":
        row = Intent.objects.select_related("payment__checkout", "payment__user").get(pk=int(number))
        check_amount(made, decide_unapplied.money(row))
        return matters.UNAPPLIED_GIVEN_BACK, payload | _of_unapplied(row)
    order = Order.objects.select_related("buyer", "checkout").get(pk=int(number))
    book_foreign.plan_foreign(order, asked)
    return matters.FOREIGN_BOOKED, payload | {
        "order": order.pk, "number": order.number, "user": order.buyer_id, "name": str(order.buyer),
        "amount": asked.amount, "currency": asked.currency,
    }  # fmt: skip


def _given_back(refund: Refund, made: MadeByHand) -> Verb:
    """Whether all of a refund was given back by hand, or a part."""
    if made.amount < refund.card_part and not refund.wallet_part:
        return matters.REFUND_PART_GIVEN_BACK
    check_amount(made, Money(refund.card_part, refund.currency))
    return matters.REFUND_GIVEN_BACK


def _of_refund(refund: Refund) -> Asked:
    return {
        "refund": refund.pk, "attempt": refund.attempt, "number": refund.order.number,
        "user": refund.order.buyer_id, "name": str(refund.order.buyer),
        "amount": refund.card_part, "currency": refund.currency,
    }  # fmt: skip


def _of_unapplied(row: Intent) -> Asked:
    return {
        "intent": row.pk, "attempt": row.refund_attempt, "number": unapplied_payments.number_of(row.payment),
        "user": row.payment.user_id, "name": str(row.payment.user),
        "amount": row.amount, "currency": row.currency,
    }  # fmt: skip
