"""Earnings to wallet: a shop's owner moves available money to the own wallet at once, to spend it here.

Nothing leaves BANIBS, and the rules are those of a payout all the same: what may not leave the shop may not go by this
way either.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.money import Money
from payouts.models import EarningsTransfer
from payouts.sending import can_send
from payouts.sending.refusals import PayoutRefused, waits_text
from payouts.sending.request_payout import lock_seller
from wallet import ledger, movements


def move_to_wallet(*, seller_id: int, amount: Money, actor: events.Actor) -> EarningsTransfer:
    """Moves available money of a shop to its owner's wallet, in one transaction.

    Raises PayoutRefused with nothing moved: `insufficient_available` (402), `payouts_paused` (503), `on_hold`,
    `account_suspended` (409), `invalid_amount` (400).
    """
    with transaction.atomic():
        shop = lock_seller(seller_id)
        problem = can_send.seller_problem(shop)
        if problem:
            raise PayoutRefused(
                problem, refused_text(problem), status=503 if problem == "payouts_paused" else 409
            )
        if amount.amount <= 0:
            raise PayoutRefused("invalid_amount", _("Say how much."), status=400, field="amount")
        _enough(can_send.available(shop.pk, amount.currency), amount)
        moved = EarningsTransfer.objects.create(
            seller=shop, user_id=shop.user_id, currency=amount.currency, amount=amount.amount
        )
        events.record(
            events.New(
                "earnings.to_wallet",
                moved,
                actor,
                data={"amount": moved.amount, "currency": moved.currency, "seller": shop.pk},
            )
        )
        ledger.post(
            movements.earnings_to_wallet(transfer=moved.pk, seller=shop.pk, user=shop.user_id, amount=amount)
        )
        # A refund may have taken of it since it was looked at, and does not hold the shop. The ledger's lock keeps every
        # other out now: what is left is exact.
        _enough(can_send.available(shop.pk, amount.currency) + amount, amount)
    return moved


def _enough(there: Money, amount: Money) -> None:
    if there < amount:
        nothing = Money(0, amount.currency)
        raise PayoutRefused(
            "insufficient_available",
            _("%(there)s is available.") % {"there": max(there, nothing)},
            status=402,
            field="amount",
        )


def refused_text(code: str) -> str:
    """Why nothing can be moved just now, for the seller."""
    if code == "account_suspended":
        return _("Your shop is suspended: its earnings stay where they are until staff open it again.")
    return waits_text(code)
