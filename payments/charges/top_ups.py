"""Top-ups of a wallet by card: a payment without a checkout, through the same intents."""

from __future__ import annotations

from django.utils.translation import gettext as _

from banibs.core.money import Money
from banibs.users.models import User
from payments.charges import limits
from payments.models import Method, Payment


class TopUpRefused(Exception):
    """The amount cannot be added. `message` is for the person."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


def create(*, user: User, amount: Money, save_card: bool = False, return_to: str = "") -> Payment:
    """A top-up waiting for its card: our row, in the caller's transaction. Raises TopUpRefused."""
    if not limits.cards_taken(amount.currency):
        raise TopUpRefused(_("Cards are not taken in %(currency)s yet") % {"currency": amount.currency})
    least, most = limits.top_up_range(amount.currency)
    if not least <= amount <= most:
        raise TopUpRefused(_("Add between %(least)s and %(most)s") % {"least": least, "most": most})
    return Payment.objects.create(
        user=user,
        method=Method.CARD,
        currency=amount.currency,
        amount=amount.amount,
        card_part=amount.amount,
        save_card=save_card,
        return_to=return_to[:200],
    )
