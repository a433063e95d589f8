"""A refund of an order before it is made: who gets what, and who bears it. The page shows it, the refund is made from it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from marketplace.models import Order, OrderLine
from marketplace.pricing import shares
from payments.models import PaymentSplit, Refund
from payments.refunds import parts
from wallet import movements


@dataclass(frozen=True)
class Plan:
    """What a refund of an order moves, in minor units: to the buyer by tender, from each that had a part of it."""

    order: Order
    share: shares.Share
    sources: parts.Sources
    to_wallet: int
    to_card: int

    @property
    def amount(self) -> int:
        """What the buyer gets."""
        return self.share.amount

    def booked(self) -> movements.RefundShare:
        """The plan as the ledger books it."""
        order, share = self.order, self.share
        return movements.RefundShare(
            order=order.pk,
            seller=order.seller_id,
            buyer=order.buyer_id,
            tax_jurisdiction=order.tax_jurisdiction or order.checkout.region_id,
            from_held=self.sources.held,
            from_reserve=self.sources.reserve,
            from_available=self.sources.available,
            fee=share.fee,
            tax=share.tax,
            processing=share.processing,
            promotion=share.promotion,
            to_wallet=self.to_wallet,
            to_card=self.to_card,
            fee_deferred=order.fee_deferred > 0,
        )


def plan_rest(order: Order, split: PaymentSplit) -> Plan:
    """All that is left of an order: each column goes back as it came, BANIBS bears the card's fee. Four statements."""
    sold = order_as_sold(order)
    return plan_share(order, split, shares.share(sold, sold.remaining))


def plan_to_card(order: Order, split: PaymentSplit, amount: int) -> Plan:
    """An amount of an order that goes, or went, to the card alone. Raises shares.ExceedsRemaining with what may still."""
    left = card_left(order, split)
    if amount > left:
        raise shares.ExceedsRemaining(left)
    share = shares.share(order_as_sold(order), amount)
    return Plan(order, share, parts.sources(order, share.net), to_wallet=0, to_card=amount)


def plan_share(order: Order, split: PaymentSplit, share: shares.Share) -> Plan:
    """A share of an order by tender: the card's part first, then the wallet's. The caller holds the order."""
    to_card = min(share.amount, card_left(order, split))
    return Plan(order, share, parts.sources(order, share.net), share.amount - to_card, to_card)


def order_as_sold(order: Order) -> shares.OrderParts:
    """The order as the share function reads it. One statement."""
    return parts.order_parts(order, list(OrderLine.objects.filter(order=order).order_by("pk")))


def card_left(order: Order, split: PaymentSplit) -> int:
    """What can still go back to the card: its part, less what refunds and disputes took of it."""
    made = Refund.objects.filter(order=order).exclude(status=Refund.Status.CANCELED)
    given: int = made.aggregate(sum=Coalesce(Sum("card_part"), 0))["sum"]
    return max(0, split.card_part - given - with_the_bank(order))


def with_the_bank(order: Order, *states: str) -> int:
    """What the buyer's bank has of the order's card part: the open and lost rounds, or those in `states`.

    What was withdrawn beyond what was left of the order counts too.
    """
    taken = order.dispute_shares.filter(round__state__in=states or ("open", "lost"))
    found: int = taken.aggregate(sum=Coalesce(Sum(F("amount") + F("excess")), 0))["sum"]
    return found
