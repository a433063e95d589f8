"""A sale: paid, sent, cleared, and what Stripe took for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from banibs.core.money import Money
from wallet import accounts
from wallet.movements.single import single
from wallet.posting import Posting, Transfer, pour


@dataclass(frozen=True, slots=True)
class OrderShare:
    """One seller's order inside a paid checkout: where its money comes from, and where it goes.

    wallet + reserved + card + promotion = net + fee + processing + tax. `promotion` is what the platform pays
    of it, `net` what the seller earns, `processing` the estimate charged to the seller for the card part.
    `fulfilled`: by being paid (files alone), so that its fee is earned at once.
    """

    order: int
    seller: int
    net: int
    fee: int
    tax: int
    tax_jurisdiction: str
    wallet: int = 0
    reserved: int = 0
    card: int = 0
    processing: int = 0
    promotion: int = 0
    fulfilled: bool = False


def order_paid(
    *,
    checkout: int,
    reference: str,
    buyer: int,
    currency: str,
    orders: Sequence[OrderShare],
    actor: str = "system",
) -> Posting:
    """A checkout is paid: the buyer's money and the platform's discounts to sellers, fees and tax, by order.

    The fee is deferred until the order is fulfilled (`revenue_recognised`). A total of 0 without any discount
    by the platform moves nothing: the Posting is then false. Raises ValueError when an order's parts do not
    add up.
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
                (accounts.REVENUE if one.fulfilled else accounts.REVENUE_DEFERRED, one.fee),
                (accounts.tax(one.tax_jurisdiction), one.tax),
                (accounts.PROCESSING, one.processing),  # last, as the card is: the card part pays its own fee
            ],
            subject=f"order:{one.order}",
        )
    return Posting(f"checkout:{checkout}:paid", "order_paid", currency, tuple(transfers), reference, actor)


def revenue_recognised(*, order: int, fee: Money, reference: str = "", actor: str = "system") -> Posting:
    """An order is fulfilled: the platform has earned its fee, less what was given back before, once.

    No account that keeps a balance is touched, so sending a parcel waits for nobody.
    """
    return single(
        f"order:{order}:revenue_recognised",
        "revenue_recognised",
        accounts.REVENUE_DEFERRED,
        accounts.REVENUE,
        fee,
        subject=f"order:{order}",
        reference=reference,
        actor=actor,
    )


def funds_cleared(*, order: int, seller: int, held: Money, reference: str = "") -> Posting:
    """What an order still holds becomes available to its seller, once."""
    return single(
        f"order:{order}:cleared",
        "funds_cleared",
        accounts.pending(seller),
        accounts.available(seller),
        held,
        subject=f"order:{order}",
        reference=reference,
    )


def processing_fee_settled(*, balance_transaction: str, payment: int, fee: Money) -> Posting:
    """What Stripe really took for a payment, once per balance transaction (its id, as Stripe writes it, is
    the key).
    """
    return single(
        f"balance_transaction:{balance_transaction}:fee",
        "processing_fee_settled",
        accounts.CARD_FEES,
        accounts.CLEARING,
        fee,
        subject=f"payment:{payment}",
        actor="stripe",
    )


def provider_fee_settled(*, balance_transaction: str, provider: str, fee: Money, memo: str = "") -> Posting:
    """A provider took a fee that belongs to no payment: Stripe's are card fees, the others' payout fees."""
    return single(
        f"balance_transaction:{balance_transaction}:fee",
        "provider_fee_settled",
        accounts.CARD_FEES if provider == "stripe" else accounts.PAYOUT_FEES,
        accounts.clearing(provider),
        fee,
        actor=provider,
        memo=memo,
    )


def provider_fee_returned(*, balance_transaction: str, provider: str, fee: Money, memo: str = "") -> Posting:
    """A payout provider gave back what it had taken for a payout that came back."""
    return single(
        f"balance_transaction:{balance_transaction}:fee_returned",
        "provider_fee_settled",
        accounts.clearing(provider),
        accounts.PAYOUT_FEES,
        fee,
        actor=provider,
        memo=memo,
    )
