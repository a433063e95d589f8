"""A refund of an order before it is made: who gets what, and who bears it. The page shows it, the refund is made from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from banibs.core.money import exponent
from marketplace.models import Order, OrderLine
from marketplace.pricing import shares
from payments.models import DisputeShare, PaymentSplit, Refund
from payments.refunds import in_dispute, parts
from payments.refunds.in_dispute import OrderInDispute
from payments.refunds.refused import RefundRefused
from payments.refunds.wanted import Drawn, Wanted, draw, units_of
from wallet import movements

REFUNDABLE = (Order.Status.PAID, Order.Status.FULFILLED, Order.Status.COMPLETED)


@dataclass(frozen=True)
class Plan:
    """What a refund of an order moves, in minor units: to the buyer by tender, from each that had a part of it."""

    order: Order
    share: shares.Share
    sources: parts.Sources
    to_wallet: int
    to_card: int
    units: Mapping[int, int] = field(
        default_factory=dict
    )  # order line → how many of it are given back wholly
    ends: bool = False  # nothing that the buyer paid is left

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


def plan_wanted(order: Order, split: PaymentSplit, wanted: Wanted) -> Plan:
    """What is wanted, of an order that was paid and is not over. Six statements at most.

    While the buyer's bank has the card part only the wallet's can go back. Raises RefundRefused: `refund_exceeds_remaining`
    or `order_in_dispute` with what remains, `invalid_transition`, `invalid_request`.
    """
    if order.status not in REFUNDABLE:
        raise RefundRefused("invalid_transition", not_refundable(order), remaining=0)
    lines = list(OrderLine.objects.filter(order=order).order_by("pk"))
    disputed = in_dispute.is_open(order)
    drawn = _drawn_in_dispute(order, split, lines, wanted) if disputed else draw(order, lines, wanted)
    plan = plan_share(order, split, drawn.share)
    if disputed:
        plan = replace(plan, to_wallet=plan.amount, to_card=0)
    ends = not disputed and order.refunded + plan.amount == order.total and _units_back(lines, drawn, order)
    return replace(plan, units=drawn.units, ends=ends)


def _drawn_in_dispute(order: Order, split: PaymentSplit, lines: Sequence[OrderLine], wanted: Wanted) -> Drawn:
    """What is wanted, of what remains of the wallet's part alone. Raises OrderInDispute for more, with what remains."""
    most = min(wallet_left(order, split), order.total - order.refunded)
    too_much = OrderInDispute(order, remaining=most, partly=True)
    try:
        drawn = draw(order, lines, wanted)
    except RefundRefused as refusal:
        if refusal.remaining is None:
            raise
        raise too_much from refusal
    if drawn.share.amount > most or not most:
        raise too_much
    return drawn


def _units_back(lines: Sequence[OrderLine], drawn: Drawn, order: Order) -> bool:
    """Whether nothing is left of an order that cost nothing; of any other its total says so."""
    left = sum(line.quantity - line.refunded_units - drawn.units.get(line.pk, 0) for line in lines)
    return bool(order.total) or not left


def not_refundable(order: Order) -> str:
    """Why nothing of an order in its state goes back."""
    if order.status == Order.Status.CREATED:
        return _("%(number)s is not paid: there is nothing to give back.") % {"number": order.number}
    return _("All of %(number)s has been given back.") % {"number": order.number}


def plan_rest(order: Order, split: PaymentSplit) -> Plan:
    """All that is left of an order: each column goes back as it came, BANIBS bears the card's fee. Four statements."""
    lines = list(OrderLine.objects.filter(order=order).order_by("pk"))
    drawn = draw(order, lines, Wanted(everything=True))
    return replace(plan_share(order, split, drawn.share), units=drawn.units)


def plan_to_card(order: Order, split: PaymentSplit, amount: int) -> Plan:
    """An amount of an order that goes, or went, to the card alone. Raises shares.ExceedsRemaining with what may still."""
    left = card_left(order, split)
    if amount > left:
        raise shares.ExceedsRemaining(left)
    lines = list(OrderLine.objects.filter(order=order).order_by("pk"))
    share = shares.share(parts.order_parts(order, lines), amount)
    units = units_of(order, lines, share)
    return Plan(order, share, parts.sources(order, share.net), to_wallet=0, to_card=amount, units=units)


def plan_share(order: Order, split: PaymentSplit, share: shares.Share) -> Plan:
    """A share of an order by tender: the card's part first, then the wallet's. The caller holds the order.

    What Stripe cannot send to a card, below ten units of a currency with three decimals, goes to the wallet.
    """
    to_card = card_part(share.amount, card_left(order, split), order.currency)
    return Plan(order, share, parts.sources(order, share.net), share.amount - to_card, to_card)


def card_part(amount: int, left: int, currency: str) -> int:
    """What of an amount goes to the card, of which `left` can still go there."""
    most = min(amount, left)
    return most - most % card_step(currency)


def card_step(currency: str) -> int:
    """Card amounts are multiples of this many minor units. Source: docs.stripe.com/currencies, three-decimal currencies."""
    return 10 if exponent(currency) == 3 else 1


def wallet_left(order: Order, split: PaymentSplit) -> int:
    """What can still go back of the wallet's part. One statement."""
    made = Refund.objects.filter(order=order).exclude(status=Refund.Status.CANCELED)
    given: int = made.aggregate(sum=Coalesce(Sum("wallet_part"), 0))["sum"]
    return max(0, split.wallet_part - given)


def order_as_sold(order: Order) -> shares.OrderParts:
    """The order as the share function reads it. One statement."""
    return parts.order_parts(order, list(OrderLine.objects.filter(order=order).order_by("pk")))


def card_left(order: Order, split: PaymentSplit) -> int:
    """What can still go back to the card: its part, less what refunds and disputes took of it."""
    return cards_left([split])[order.pk]


def cards_left(splits: Sequence[PaymentSplit]) -> dict[int, int]:
    """order → what can still go back to its card. Two statements however many orders."""
    left = {split.order_id: split.card_part for split in splits}
    made = Refund.objects.filter(order__in=left).exclude(status=Refund.Status.CANCELED)
    for order, given in made.values_list("order").annotate(sum=Sum("card_part")).order_by():
        left[order] -= given
    taken = DisputeShare.objects.filter(order__in=left, round__state__in=("open", "lost"))
    for order, given in taken.values_list("order").annotate(sum=Sum(F("amount") + F("excess"))).order_by():
        left[order or 0] -= given
    return {order: max(0, amount) for order, amount in left.items()}


def with_the_bank(order: Order, *states: str) -> int:
    """What the buyer's bank has of the order's card part: the open and lost rounds, or those in `states`.

    What was withdrawn beyond what was left of the order counts too.
    """
    taken = order.dispute_shares.filter(round__state__in=states or ("open", "lost"))
    found: int = taken.aggregate(sum=Coalesce(Sum(F("amount") + F("excess")), 0))["sum"]
    return found
