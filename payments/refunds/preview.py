"""A refund as people read it before it is made: the plan's figures as money, and where they leave the seller.

Page, API, staff and case show this; what they post is the same plan, drawn again under the locks.
"""

from __future__ import annotations

from dataclasses import dataclass

from banibs.core.money import Money
from marketplace.models import Order
from payments.refunds.order_refunds import preview_refund
from payments.refunds.plan import Plan
from payments.refunds.wanted import Wanted
from wallet import accounts, ledger


@dataclass(frozen=True)
class Preview:
    """What a refund would move. `available`: what the seller has available now, in minor units; it may be below 0."""

    plan: Plan
    available: int

    def _money(self, amount: int) -> Money:
        return self.plan.order.money(amount)

    @property
    def amount(self) -> Money:
        """What the buyer gets."""
        return self._money(self.plan.amount)

    @property
    def to_wallet(self) -> Money:
        """Of it, to their wallet, at once."""
        return self._money(self.plan.to_wallet)

    @property
    def to_card(self) -> Money:
        """Of it, to their card, by Stripe."""
        return self._money(self.plan.to_card)

    @property
    def seller_gives(self) -> Money:
        """The seller's share, with BANIBS's discount that goes back."""
        return self._money(self.plan.share.net)

    @property
    def from_held(self) -> Money:
        """Of the seller's share, what the order still holds."""
        return self._money(self.plan.sources.held)

    @property
    def from_reserve(self) -> Money:
        """What was held back of the order."""
        return self._money(self.plan.sources.reserve)

    @property
    def from_available(self) -> Money:
        """What comes from the seller's available balance."""
        return self._money(self.plan.sources.available)

    @property
    def fee(self) -> Money:
        """What BANIBS gives back of its fee."""
        return self._money(self.plan.share.fee)

    @property
    def tax(self) -> Money:
        """Tax that is no longer due."""
        return self._money(self.plan.share.tax)

    @property
    def promotion(self) -> Money:
        """What the seller returns to BANIBS of its discount; part of `seller_gives`."""
        return self._money(self.plan.share.promotion)

    @property
    def processing(self) -> Money:
        """What BANIBS bears of the card's fee."""
        return self._money(self.plan.share.processing)

    @property
    def before(self) -> Money:
        """The seller's available balance now."""
        return self._money(self.available)

    @property
    def after(self) -> Money:
        """The seller's available balance then."""
        return self._money(self.available - self.plan.sources.available)

    @property
    def owed(self) -> Money | None:
        """What the seller would owe, where it leaves them below nothing."""
        return -self.after if self.after.amount < 0 else None

    @property
    def status(self) -> str:
        """The order's state then."""
        order = self.plan.order
        if not self.plan.ends:
            return str(order.status)
        return str(Order.Status.CANCELED if order.status == Order.Status.PAID else Order.Status.REFUNDED)


def preview(order: Order, wanted: Wanted) -> Preview:
    """What is wanted, as it would be now; nothing moves. Raises RefundRefused."""
    plan = preview_refund(order, wanted)
    return Preview(plan, ledger.balance(accounts.available(order.seller_id), order.currency).amount)
