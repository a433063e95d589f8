"""Disputes as their sellers may see them: those of charges that paid an order of the shop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404

from banibs.core.money import Money
from banibs.core.security.access_audit import get_own_or_404
from banibs.users.models import User
from marketplace.models import Order
from payments.disputes.evidence import deadline
from payments.models import Dispute, DisputeRound, DisputeShare, EvidenceSubmission, Intent, PaymentSplit


def disputes_of(seller_id: int) -> QuerySet[Dispute]:
    """Every dispute and inquiry about a charge that paid an order of this shop."""
    paid = PaymentSplit.objects.filter(payment=OuterRef("payment"), card_part__gt=0, order__seller=seller_id)
    return Dispute.objects.filter(Exists(paid), intent__status=Intent.Status.SUCCEEDED)


def to_answer(seller_id: int) -> QuerySet[Dispute]:
    """Those for which nothing was handed in yet, the nearest date first."""
    own = disputes_of(seller_id).values("pk")
    return deadline.unanswered().filter(pk__in=own).order_by("due_by", "pk")


def get_dispute(seller_id: int, dispute_id: int, *, user: User) -> tuple[Dispute, Order]:
    """A dispute of this shop, and its order. Raises Http404, and records a look at another's. Two statements."""
    rows = Dispute.objects.filter(pk=dispute_id)
    dispute = get_own_or_404(
        disputes_of(seller_id).filter(pk=dispute_id).select_related("intent", "payment__user"),
        among=rows,
        user=user,
        role="seller",
    )
    order = get_object_or_404(
        Order.objects.select_related("seller", "checkout").prefetch_related("lines"),
        seller=seller_id,
        split__payment=dispute.payment_id,
    )
    return dispute, order


@dataclass(frozen=True)
class Stake:
    """What a dispute means for one order, in the order's currency, by its last round."""

    order: Order
    amount: Money  # of it, disputed
    net: Money  # the seller's share of that
    fee: Money  # what Stripe charged, over all rounds, less what it gave back
    round: DisputeRound | None


def stakes(disputes: Sequence[Dispute], seller_id: int) -> dict[int, Stake]:
    """dispute id → what it means for the shop's order. Before anything was withdrawn: nothing yet. Two statements."""
    splits = PaymentSplit.objects.filter(
        payment__in=[one.payment_id for one in disputes], order__seller=seller_id
    ).select_related("order")
    orders = {split.payment_id: split.order for split in splits}
    shares: dict[int, list[DisputeShare]] = {one.pk: [] for one in disputes}
    rows = DisputeShare.objects.filter(round__dispute__in=list(shares), order__seller=seller_id)
    for share in rows.select_related("round").order_by("round__number"):
        shares[share.round.dispute_id].append(share)
    return {one.pk: _stake(orders[one.payment_id], shares[one.pk]) for one in disputes}


def _stake(order: Order, shares: Sequence[DisputeShare]) -> Stake:
    last = shares[-1] if shares else None
    fee = sum(share.dispute_fee for share in shares if not share.round.fee_returned)
    return Stake(
        order=order,
        amount=order.money(last.amount + last.excess if last else 0),
        net=order.money(last.net + last.excess if last else 0),
        fee=order.money(fee),
        round=last.round if last else None,
    )


def history(dispute: Dispute) -> list[tuple[dt.datetime, str, object]]:
    """What happened, oldest first: (when, what, the row). What: asked, withdrawn, handed_in, won, lost, reinstated,
    closed. Two statements.
    """
    found: list[tuple[dt.datetime, str, object]] = []
    if dispute.round == 0 or dispute.state == Dispute.State.INQUIRY:
        found.append((dispute.opened_at, "asked", dispute))
    for round_ in dispute.rounds.order_by("number"):
        found.append((round_.opened_at, "withdrawn", round_))
        if round_.closed_at:
            found.append((round_.closed_at, str(round_.state), round_))
    for row in dispute.submissions.filter(state=EvidenceSubmission.State.SENT):
        if row.sent_at:
            found.append((row.sent_at, "handed_in", row))
    if dispute.state == Dispute.State.CLOSED and dispute.closed_at:
        found.append((dispute.closed_at, "closed", dispute))
    return sorted(found, key=lambda one: one[0])
