"""Wallets that pay for nothing: a top-up of theirs was disputed and lost, so what they hold may not be the person's."""

from __future__ import annotations

from django.db import transaction

from banibs.core import events
from banibs.core.clock import Now
from marketplace.checkout import refusals
from payments.models import Dispute, Method, WalletFreeze

FROM_WALLET = (Method.WALLET, Method.WALLET_AND_CARD)


def freeze(user_id: int, *, dispute: Dispute) -> None:
    """Freezes a wallet for a dispute, once; in the caller's transaction."""
    row, new = WalletFreeze.objects.get_or_create(dispute=dispute, defaults={"user_id": user_id})
    if new:
        events.record(events.New("wallet.frozen", row, events.STRIPE, data={"dispute": dispute.pk}))


def frozen(user_id: int) -> bool:
    """Whether the person's wallet is frozen now. One statement."""
    return WalletFreeze.objects.filter(user=user_id, lifted_at=None).exists()


def check_not_frozen(user_id: int, method: str) -> None:
    """Raises CheckoutRefusal `wallet_frozen` where this way to pay would take from a frozen wallet."""
    if method in FROM_WALLET and frozen(user_id):
        raise refusals.wallet_frozen()


def lift(freeze_id: int, *, actor: events.Actor, note: str) -> bool:
    """Staff let the wallet pay again, and say why. False when it was lifted before."""
    with transaction.atomic():
        lifted = WalletFreeze.objects.filter(pk=freeze_id, lifted_at=None).update(
            lifted_at=Now(), lifted_by=actor.id, note=note
        )
        if lifted:
            events.record(events.New("wallet.freeze_lifted", WalletFreeze(pk=freeze_id), actor, reason=note))
    return bool(lifted)
