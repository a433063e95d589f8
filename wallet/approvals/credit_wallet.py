"""Staff credit a buyer's wallet at the platform's cost."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banibs.core.money import MAX_AMOUNT, Money
from banibs.users.models import User
from wallet import accounts, ledger, movements
from wallet.approvals import decisions
from wallet.approvals.action import Action, Change, Payload, Tampered, integer, money
from wallet.models import Approval

NAME = "credit_wallet"


class CreditWallet(Action):
    """BANIBS's goodwill → a wallet."""

    label = _("Credit a wallet")

    def words(self, payload: Payload) -> str:
        """ "Credit Amara Okafor with $5.00"."""
        said = {"person": _person(payload), "amount": money(payload)}
        return gettext("Credit %(person)s with %(amount)s") % said

    def subject(self, payload: Payload) -> str:
        """The person."""
        return f"user:{integer(payload, 'user')}"

    def amount(self, payload: Payload) -> Money:
        """What the wallet gets."""
        return money(payload)

    def gains(self, payload: Payload) -> int:
        """The person whose wallet it is."""
        return integer(payload, "user")

    def preview(self, payload: Payload) -> Sequence[Change]:
        """One line, with what the wallet holds. One statement."""
        amount = money(payload)
        held = ledger.balance(accounts.wallet(integer(payload, "user")), amount.currency)
        wallet = gettext("the wallet of %(name)s") % {"name": _person(payload)}
        return [Change(gettext("BANIBS's goodwill"), wallet, amount, held)]

    def perform(self, approval: Approval, *, actor: str) -> None:
        """Books it, to a person who is there."""
        user = integer(approval.payload, "user")
        if not get_user_model()._default_manager.filter(pk=user).exists():
            raise Tampered("there is no such person")
        ledger.post(
            movements.adjusted(
                approval=approval.pk,
                user=user,
                amount=money(approval.payload),
                reason=approval.reason,
                actor=actor,
            )
        )


def _person(payload: Payload) -> str:
    return str(payload.get("name") or f"user:{integer(payload, 'user')}")


ACTION = CreditWallet()


def request_credit(*, requester: User, user_id: int, name: str, amount: Money, reason: str) -> Approval:
    """Asks to credit the wallet of `user_id` (called `name`) at the platform's cost.

    Done at once within the limit for one person; above it nothing moves before a second agrees. Raises NotAllowed for
    one's own wallet, ValueError without a positive amount and a reason.
    """
    if not 0 < amount.amount <= MAX_AMOUNT or not reason.strip():
        raise ValueError("a credit has a positive amount and a reason")
    payload = payload_of(user_id=user_id, name=name, amount=amount)
    return decisions.request(NAME, payload=payload, requester=requester, reason=reason)


def payload_of(*, user_id: int, name: str, amount: Money) -> dict[str, str | int]:
    """What is frozen of a credit."""
    return {"user": user_id, "name": name, "amount": amount.amount, "currency": amount.currency}
