"""The platform's own money: between providers and the bank, out to the owner and the tax office."""

from __future__ import annotations

from banibs.core.money import Money
from wallet import accounts
from wallet.movements.single import single
from wallet.posting import Posting


def treasury_moved(
    *,
    source: str,
    target: str,
    amount: Money,
    balance_transaction: str = "",
    approval: int | None = None,
    actor: str = "system",
    memo: str = "",
) -> Posting:
    """Money moved between two clearing accounts, or came in from the owner (`target` platform:equity).

    The key is the provider's balance transaction where it booked itself (Stripe's own payouts), else the
    approval. A provider that paid the bank is `source` bank:clearing → `target` stripe:clearing: clearing
    accounts run negative by what is held there. Raises ValueError without exactly one of the two keys.
    """
    if bool(balance_transaction) == (approval is not None):
        raise ValueError("treasury is moved by a balance transaction or by an approval")
    key = f"balance_transaction:{balance_transaction}" if balance_transaction else f"approval:{approval}"
    return single(key, "treasury_moved", source, target, amount, actor=actor, memo=memo)


def revenue_withdrawn(*, approval: int, amount: Money, reason: str, actor: str = "system") -> Posting:
    """The owner takes money out of the bank."""
    return single(
        f"approval:{approval}:revenue_withdrawn",
        "revenue_withdrawn",
        accounts.EQUITY,
        accounts.BANK,
        amount,
        subject=f"approval:{approval}",
        actor=actor,
        memo=reason,
    )


def tax_remitted(
    *, approval: int, jurisdiction: str, amount: Money, reason: str, actor: str = "system"
) -> Posting:
    """Collected tax was paid to its office from the bank."""
    return single(
        f"approval:{approval}:tax_remitted",
        "tax_remitted",
        accounts.tax(jurisdiction),
        accounts.BANK,
        amount,
        subject=f"approval:{approval}",
        actor=actor,
        memo=reason,
    )


def reclassified(*, source: str, target: str, amount: Money, account: str, number: int = 1) -> Posting:
    """A balance goes over to the account where the chart now has it, once per account and currency.

    `account` is the one that the balance leaves; its name and the currency make the key.
    """
    return single(
        f"reclass:{account}:{amount.currency}:{number}",
        "reclassified",
        source,
        target,
        amount,
        memo="chart of accounts, second edition",
    )
