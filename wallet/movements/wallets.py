"""A buyer's wallet: filled, set aside, credited."""

from __future__ import annotations

from banibs.core.money import Money
from wallet import accounts
from wallet.movements.single import single
from wallet.posting import Posting


def wallet_topped_up(*, payment: int, user: int, amount: Money, reference: str = "") -> Posting:
    """A card payment filled a wallet. Its processing fee is the platform's: `processing_fee_settled`."""
    return single(
        f"payment:{payment}:topped_up",
        "wallet_topped_up",
        accounts.CLEARING,
        accounts.wallet(user),
        amount,
        subject=f"payment:{payment}",
        reference=reference,
        actor="stripe",
    )


def wallet_reserved(*, payment: int, attempt: int, buyer: int, amount: Money, reference: str = "") -> Posting:
    """The wallet part of a mixed payment is set aside while its card part is under way."""
    return single(
        f"payment:{payment}:{attempt}:reserved",
        "wallet_reserved",
        accounts.wallet(buyer),
        accounts.reserved(buyer),
        amount,
        subject=f"payment:{payment}",
        reference=reference,
        actor=f"user:{buyer}",
    )


def wallet_released(*, payment: int, attempt: int, buyer: int, amount: Money, reference: str = "") -> Posting:
    """The card part did not happen: what was set aside can be spent again."""
    return single(
        f"payment:{payment}:{attempt}:released",
        "wallet_released",
        accounts.reserved(buyer),
        accounts.wallet(buyer),
        amount,
        subject=f"payment:{payment}",
        reference=reference,
    )


def adjusted(*, approval: int, user: int, amount: Money, reason: str, actor: str = "system") -> Posting:
    """Staff credit a wallet at the platform's cost, with a reason (`wallet.approvals`)."""
    return single(
        f"approval:{approval}:adjusted",
        "adjusted",
        accounts.GOODWILL,
        accounts.wallet(user),
        amount,
        subject=f"approval:{approval}",
        actor=actor,
        memo=reason,
    )


def demo_credited(*, user: int, number: int, amount: Money) -> Posting:
    """Play money on a development machine, the `number`-th of this person in this currency. Never in
    production.
    """
    return single(
        f"demo:{user}:{amount.currency.lower()}:{number}",
        "demo_credited",
        accounts.DEMO,
        accounts.wallet(user),
        amount,
        actor=f"user:{user}",
    )
