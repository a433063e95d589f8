"""A refund that a person made at Stripe: read there, held against what it is said to be, and booked once.

It is read when a decision about it is asked for; what was read is frozen in the request, and needs no call when the
decision is made.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from banibs.core.money import Money
from payments.gateways import outcomes
from payments.gateways.stripe import stripe_balance, stripe_refunds
from payments.gateways.stripe.stripe_balance import BalanceMove
from payments.models import Intent, Refund
from wallet.approvals import Tampered
from wallet.approvals.action import Payload, integer, text


class CannotDecide(Tampered):
    """What was to be decided is not so, or no more. The text says why; nothing has moved."""


@dataclass(frozen=True)
class MadeByHand:
    """A refund at Stripe that no row of ours stands for, with what it did to our balance. Amounts are minor units."""

    stripe_id: str
    intent: str
    amount: int
    currency: str
    balance_transaction: str
    fee: int
    succeeded: bool

    @property
    def move(self) -> BalanceMove:
        """Its balance transaction."""
        return BalanceMove(self.balance_transaction, -self.amount, self.fee, self.currency)

    def payload(self) -> dict[str, str | int]:
        """As a request keeps it."""
        return {
            "made": self.stripe_id,
            "made_intent": self.intent,
            "made_amount": self.amount,
            "made_currency": self.currency,
            "made_moved": self.balance_transaction,
            "made_fee": self.fee,
            "made_succeeded": int(self.succeeded),
        }


def from_payload(payload: Payload) -> MadeByHand:
    """As it was asked for. Raises wallet.approvals.Tampered for what was never read so."""
    return MadeByHand(
        stripe_id=text(payload, "made"),
        intent=text(payload, "made_intent"),
        amount=integer(payload, "made_amount"),
        currency=text(payload, "made_currency"),
        balance_transaction=text(payload, "made_moved"),
        fee=integer(payload, "made_fee"),
        succeeded=integer(payload, "made_succeeded") == 1,
    )


def read_made_by_hand(stripe_id: str, *, intent: str) -> MadeByHand:
    """Asks Stripe for the refund of this intent. Raises CannotDecide for one that does not stand, Unknown for silence."""
    stripe_id = stripe_id.strip()
    if not stripe_id.startswith(("re_", "pyr_")):
        raise CannotDecide(_("A refund at Stripe begins with re_."))
    try:
        state = stripe_refunds.read_refund(stripe_id)
    except outcomes.Refused as refused:
        raise CannotDecide(_("Stripe knows no refund %(id)s.") % {"id": stripe_id}) from refused
    if state.intent != intent:
        raise CannotDecide(_("%(id)s gives another payment back.") % {"id": state.id})
    if {"banibs_refund", "banibs_intent"} & state.metadata.keys():
        raise CannotDecide(_("%(id)s was made by BANIBS itself, and is booked by itself.") % {"id": state.id})
    if state.over:
        raise CannotDecide(_("%(id)s failed at Stripe: nobody got it.") % {"id": state.id})
    if not state.balance_transaction:
        raise CannotDecide(
            _("%(id)s has not left Stripe yet. Decide when it has a balance transaction.") % {"id": state.id}
        )
    move = stripe_balance.read_move(state.balance_transaction)
    if (move.amount, move.currency) != (-state.amount, state.currency):
        raise CannotDecide(_("Stripe settled %(id)s in another currency.") % {"id": state.id})
    made = MadeByHand(
        stripe_id=state.id,
        intent=state.intent,
        amount=state.amount,
        currency=state.currency,
        balance_transaction=move.id,
        fee=move.fee,
        succeeded=state.status == "succeeded",
    )
    check_not_booked(made)
    return made


def check_amount(made: MadeByHand, asked: Money) -> None:
    """Raises CannotDecide unless it gave back exactly this."""
    if (made.amount, made.currency) != (asked.amount, asked.currency):
        given = Money(made.amount, made.currency)
        raise CannotDecide(
            _("%(id)s gave back %(given)s, but %(asked)s are owed.")
            % {"id": made.stripe_id, "given": given, "asked": asked}
        )


def check_not_booked(made: MadeByHand) -> None:
    """Raises CannotDecide when it, or its balance transaction, stands in our books already. Two statements.

    Unique columns hold the same for two who decide at once.
    """
    told, moved = made.stripe_id, made.balance_transaction
    refunds = Refund.objects.filter(
        Q(stripe_id=told)
        | Q(balance_transaction=moved)
        | Q(earlier__contains=[[told]])
        | Q(earlier__contains=[[moved]]),
        payment__intents__stripe_id=made.intent,
    )
    intents = Intent.objects.filter(
        Q(refund_id=told) | Q(refund_balance_transaction=moved), stripe_id=made.intent
    )
    if refunds.exists() or intents.exists():
        raise CannotDecide(_("%(id)s is booked already.") % {"id": told})
