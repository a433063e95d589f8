"""What a seller earned is held back, or pays a debt."""

from __future__ import annotations

from banibs.core.money import Money
from wallet import accounts
from wallet.movements.single import single
from wallet.posting import Posting


def reserve_held(*, order: int, seller: int, amount: Money, reference: str = "") -> Posting:
    """A share of what an order cleared is held back by policy, once."""
    return single(
        f"order:{order}:reserve_held",
        "reserve_held",
        accounts.available(seller),
        accounts.reserve(seller),
        amount,
        subject=f"order:{order}",
        reference=reference,
    )


def reserve_released(*, order: int, seller: int, amount: Money, reference: str = "") -> Posting:
    """What is left of an order's reserve becomes available on its date, once."""
    return single(
        f"order:{order}:reserve_released",
        "reserve_released",
        accounts.reserve(seller),
        accounts.available(seller),
        amount,
        subject=f"order:{order}",
        reference=reference,
    )


def debt_agreed(*, debt: int, seller: int, amount: Money, actor: str = "system") -> Posting:
    """A seller below zero agrees to repay in parts: available becomes 0, the debt stands by itself."""
    return single(
        f"debt:{debt}:agreed",
        "debt_agreed",
        accounts.debt(seller),
        accounts.available(seller),
        amount,
        subject=f"debt:{debt}",
        actor=actor,
    )


def debt_share(*, order: int, debt: int, seller: int, amount: Money, reference: str = "") -> Posting:
    """The agreed share of what an order cleared repays the debt, once."""
    return single(
        f"order:{order}:debt_share",
        "debt_share",
        accounts.available(seller),
        accounts.debt(seller),
        amount,
        subject=f"debt:{debt}",
        reference=reference,
    )


def debt_repaid(
    *, debt: int, number: int, seller: int, user: int, amount: Money, to_available: bool = False
) -> Posting:
    """The seller's owner repays from the own wallet, for the `number`-th time; `to_available` where the shop
    is below zero without an agreement.
    """
    return single(
        f"debt:{debt}:{number}:repaid",
        "debt_repaid",
        accounts.wallet(user),
        accounts.available(seller) if to_available else accounts.debt(seller),
        amount,
        subject=f"debt:{debt}",
        actor=f"user:{user}",
    )


def debt_recalled(*, debt: int, seller: int, amount: Money, actor: str = "system") -> Posting:
    """Dates were missed: what is left of the debt falls due, and available goes below zero again."""
    return single(
        f"debt:{debt}:recalled",
        "debt_recalled",
        accounts.available(seller),
        accounts.debt(seller),
        amount,
        subject=f"debt:{debt}",
        actor=actor,
    )


def written_off(
    *, debt: int, approval: int, seller: int, amount: Money, reason: str, actor: str = "system"
) -> Posting:
    """Two people give a debt up: the platform bears it."""
    return single(
        f"approval:{approval}:written_off",
        "written_off",
        accounts.BAD_DEBT,
        accounts.debt(seller),
        amount,
        subject=f"debt:{debt}",
        actor=actor,
        memo=reason,
    )
