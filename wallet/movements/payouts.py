"""A payout: what a seller earned leaves to the outside, arrives, or comes back. Source: docs "Money", Payouts.

An attempt is the `attempt`-th try of a payout; each of its facts is booked once.
"""

from __future__ import annotations

from banibs.core.money import Money
from wallet import accounts
from wallet.movements.single import single
from wallet.posting import Posting, Transfer


def _key(payout: int, attempt: int, fact: str) -> str:
    return f"payout:{payout}:{attempt}:{fact}"


def payout_sent(
    *, payout: int, attempt: int, seller: int, amount: Money, reference: str = "", actor: str = "system"
) -> Posting:
    """What is about to be handed to a provider leaves the available balance, before the provider is asked."""
    return single(
        _key(payout, attempt, "sent"),
        "payout_sent",
        accounts.available(seller),
        accounts.in_transit(seller),
        amount,
        subject=f"payout:{payout}",
        reference=reference,
        actor=actor,
    )


def payout_handed(*, payout: int, attempt: int, amount: Money, reference: str = "") -> Posting:
    """Stripe's Transfer left our balance: the money stands on the seller's connected account."""
    return single(
        _key(payout, attempt, "handed"),
        "payout_handed",
        accounts.CONNECTED,
        accounts.CLEARING,
        amount,
        subject=f"payout:{payout}",
        reference=reference,
        actor="stripe",
    )


def payout_paid(
    *, payout: int, attempt: int, seller: int, provider: str, amount: Money, reference: str = ""
) -> Posting:
    """The provider paid it: out of the connected account at Stripe, else out of our balance at the provider."""
    return single(
        _key(payout, attempt, "paid"),
        "payout_paid",
        accounts.in_transit(seller),
        accounts.CONNECTED if provider == "stripe" else accounts.clearing(provider),
        amount,
        subject=f"payout:{payout}",
        reference=reference,
        actor=provider,
    )


def payout_failed(
    *,
    payout: int,
    attempt: int,
    seller: int,
    provider: str,
    amount: Money,
    handed: bool = False,
    reference: str = "",
) -> Posting:
    """It did not get through and is available again. `handed`: Stripe's Transfer had left, and its reversal has
    brought it back to our balance.
    """
    subject = f"payout:{payout}"
    back: tuple[Transfer, ...] = (
        Transfer(accounts.in_transit(seller), accounts.available(seller), amount.amount, subject),
    )
    if handed:
        back = (Transfer(accounts.CLEARING, accounts.CONNECTED, amount.amount, subject), *back)
    return Posting(
        _key(payout, attempt, "failed"), "payout_failed", amount.currency, back, reference, provider
    )


def payout_returned(
    *, payout: int, attempt: int, seller: int, provider: str, amount: Money, reference: str = ""
) -> Posting:
    """What was paid came back to our balance at the provider: `amount` is what really came."""
    return single(
        _key(payout, attempt, "returned"),
        "payout_returned",
        accounts.clearing(provider),
        accounts.available(seller),
        amount,
        subject=f"payout:{payout}",
        reference=reference,
        actor=provider,
    )


def earnings_to_wallet(*, transfer: int, seller: int, user: int, amount: Money) -> Posting:
    """A shop's owner moves available money to the own wallet, to spend it here."""
    return single(
        f"earnings:{transfer}:to_wallet",
        "earnings_to_wallet",
        accounts.available(seller),
        accounts.wallet(user),
        amount,
        subject=f"earnings:{transfer}",
        actor=f"user:{user}",
    )
