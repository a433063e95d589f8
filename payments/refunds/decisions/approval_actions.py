"""The decisions about stuck refunds as the registry of approvals knows them: what each changes, and its verb.

Two people always decide. Named in `banibs.registry.approval_actions`; what they mean to staff: `matters.VERBS`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.money import Money
from marketplace.models import Order
from payments.models import Intent, Refund
from payments.refunds import cancel_refund
from payments.refunds.decisions import book_foreign, decide_refund, decide_unapplied, made_by_hand, matters
from payments.refunds.decisions.made_by_hand import CannotDecide
from wallet import accounts, movements
from wallet.approvals.action import Action, Change, Payload, integer, money, text
from wallet.models import Approval
from wallet.posting import Posting


class Decision(Action):
    """One decision about an incident. Its payload: `matters.VERBS`' action, made by `ask.asked_for`."""

    always_two = True
    verb: matters.Verb

    def __init__(self) -> None:
        self.label = self.verb.label

    def words(self, payload: Payload) -> str:
        """ "Send it again: £53.00 of B-71840-1, Amara Okafor"."""
        said = {name: payload.get(name) for name in ("number", "name")}
        said |= {"verb": self.verb.label, "amount": money(payload)}
        return _("%(verb)s: %(amount)s of %(number)s, %(name)s") % said

    def amount(self, payload: Payload) -> Money:
        """What is owed, or was given back."""
        return money(payload)

    def gains(self, payload: Payload) -> int:
        """The buyer."""
        return integer(payload, "user")

    def perform(self, approval: Approval, *, actor: str) -> None:
        """Does it, in the name of who agreed."""
        who = approval.decider or approval.requester
        self.decide(approval.payload, events.Actor.person(who, role="staff"), approval.reason)

    @abstractmethod
    def decide(self, payload: Payload, actor: events.Actor, reason: str) -> None:
        """Calls the verb. Raises CannotDecide."""


class OfRefund(Decision):
    """About the card part of a refund that does not get through."""

    def subject(self, payload: Payload) -> str:
        """The refund."""
        return f"refund:{integer(payload, 'refund')}"

    def _stuck(self, payload: Payload) -> Refund:
        refund = (
            Refund.objects.select_related("order__checkout").filter(pk=integer(payload, "refund")).first()
        )
        if (
            refund is None
            or not decide_refund.is_stuck(refund)
            or refund.attempt != integer(payload, "attempt")
        ):
            raise CannotDecide(_("This refund has changed meanwhile. Nothing moved."))
        return refund


class OfUnapplied(Decision):
    """About money that came too late and does not go back."""

    def subject(self, payload: Payload) -> str:
        """The intent."""
        return f"intent:{integer(payload, 'intent')}"

    def _stuck(self, payload: Payload) -> Intent:
        row = Intent.objects.filter(pk=integer(payload, "intent")).first()
        if (
            row is None
            or not decide_unapplied.is_stuck(row)
            or row.refund_attempt != integer(payload, "attempt")
        ):
            raise CannotDecide(_("This money has moved meanwhile. Nothing was done."))
        return row


class RefundToWallet(OfRefund):
    """Owed to the card → the buyer's wallet."""

    verb = matters.REFUND_TO_WALLET

    def preview(self, payload: Payload) -> Sequence[Change]:
        """One line."""
        self._stuck(payload)
        return [_to_wallet(place(accounts.REFUNDS), payload)]

    def decide(self, payload: Payload, actor: events.Actor, reason: str) -> None:
        """See `decide_refund.put_into_wallet`."""
        number, attempt = integer(payload, "refund"), integer(payload, "attempt")
        decide_refund.put_into_wallet(number, attempt, actor=actor, reason=reason)


class RefundGivenBack(OfRefund):
    """Owed to the card → what Stripe holds for us, by a refund that a person made there."""

    verb = matters.REFUND_GIVEN_BACK

    def preview(self, payload: Payload) -> Sequence[Change]:
        """One line."""
        refund, made = self._stuck(payload), made_by_hand.from_payload(payload)
        made_by_hand.check_amount(made, Money(refund.card_part, refund.currency))
        made_by_hand.check_not_booked(made)
        return [_by_hand(place(accounts.REFUNDS), payload)]

    def decide(self, payload: Payload, actor: events.Actor, reason: str) -> None:
        """See `decide_refund.book_given_back`."""
        number, attempt = integer(payload, "refund"), integer(payload, "attempt")
        made = made_by_hand.from_payload(payload)
        decide_refund.book_given_back(number, attempt, made, actor=actor, reason=reason)


class RefundPartGivenBack(OfRefund):
    """Owed to the card → a part by a refund that a person made at Stripe, the rest by one of ours."""

    verb = matters.REFUND_PART_GIVEN_BACK

    def preview(self, payload: Payload) -> Sequence[Change]:
        """Two lines: the part, and the rest that Stripe is asked for."""
        refund, made = self._stuck(payload), made_by_hand.from_payload(payload)
        decide_refund.check_part(refund, made)
        made_by_hand.check_not_booked(made)
        owed, part = place(accounts.REFUNDS), Money(made.amount, made.currency)
        by_hand, card = _by_hand(owed, payload), _to_card(owed, payload)
        return [replace(by_hand, amount=part), replace(card, amount=money(payload) - part)]

    def decide(self, payload: Payload, actor: events.Actor, reason: str) -> None:
        """See `decide_refund.book_part_given_back`."""
        number, attempt = integer(payload, "refund"), integer(payload, "attempt")
        made = made_by_hand.from_payload(payload)
        decide_refund.book_part_given_back(number, attempt, made, actor=actor, reason=reason)


class RefundSentAgain(OfRefund):
    """Stripe is asked once more."""

    verb = matters.REFUND_SENT_AGAIN

    def preview(self, payload: Payload) -> Sequence[Change]:
        """One line: what happens when Stripe does it."""
        self._stuck(payload)
        return [_to_card(place(accounts.REFUNDS), payload)]

    def decide(self, payload: Payload, actor: events.Actor, reason: str) -> None:
        """See `decide_refund.send_again`."""
        number, attempt = integer(payload, "refund"), integer(payload, "attempt")
        decide_refund.send_again(number, attempt, actor=actor, reason=reason)


class RefundCanceled(OfRefund):
    """The mirror of how it was made, where a lost dispute has taken the same money."""

    verb = matters.REFUND_CANCELED

    def preview(self, payload: Payload) -> Sequence[Change]:
        """A line for each transfer of the mirror."""
        refund = self._stuck(payload)
        if not decide_refund.taken_by_the_bank(refund.order, refund):
            raise CannotDecide(_("No lost dispute has taken this money."))
        return _lines(cancel_refund.mirror(refund.order, refund))

    def decide(self, payload: Payload, actor: events.Actor, reason: str) -> None:
        """See `decide_refund.cancel`."""
        number, attempt = integer(payload, "refund"), integer(payload, "attempt")
        decide_refund.cancel(number, attempt, actor=actor, reason=reason)


class UnappliedToWallet(OfUnapplied):
    """Kept apart → the payer's wallet."""

    verb = matters.UNAPPLIED_TO_WALLET

    def preview(self, payload: Payload) -> Sequence[Change]:
        """One line."""
        self._stuck(payload)
        return [_to_wallet(place(accounts.UNAPPLIED), payload)]

    def decide(self, payload: Payload, actor: events.Actor, reason: str) -> None:
        """See `decide_unapplied.put_into_wallet`."""
        number, attempt = integer(payload, "intent"), integer(payload, "attempt")
        decide_unapplied.put_into_wallet(number, attempt, actor=actor, reason=reason)


class UnappliedGivenBack(OfUnapplied):
    """Kept apart → what Stripe holds for us, by a refund that a person made there."""

    verb = matters.UNAPPLIED_GIVEN_BACK

    def preview(self, payload: Payload) -> Sequence[Change]:
        """One line."""
        row, made = self._stuck(payload), made_by_hand.from_payload(payload)
        made_by_hand.check_amount(made, decide_unapplied.money(row))
        made_by_hand.check_not_booked(made)
        return [_by_hand(place(accounts.UNAPPLIED), payload)]

    def decide(self, payload: Payload, actor: events.Actor, reason: str) -> None:
        """See `decide_unapplied.book_given_back`."""
        number, attempt = integer(payload, "intent"), integer(payload, "attempt")
        made = made_by_hand.from_payload(payload)
        decide_unapplied.book_given_back(number, attempt, made, actor=actor, reason=reason)


class UnappliedSentAgain(OfUnapplied):
    """Stripe is asked once more."""

    verb = matters.UNAPPLIED_SENT_AGAIN

    def preview(self, payload: Payload) -> Sequence[Change]:
        """One line: what happens when Stripe does it."""
        self._stuck(payload)
        return [_to_card(place(accounts.UNAPPLIED), payload)]

    def decide(self, payload: Payload, actor: events.Actor, reason: str) -> None:
        """See `decide_unapplied.send_again`."""
        number, attempt = integer(payload, "intent"), integer(payload, "attempt")
        decide_unapplied.send_again(number, attempt, actor=actor, reason=reason)


class ForeignBooked(Decision):
    """A refund that a person made at Stripe, booked as one of an order."""

    verb = matters.FOREIGN_BOOKED

    def subject(self, payload: Payload) -> str:
        """The order."""
        return f"order:{integer(payload, 'order')}"

    def preview(self, payload: Payload) -> Sequence[Change]:
        """Who gives what of it, and what left Stripe."""
        made = made_by_hand.from_payload(payload)
        made_by_hand.check_not_booked(made)
        order = Order.objects.select_related("checkout").get(pk=integer(payload, "order"))
        booked = book_foreign.plan_foreign(order, money(payload)).booked()
        posting = movements.order_refunded(booked, refund=0, reference=order.number, currency=order.currency)
        return [*_lines(posting), _by_hand(place(accounts.REFUNDS), payload)]

    def decide(self, payload: Payload, actor: events.Actor, reason: str) -> None:
        """See `book_foreign.book_foreign`."""
        made = made_by_hand.from_payload(payload)
        book_foreign.book_foreign(integer(payload, "order"), made, actor=actor, reason=reason)


def place(code: str) -> str:
    """An account as staff read it in a preview."""
    owner, _colon, name = code.partition(":")
    if owner == "seller":
        words = {
            "pending": _("the seller's clearing money"),
            "available": _("the seller's balance"),
            "reserve": _("the seller's reserve"),
        }
        return words.get(name.partition(":")[2], code)
    words = {
        accounts.REFUNDS: _("owed to the card"),
        accounts.UNAPPLIED: _("kept apart"),
        accounts.CLEARING: _("held at Stripe"),
        accounts.REVENUE: _("BANIBS's fees"),
        accounts.REVENUE_DEFERRED: _("BANIBS's fees, not earned yet"),
        accounts.PROCESSING: _("processing fees"),
        accounts.PROMOTIONS: _("BANIBS's discounts"),
    }
    return _("tax to remit") if code.startswith("platform:tax:") else words.get(code, code)


def _lines(posting: Posting) -> list[Change]:
    return [
        Change(place(one.source), place(one.target), Money(one.amount, posting.currency))
        for one in posting.transfers
    ]


def _to_wallet(source: str, payload: Payload) -> Change:
    return Change(source, _("the wallet of %(name)s") % {"name": text(payload, "name")}, money(payload))


def _to_card(source: str, payload: Payload) -> Change:
    return Change(
        source, _("the card of %(name)s, by Stripe") % {"name": text(payload, "name")}, money(payload)
    )


def _by_hand(source: str, payload: Payload) -> Change:
    return Change(source, _("the card, by %(id)s") % {"id": text(payload, "made")}, money(payload))


REFUND_TO_WALLET = RefundToWallet()
REFUND_GIVEN_BACK = RefundGivenBack()
REFUND_PART_GIVEN_BACK = RefundPartGivenBack()
REFUND_SENT_AGAIN = RefundSentAgain()
REFUND_CANCELED = RefundCanceled()
UNAPPLIED_TO_WALLET = UnappliedToWallet()
UNAPPLIED_GIVEN_BACK = UnappliedGivenBack()
UNAPPLIED_SENT_AGAIN = UnappliedSentAgain()
FOREIGN_BOOKED = ForeignBooked()
