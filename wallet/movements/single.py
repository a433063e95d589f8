"""A movement of one transfer, which most are."""

from __future__ import annotations

from banibs.core.money import Money
from wallet.posting import Posting, Transfer


def single(
    key: str,
    kind: str,
    source: str,
    target: str,
    amount: Money,
    *,
    subject: str = "",
    reference: str = "",
    actor: str = "system",
    memo: str = "",
) -> Posting:
    """The Posting that moves `amount` from `source` to `target`. Raises ValueError unless it is above zero."""
    transfer = Transfer(source, target, amount.amount, subject)
    return Posting(key, kind, amount.currency, (transfer,), reference, actor, memo)
