"""What BANIBS keeps of a sale, and what tax is in it. Pure; minor units (docs "Money", Amounts)."""

from __future__ import annotations

from collections.abc import Sequence

from banibs.core.money import allocate, half_up, share_bps
from marketplace import policy


def tax_inside(gross: int, rate_bps: int) -> int:
    """The tax contained in a price that includes it: gross × r / (1 + r), half up."""
    return half_up(gross * rate_bps, 10_000 + rate_bps)


def tax_on(amount: int, rate_bps: int, *, inclusive: bool) -> int:
    """The tax in (inclusive) or on top of (exclusive) a displayed amount."""
    return tax_inside(amount, rate_bps) if inclusive else share_bps(amount, rate_bps)


def without_tax(amount: int, rate_bps: int, *, inclusive: bool) -> int:
    """A displayed amount without its tax."""
    return amount - tax_inside(amount, rate_bps) if inclusive else amount


def marketplace_fee(price: int, kind: str) -> int:
    """BANIBS's fee on a line's price without tax, after what the seller takes off, before what BANIBS takes off."""
    return share_bps(price, policy.MARKETPLACE_FEE_BPS[kind])


def processing_fees(card_parts: Sequence[int], left: Sequence[int], *, bps: int, fixed: int) -> list[int]:
    """The card fee of a whole checkout, spread over its orders by their card parts, each at most what is `left` of it.

    What an order cannot bear stays with BANIBS. No card, no fee.
    """
    card = sum(card_parts)
    if card == 0:
        return [0] * len(card_parts)
    fee = share_bps(card, bps) + fixed
    return [min(part, most) for part, most in zip(allocate(fee, card_parts), left, strict=True)]
