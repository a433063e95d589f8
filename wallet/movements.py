"""Every way that money moves, as plain data: arithmetic in, a `Posting` out. No database, no orders.

All amounts are minor units of `currency`. A key is made of business facts, so that a fact is booked once
however often it is told. The table of movements: docs "Money", The ledger. Worked examples: tests/wallet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from banibs.core.money import Money
from wallet import accounts
from wallet.posting import Posting, Transfer, pour


@dataclass(frozen=True, slots=True)
class OrderShare:
    """One seller's order inside a paid checkout: where its money comes from, and where it goes.

    wallet + reserved + card + promotion = net + fee + processing + tax. `promotion` is what the platform pays
    of it, `net` what the seller earns, `processing` the estimate charged to the seller for the card part.
    """

    order: int
    seller: int
    net: int
    fee: int
    tax: int
    wallet: int = 0
    reserved: int = 0
    card: int = 0
    processing: int = 0
    promotion: int = 0


def order_paid(
    *,
    checkout: int,
    reference: str,
    buyer: int,
    currency: str,
    region: str,
    orders: Sequence[OrderShare],
    actor: str = "system",
) -> Posting:
    """A checkout is paid: the buyer's money and the platform's discounts to sellers, fees and tax, by order.

    A total of 0 without any discount by the platform moves nothing: the Posting is then false.
    Raises ValueError when an order's parts do not add up.
    """
    transfers: list[Transfer] = []
    for one in sorted(orders, key=lambda share: share.order):
        transfers += pour(
            [
                (accounts.PROMOTIONS, one.promotion),
                (accounts.wallet(buyer), one.wallet),
                (accounts.reserved(buyer), one.reserved),
                (accounts.CLEARING, one.card),
            ],
            [
                (accounts.pending(one.seller), one.net),
                (accounts.REVENUE, one.fee),
                (accounts.tax(region), one.tax),
                (accounts.PROCESSING, one.processing),  # last, as the card is: the card part pays its own fee
            ],
            subject=f"order:{one.order}",
        )
    return Posting(f"checkout:{checkout}:paid", "order_paid", currency, tuple(transfers), reference, actor)


def order_refunded(
    *,
    refund: int,
    reference: str,
    order: int,
    seller: int,
    buyer: int,
    currency: str,
    region: str,
    from_pending: int = 0,
    from_available: int = 0,
    fee: int = 0,
    tax: int = 0,
    processing: int = 0,
    promotion: int = 0,
    to_wallet: int = 0,
    to_card: int = 0,
    actor: str = "system",
    memo: str = "",
) -> Posting:
    """Money of one order goes back, from all who had a part of it; the platform bears the processing fee.

    The seller's share is `from_pending` (the order's hold, first) + `from_available` (which may fall below
    0), and returns the platform's `promotion` too. What goes to a card waits in stripe:refunds until Stripe
    confirms.
    """
    transfers = pour(
        [
            (accounts.pending(seller), from_pending),
            (accounts.available(seller), from_available),
            (accounts.REVENUE, fee),
            (accounts.tax(region), tax),
            (accounts.PROCESSING, processing),
        ],
        [
            (accounts.PROMOTIONS, promotion),
            (accounts.wallet(buyer), to_wallet),
            (accounts.REFUNDS, to_card),
        ],
        subject=f"order:{order}",
    )
    return Posting(
        f"refund:{refund}:posted", "order_refunded", currency, tuple(transfers), reference, actor, memo
    )


def refund_sent(*, refund: int, attempt: int, amount: Money, reference: str = "") -> Posting:
    """Stripe confirmed the card part of a refund: it is no longer owed."""
    return _one(
        f"refund:{refund}:{attempt}:sent",
        "refund_sent",
        accounts.REFUNDS,
        accounts.CLEARING,
        amount,
        subject=f"refund:{refund}",
        reference=reference,
        actor="stripe",
    )


def refund_failed(*, refund: int, attempt: int, amount: Money, reference: str = "") -> Posting:
    """The card gave a sent refund back: it is owed to the buyer again. The seller is not touched."""
    return _one(
        f"refund:{refund}:{attempt}:failed",
        "refund_failed",
        accounts.CLEARING,
        accounts.REFUNDS,
        amount,
        subject=f"refund:{refund}",
        reference=reference,
        actor="stripe",
    )


def refund_to_wallet(
    *, refund: int, buyer: int, amount: Money, reference: str = "", actor: str = "system"
) -> Posting:
    """A refund that the card would not take goes to the buyer's wallet instead."""
    return _one(
        f"refund:{refund}:to_wallet",
        "refund_to_wallet",
        accounts.REFUNDS,
        accounts.wallet(buyer),
        amount,
        subject=f"refund:{refund}",
        reference=reference,
        actor=actor,
    )


def wallet_topped_up(*, payment: int, user: int, amount: Money, reference: str = "") -> Posting:
    """A card payment filled a wallet. Its processing fee is the platform's: `processing_fee_settled`."""
    return _one(
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
    return _one(
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
    return _one(
        f"payment:{payment}:{attempt}:released",
        "wallet_released",
        accounts.reserved(buyer),
        accounts.wallet(buyer),
        amount,
        subject=f"payment:{payment}",
        reference=reference,
    )


def processing_fee_settled(*, balance_transaction: str, payment: int, fee: Money) -> Posting:
    """What Stripe really took for a payment, once per balance transaction (its id is the key)."""
    return _one(
        f"balance_transaction:{balance_transaction.lower()}:fee",
        "processing_fee_settled",
        accounts.PROCESSING,
        accounts.CLEARING,
        fee,
        subject=f"payment:{payment}",
        actor="stripe",
    )


def payment_unapplied(*, payment: int, intent: int, amount: Money, reference: str = "") -> Posting:
    """An intent brought money for something that is no longer sold: kept apart until it is refunded."""
    return _one(
        f"intent:{intent}:unapplied",
        "payment_unapplied",
        accounts.CLEARING,
        accounts.UNAPPLIED,
        amount,
        subject=f"payment:{payment}",
        reference=reference,
        actor="stripe",
    )


def unapplied_refunded(*, payment: int, intent: int, amount: Money, reference: str = "") -> Posting:
    """Such money went back to its payer. The platform bears the fee."""
    return _one(
        f"intent:{intent}:unapplied_refunded",
        "unapplied_refunded",
        accounts.UNAPPLIED,
        accounts.CLEARING,
        amount,
        subject=f"payment:{payment}",
        reference=reference,
        actor="stripe",
    )


def funds_cleared(*, order: int, seller: int, held: Money, reference: str = "") -> Posting:
    """What an order still holds becomes available to its seller, once."""
    return _one(
        f"order:{order}:cleared",
        "funds_cleared",
        accounts.pending(seller),
        accounts.available(seller),
        held,
        subject=f"order:{order}",
        reference=reference,
    )


def adjusted(*, approval: int, user: int, amount: Money, reason: str, actor: str = "system") -> Posting:
    """Staff credit a wallet at the platform's cost, with a reason and a second person (`approvals`)."""
    return _one(
        f"approval:{approval}:adjusted",
        "adjusted",
        accounts.PROMOTIONS,
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
    return _one(
        f"demo:{user}:{amount.currency.lower()}:{number}",
        "demo_credited",
        accounts.PROMOTIONS,
        accounts.wallet(user),
        amount,
        actor=f"user:{user}",
    )


def _one(
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
    """A movement of one transfer."""
    transfer = Transfer(source, target, amount.amount, subject)
    return Posting(key, kind, amount.currency, (transfer,), reference, actor, memo)
