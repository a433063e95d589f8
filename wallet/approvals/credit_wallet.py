"""Staff credit a buyer's wallet at the platform's cost."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth import get_user_model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banibs.core.money import MAX_AMOUNT, Money
from banibs.users.models import User
from wallet import ledger, movements
from wallet.approvals import decisions
from wallet.approvals.action import Action, Change, Payload, Tampered, integer, money
from wallet.models import Approval

NAME = "credit_wallet"


class CreditWallet(Action):
    """BANIBS's goodwill → a wallet."""

    label = _("Credit a wallet")

    def words(self, payload: Payload) -> str:
        """ "Credit Amara Okafor with $5.00"."""
        person = payload.get("name") or f"user:{payload['user']}"
        return gettext("Credit %(person)s with %(amount)s") % {"person": person, "amount": money(payload)}

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
        """One line."""
        return [Change(gettext("BANIBS's goodwill"), gettext("the wallet"), money(payload))]

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


ACTION = CreditWallet()


def request_credit(*, requester: User, user_id: int, name: str, amount: Money, reason: str) -> Approval:
    """Asks to credit the wallet of `user_id` (called `name`) at the platform's cost.

    Done at once within the limit for one person; above it nothing moves before a second agrees. Raises NotAllowed for
    one's own wallet, ValueError without a positive amount and a reason.
    """
    if not 0 < amount.amount <= MAX_AMOUNT or not reason.strip():
        raise ValueError("a credit has a positive amount and a reason")
    payload: dict[str, str | int] = {
        "user": user_id,
        "name": name,
        "amount": amount.amount,
        "currency": amount.currency,
    }
    return decisions.request(NAME, payload=payload, requester=requester, reason=reason)
