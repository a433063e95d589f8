"""Two people move BANIBS's own money: the owner's into the bank, the bank's to a payout provider, or back."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banibs.core.money import MAX_AMOUNT, Money
from banibs.users.models import User
from wallet import accounts, ledger, movements
from wallet.approvals import decisions
from wallet.approvals.action import Action, Change, Payload, Tampered, money, text
from wallet.models import Approval

NAME = "move_treasury"
OWNER = "owner"
PLACES: dict[str, str | Promise] = {
    "bank": _("the bank"),
    "stripe": "Stripe",
    "paypal": "PayPal",
    "wise": "Wise",
    "crypto": _("the crypto wallets"),
}
SOURCES: dict[str, str | Promise] = {OWNER: _("the owner"), **PLACES}


class MoveTreasury(Action):
    """Between two places where BANIBS's money is, or from the owner. It was moved outside: this books it."""

    label = _("Move BANIBS's own money")
    always_two = True

    def words(self, payload: Payload) -> str:
        """ "Move $3,000.00 from the bank to PayPal"."""
        source, target = _places(payload)
        said = {"amount": money(payload), "source": SOURCES[source], "target": PLACES[target]}
        return gettext("Move %(amount)s from %(source)s to %(target)s") % said

    def subject(self, payload: Payload) -> str:
        """Where it goes."""
        return f"treasury:{_places(payload)[1]}"

    def amount(self, payload: Payload) -> Money:
        """What moves."""
        return money(payload)

    def preview(self, payload: Payload) -> Sequence[Change]:
        """One line, with what the books say is there. One statement."""
        source, target = _places(payload)
        amount = money(payload)
        held = -ledger.balance(accounts.clearing(target), amount.currency)
        return [Change(str(SOURCES[source]), str(PLACES[target]), amount, held)]

    def perform(self, approval: Approval, *, actor: str) -> None:
        """Books it: clearing accounts run negative by what is held there."""
        source, target = _places(approval.payload)
        ledger.post(
            movements.treasury_moved(
                source=accounts.clearing(target),
                target=accounts.EQUITY if source == OWNER else accounts.clearing(source),
                amount=money(approval.payload),
                approval=approval.pk,
                actor=actor,
                memo=approval.reason,
            )
        )


def _places(payload: Payload) -> tuple[str, str]:
    source, target = text(payload, "from"), text(payload, "to")
    if source not in SOURCES or target not in PLACES or source == target:
        raise Tampered("these are not two places of BANIBS's money")
    return source, target


ACTION = MoveTreasury()


def payload_of(*, source: str, target: str, amount: Money) -> dict[str, str | int]:
    """What is frozen of it."""
    return {"from": source, "to": target, "amount": amount.amount, "currency": amount.currency}


def request_move(*, requester: User, source: str, target: str, amount: Money, reason: str) -> Approval:
    """Asks to book that BANIBS's money went from `source` to `target`; a second person agrees before it is booked.

    Raises Tampered for places that are not two of BANIBS's own, ValueError without a positive amount and a reason.
    """
    if not 0 < amount.amount <= MAX_AMOUNT or not reason.strip():
        raise ValueError("money that moves has a positive amount and a reason")
    payload = payload_of(source=source, target=target, amount=amount)
    return decisions.request(NAME, payload=payload, requester=requester, reason=reason)
