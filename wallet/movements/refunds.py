"""Money on its way back to buyers: refunds of orders, and of payments that no order takes."""

from __future__ import annotations

from dataclasses import dataclass

from banibs.core.money import Money
from wallet import accounts
from wallet.movements.single import single
from wallet.posting import Posting, Transfer, pour


@dataclass(frozen=True, slots=True)
class RefundShare:
    """Who bears a refund of one order, and who gets it.

    from_held + from_reserve + from_available + fee + tax + processing = to_wallet + to_card + promotion.
    `fee_deferred`: the order is not fulfilled, so its fee is not yet the platform's revenue.
    """

    order: int
    seller: int
    buyer: int
    tax_jurisdiction: str
    from_held: int = 0
    from_reserve: int = 0
    from_available: int = 0
    fee: int = 0
    tax: int = 0
    processing: int = 0
    promotion: int = 0
    to_wallet: int = 0
    to_card: int = 0
    fee_deferred: bool = False


def order_refunded(
    share: RefundShare, *, refund: int, reference: str, currency: str, actor: str = "system", memo: str = ""
) -> Posting:
    """Money of one order goes back, from all who had a part of it; the platform bears the processing fee.

    The seller's share comes from the order's hold, then its own reserve, then what is available (which may
    fall below 0), and returns the platform's promotion too. What goes to a card waits in stripe:refunds until
    Stripe has moved it. Raises ValueError when the shares do not add up.
    """
    transfers = pour(
        [
            (accounts.pending(share.seller), share.from_held),
            (accounts.reserve(share.seller), share.from_reserve),
            (accounts.available(share.seller), share.from_available),
            (accounts.REVENUE_DEFERRED if share.fee_deferred else accounts.REVENUE, share.fee),
            (accounts.tax(share.tax_jurisdiction), share.tax),
            (accounts.PROCESSING, share.processing),
        ],
        [
            (accounts.PROMOTIONS, share.promotion),
            (accounts.REFUNDS, share.to_card),
            (accounts.wallet(share.buyer), share.to_wallet),
        ],
        subject=f"order:{share.order}",
    )
    key = f"refund:{refund}:posted"
    return Posting(key, "order_refunded", currency, tuple(transfers), reference, actor, memo)


def refund_canceled(
    share: RefundShare,
    *,
    refund: int,
    reference: str,
    currency: str,
    cleared: bool,
    actor: str = "system",
    memo: str = "",
) -> Posting:
    """A refund that nothing of has reached the buyer is undone: the mirror of `order_refunded`.

    What came from the order's hold goes back to it, or to what is available where the order has `cleared`
    since. Raises ValueError for a refund that put something into a wallet.
    """
    if share.to_wallet:
        raise ValueError("a part of this refund is in the buyer's wallet")
    back = accounts.available(share.seller) if cleared else accounts.pending(share.seller)
    transfers: list[Transfer] = pour(
        [(accounts.PROMOTIONS, share.promotion), (accounts.REFUNDS, share.to_card)],
        [
            (back, share.from_held),
            (accounts.reserve(share.seller), share.from_reserve),
            (accounts.available(share.seller), share.from_available),
            (accounts.REVENUE_DEFERRED if share.fee_deferred else accounts.REVENUE, share.fee),
            (accounts.tax(share.tax_jurisdiction), share.tax),
            (accounts.PROCESSING, share.processing),
        ],
        subject=f"order:{share.order}",
    )
    key = f"refund:{refund}:canceled"
    return Posting(key, "refund_canceled", currency, tuple(transfers), reference, actor, memo)


def refund_sent(
    *, refund: int, attempt: int, amount: Money, reference: str = "", actor: str = "stripe"
) -> Posting:
    """Stripe took the card part of a refund from our balance: it is no longer owed."""
    return single(
        f"refund:{refund}:{attempt}:sent",
        "refund_sent",
        accounts.REFUNDS,
        accounts.CLEARING,
        amount,
        subject=f"refund:{refund}",
        reference=reference,
        actor=actor,
    )


def refund_failed(*, refund: int, attempt: int, amount: Money, reference: str = "") -> Posting:
    """Stripe put a sent refund back on our balance. The seller is not touched."""
    return single(
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
    """A refund that the card would not take goes to the buyer's wallet instead, once."""
    return single(
        f"refund:{refund}:to_wallet",
        "refund_to_wallet",
        accounts.REFUNDS,
        accounts.wallet(buyer),
        amount,
        subject=f"refund:{refund}",
        reference=reference,
        actor=actor,
    )


def payment_unapplied(*, payment: int, intent: int, amount: Money, reference: str = "") -> Posting:
    """An intent brought money for something that is no longer sold: kept apart until it is refunded."""
    return single(
        f"intent:{intent}:unapplied",
        "payment_unapplied",
        accounts.CLEARING,
        accounts.UNAPPLIED,
        amount,
        subject=f"payment:{payment}",
        reference=reference,
        actor="stripe",
    )


def unapplied_refunded(
    *, payment: int, intent: int, amount: Money, reference: str = "", attempt: int = 1, actor: str = "stripe"
) -> Posting:
    """Such money left Stripe for its payer, at the `attempt`-th try. The platform bears the fee."""
    number = "" if attempt == 1 else f"{attempt}:"
    return single(
        f"intent:{intent}:{number}unapplied_refunded",
        "unapplied_refunded",
        accounts.UNAPPLIED,
        accounts.CLEARING,
        amount,
        subject=f"payment:{payment}",
        reference=reference,
        actor=actor,
    )


def unapplied_to_wallet(
    *, payment: int, intent: int, user: int, amount: Money, reference: str = "", actor: str = "system"
) -> Posting:
    """Such money, which no card takes back, goes to the wallet of its payer, once."""
    return single(
        f"intent:{intent}:unapplied_to_wallet",
        "unapplied_to_wallet",
        accounts.UNAPPLIED,
        accounts.wallet(user),
        amount,
        subject=f"payment:{payment}",
        reference=reference,
        actor=actor,
    )
