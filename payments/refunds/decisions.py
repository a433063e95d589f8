"""Decisions about an incident of a refund: asked for, shown, done.

A decision is asked for with everything that it needs frozen in its payload; a second person agrees, and `perform` does
it in one transaction, without a call to Stripe.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.money import Money
from marketplace.models import Order
from marketplace.pricing.shares import Share
from payments.models import Intent, Refund
from payments.refunds import book_foreign, decide_refund, decide_unapplied, matters, unapplied_payments
from payments.refunds.made_by_hand import (
    CannotDecide,
    MadeByHand,
    check_amount,
    from_payload,
    read_made_by_hand,
)
from payments.refunds.matters import Matter, Verb

Payload = dict[str, object]
Change = tuple[str, Money]


def asked_for(matter: Matter, verb: Verb, *, hand_made: str = "", which: str = "") -> tuple[Verb, Payload]:
    """A decision with everything that it needs, read from Stripe where a refund is named. Nothing moves.

    The verb may be another than was chosen: a refund made by hand may be one that stays owed. Raises CannotDecide,
    outcomes.Unknown.
    """
    if verb not in matters.verbs_of(matter):
        raise CannotDecide(_("This has changed meanwhile. Nothing was asked for."))
    payload: Payload = {"incident": matter.incident.pk}
    if verb.asks:
        intent = matter.intent.stripe_id if matter.intent else None
        made = read_made_by_hand(matter.foreign or hand_made, intent=intent or "")
        payload["made"] = made.payload()
        if verb.asks == matters.WHICH:
            return _foreign(matter, payload, made, which)
    if matter.refund is not None:
        return verb, payload | _of_refund(matter.refund)
    if matter.unapplied is not None:
        return verb, payload | _of_unapplied(matter.unapplied)
    raise CannotDecide(_("Nothing is owed here."))


def _foreign(matter: Matter, payload: Payload, made: MadeByHand, which: str) -> tuple[Verb, Payload]:
    kind, _colon, number = which.partition(":")
    if which not in dict(matters.whichever(matter)):
        raise CannotDecide(_("Say which order it is a refund of."))
    asked = Money(made.amount, made.currency)
    if kind == "refund":
        refund = Refund.objects.select_related("order__buyer").get(pk=int(number))
        check_amount(made, Money(refund.card_part, refund.currency))
        return matters.REFUND_GIVEN_BACK, payload | _of_refund(refund)
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


def _of_refund(refund: Refund) -> Payload:
    return {
        "refund": refund.pk, "attempt": refund.attempt, "number": refund.order.number,
        "user": refund.order.buyer_id, "name": str(refund.order.buyer),
        "amount": refund.card_part, "currency": refund.currency,
    }  # fmt: skip


def _of_unapplied(row: Intent) -> Payload:
    return {
        "intent": row.pk, "attempt": row.refund_attempt, "number": unapplied_payments.number_of(row.payment),
        "user": row.payment.user_id, "name": str(row.payment.user),
        "amount": row.amount, "currency": row.currency,
    }  # fmt: skip


def title(verb: Verb, payload: Mapping[str, object]) -> str:
    """A request in words: "Send it again: £53.00 of B-71840-1, Amara Okafor"."""
    said = {"verb": verb.label, "number": payload.get("number"), "name": payload.get("name")}
    amount = Money(_number(payload, "amount"), str(payload.get("currency")))
    return _("%(verb)s: %(amount)s of %(number)s, %(name)s") % {**said, "amount": amount}


def perform(action: str, payload: Mapping[str, object], *, actor: events.Actor, reason: str) -> None:
    """Does what was asked for, in the caller's transaction. Raises CannotDecide, and then nothing has moved."""
    done = _PERFORM.get(action)
    if done is None:
        raise CannotDecide(_("There is no such decision."))
    done(payload, actor, reason)


def _made(payload: Mapping[str, object]) -> MadeByHand:
    made = payload.get("made")
    if not isinstance(made, Mapping):
        raise CannotDecide(_("The request does not say which refund it is about."))
    return from_payload(made)


def _number(payload: Mapping[str, object], name: str) -> int:
    value = payload.get(name)
    if type(value) is not int:
        raise CannotDecide(_("The request does not say what it is about."))
    return value


def _refund_and_attempt(payload: Mapping[str, object]) -> tuple[int, int]:
    return _number(payload, "refund"), _number(payload, "attempt")


def _intent_and_attempt(payload: Mapping[str, object]) -> tuple[int, int]:
    return _number(payload, "intent"), _number(payload, "attempt")


Perform = Callable[[Mapping[str, object], events.Actor, str], object]
_PERFORM: Mapping[str, Perform] = {
    matters.REFUND_TO_WALLET.action: lambda asked, actor, reason: decide_refund.put_into_wallet(
        *_refund_and_attempt(asked), actor=actor, reason=reason
    ),
    matters.REFUND_GIVEN_BACK.action: lambda asked, actor, reason: decide_refund.book_given_back(
        *_refund_and_attempt(asked), _made(asked), actor=actor, reason=reason
    ),
    matters.REFUND_SENT_AGAIN.action: lambda asked, actor, reason: decide_refund.send_again(
        *_refund_and_attempt(asked), actor=actor, reason=reason
    ),
    matters.REFUND_CANCELED.action: lambda asked, actor, reason: decide_refund.cancel(
        *_refund_and_attempt(asked), actor=actor, reason=reason
    ),
    matters.UNAPPLIED_TO_WALLET.action: lambda asked, actor, reason: decide_unapplied.put_into_wallet(
        *_intent_and_attempt(asked), actor=actor, reason=reason
    ),
    matters.UNAPPLIED_GIVEN_BACK.action: lambda asked, actor, reason: decide_unapplied.book_given_back(
        *_intent_and_attempt(asked), _made(asked), actor=actor, reason=reason
    ),
    matters.UNAPPLIED_SENT_AGAIN.action: lambda asked, actor, reason: decide_unapplied.send_again(
        *_intent_and_attempt(asked), actor=actor, reason=reason
    ),
    matters.FOREIGN_BOOKED.action: lambda asked, actor, reason: book_foreign.book_foreign(
        _number(asked, "order"), _made(asked), actor=actor, reason=reason
    ),
}


def changes(action: str, payload: Mapping[str, object]) -> Sequence[Change]:
    """What a decision would change, in words and money. Raises CannotDecide where it cannot be made any more."""
    asked = Money(_number(payload, "amount"), str(payload.get("currency")))
    number, name = payload.get("number"), payload.get("name")
    said = {"number": number, "name": name}
    if action in (matters.REFUND_TO_WALLET.action, matters.UNAPPLIED_TO_WALLET.action):
        owed = _("Owed to the card for %(number)s") if "refund" in payload else _("Kept apart for %(number)s")
        return [(owed % said, -asked), (_("In the wallet of %(name)s") % said, asked)]
    if action in (matters.REFUND_GIVEN_BACK.action, matters.UNAPPLIED_GIVEN_BACK.action):
        said["id"] = _made(payload).stripe_id
        owed = _("Owed to the card for %(number)s") if "refund" in payload else _("Kept apart for %(number)s")
        return [(owed % said, -asked), (_("Held at Stripe, by %(id)s") % said, -asked)]
    if action in (matters.REFUND_SENT_AGAIN.action, matters.UNAPPLIED_SENT_AGAIN.action):
        return [(_("Asked for at Stripe, to the card of %(name)s") % said, asked)]
    if action == matters.REFUND_CANCELED.action:
        refund = Refund.objects.select_related("order").get(pk=_number(payload, "refund"))
        return _borne(refund, refund.from_held + refund.from_available, refund.from_reserve, asked, sign=1)
    order = Order.objects.select_related("checkout").get(pk=_number(payload, "order"))
    plan = book_foreign.plan_foreign(order, asked)
    return _borne(
        plan.share, plan.sources.held + plan.sources.available, plan.sources.reserve, asked, sign=-1
    )


def _borne(bears: Refund | Share, net: int, reserve: int, asked: Money, *, sign: int) -> Sequence[Change]:
    """Who gives what of a refund (`sign` -1), or gets it back, and what the card is owed or has."""
    parts = (
        (_("The seller's money"), net),
        (_("The seller's reserve"), reserve),
        (_("BANIBS's fee"), bears.fee),
        (_("Tax to remit"), bears.tax),
        (_("Processing fee, borne by BANIBS"), bears.processing),
        (_("BANIBS's discount"), -bears.promotion),
    )
    borne = [(words, Money(sign * amount, asked.currency)) for words, amount in parts if amount]
    return [*borne, (_("Owed to the card") if sign > 0 else _("Held at Stripe"), -asked)]
