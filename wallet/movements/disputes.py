"""A card dispute: what Stripe withdrew, what each seller's share of it is, and how it ends.

Each round begins with a withdrawal. Source of the rules: docs "Money", Disputes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from banibs.core.money import Money
from wallet import accounts
from wallet.posting import Part, Posting, Transfer, pour


@dataclass(frozen=True, slots=True)
class DisputedOrder:
    """An order's share of a disputed charge, frozen when the round began.

    amount + promotion = net + fee + tax + processing, and net + excess = from_held + from_reserve +
    from_available. `excess` is what Stripe withdrew beyond what was left of the order: the seller's alone.
    `fee_deferred` says how the order stands now.
    """

    order: int
    seller: int
    tax_jurisdiction: str
    amount: int
    net: int
    fee: int = 0
    tax: int = 0
    processing: int = 0
    promotion: int = 0
    from_held: int = 0
    from_reserve: int = 0
    from_available: int = 0
    excess: int = 0
    fee_deferred: bool = False

    @property
    def withdrawn(self) -> int:
        """What Stripe took for this order."""
        return self.amount + self.excess

    @property
    def on_hold(self) -> int:
        """What stands in seller:disputed for it."""
        return self.from_held + self.from_reserve + self.from_available

    def bearers(self) -> list[Part]:
        """The platform's accounts that give their part when it is lost."""
        return [
            (accounts.REVENUE_DEFERRED if self.fee_deferred else accounts.REVENUE, self.fee),
            (accounts.tax(self.tax_jurisdiction), self.tax),
            (accounts.PROCESSING, self.processing),
        ]


@dataclass(frozen=True, slots=True)
class DisputedWallet:
    """A disputed charge that was no sale. A top-up: `held` of it was still in the wallet of `user`. Money that
    no order took: `unapplied` of it was still kept apart.
    """

    user: int
    amount: int
    held: int = 0
    unapplied: int = 0


def dispute_opened(
    *,
    dispute: int,
    round: int,
    withdrawn: Money,
    orders: Sequence[DisputedOrder] = (),
    wallet: DisputedWallet | None = None,
    reference: str = "",
) -> Posting:
    """Stripe withdrew a disputed amount; each seller's share of it waits in seller:disputed.

    Available may fall below 0, so this is always fully funded. Raises ValueError for shares that are not all
    of it.
    """
    _whole(withdrawn, orders, wallet)
    transfers = [Transfer(accounts.DISPUTES, accounts.CLEARING, withdrawn.amount, f"dispute:{dispute}")]
    for one in orders:
        transfers += pour(
            [
                (accounts.pending(one.seller), one.from_held),
                (accounts.reserve(one.seller), one.from_reserve),
                (accounts.available(one.seller), one.from_available),
            ],
            [(accounts.disputed(one.seller), one.on_hold)],
            subject=f"order:{one.order}",
        )
    if wallet is not None:
        transfers += pour(
            [(accounts.wallet(wallet.user), wallet.held)],
            [(accounts.disputed_top_up(wallet.user), wallet.held)],
            subject=f"dispute:{dispute}",
        )
    return _posting(dispute, round, "opened", withdrawn.currency, transfers, reference)


def dispute_fee(
    *,
    dispute: int,
    round: int,
    currency: str,
    orders: Sequence[tuple[int, int, int]],
    platform: int = 0,
    returned: bool = False,
    reference: str = "",
) -> Posting:
    """Stripe's fee for a dispute: (order, seller, amount) each, and what the platform bears itself.

    `returned`: Stripe credited it again, and it goes back to who paid it.
    """
    parts: list[tuple[str, int, str]] = [
        (accounts.available(seller), amount, f"order:{order}") for order, seller, amount in orders
    ]
    parts.append((accounts.CARD_FEES, platform, f"dispute:{dispute}"))
    transfers = [
        Transfer(accounts.CLEARING, code, amount, subject)
        if returned
        else Transfer(code, accounts.CLEARING, amount, subject)
        for code, amount, subject in parts
        if amount
    ]
    return _posting(dispute, round, "fee_returned" if returned else "fee", currency, transfers, reference)


def dispute_won(
    *,
    dispute: int,
    round: int,
    withdrawn: Money,
    orders: Sequence[DisputedOrder] = (),
    wallet: DisputedWallet | None = None,
    reference: str = "",
) -> Posting:
    """Stripe credited what it had withdrawn while the round was open: each share goes back to where
    it stands now (`from_held` of an order that still waits for its clearing, else `from_available`).
    """
    _whole(withdrawn, orders, wallet)
    transfers = [Transfer(accounts.CLEARING, accounts.DISPUTES, withdrawn.amount, f"dispute:{dispute}")]
    for one in orders:
        transfers += pour(
            [(accounts.disputed(one.seller), one.on_hold)],
            [
                (accounts.pending(one.seller), one.from_held),
                (accounts.reserve(one.seller), one.from_reserve),
                (accounts.available(one.seller), one.from_available),
            ],
            subject=f"order:{one.order}",
        )
    if wallet is not None:
        transfers += pour(
            [(accounts.disputed_top_up(wallet.user), wallet.held)],
            [(accounts.wallet(wallet.user), wallet.held)],
            subject=f"dispute:{dispute}",
        )
    return _posting(dispute, round, "won", withdrawn.currency, transfers, reference)


def dispute_lost(
    *,
    dispute: int,
    round: int,
    withdrawn: Money,
    orders: Sequence[DisputedOrder] = (),
    wallet: DisputedWallet | None = None,
    reference: str = "",
) -> Posting:
    """The buyer's bank keeps the money: all who had a part of it give it, and stripe:disputes is settled.

    Of a top-up what is no longer in the wallet is written off.
    """
    _whole(withdrawn, orders, wallet)
    transfers: list[Transfer] = []
    for one in orders:
        transfers += pour(
            [(accounts.disputed(one.seller), one.on_hold), *one.bearers()],
            [(accounts.PROMOTIONS, one.promotion), (accounts.DISPUTES, one.withdrawn)],
            subject=f"order:{one.order}",
        )
    if wallet is not None:
        transfers += pour(
            [
                (accounts.disputed_top_up(wallet.user), wallet.held),
                (accounts.UNAPPLIED, wallet.unapplied),
                (accounts.BAD_DEBT, wallet.amount - wallet.held - wallet.unapplied),
            ],
            [(accounts.DISPUTES, wallet.amount)],
            subject=f"dispute:{dispute}",
        )
    return _posting(dispute, round, "lost", withdrawn.currency, transfers, reference)


def dispute_reinstated(
    *,
    dispute: int,
    round: int,
    withdrawn: Money,
    orders: Sequence[DisputedOrder] = (),
    wallet: DisputedWallet | None = None,
    reference: str = "",
) -> Posting:
    """Stripe credited a round that was lost: the loss is undone, the sellers' shares become available."""
    _whole(withdrawn, orders, wallet)
    transfers: list[Transfer] = []
    for one in orders:
        transfers += pour(
            [(accounts.PROMOTIONS, one.promotion), (accounts.CLEARING, one.withdrawn)],
            [(accounts.available(one.seller), one.on_hold), *one.bearers()],
            subject=f"order:{one.order}",
        )
    if wallet is not None:
        transfers += pour(
            [(accounts.CLEARING, wallet.amount)],
            [
                (accounts.wallet(wallet.user), wallet.held),
                (accounts.UNAPPLIED, wallet.unapplied),
                (accounts.BAD_DEBT, wallet.amount - wallet.held - wallet.unapplied),
            ],
            subject=f"dispute:{dispute}",
        )
    return _posting(dispute, round, "reinstated", withdrawn.currency, transfers, reference)


def _whole(withdrawn: Money, orders: Sequence[DisputedOrder], wallet: DisputedWallet | None) -> None:
    shared = sum(one.withdrawn for one in orders) + (wallet.amount if wallet else 0)
    if shared != withdrawn.amount:
        raise ValueError(f"the shares are {shared} of {withdrawn.amount}")


def _posting(
    dispute: int, round: int, what: str, currency: str, transfers: Sequence[Transfer], reference: str
) -> Posting:
    return Posting(
        f"dispute:{dispute}:{round}:{what}",
        f"dispute_{what}",
        currency,
        tuple(transfers),
        reference,
        "stripe",
    )
