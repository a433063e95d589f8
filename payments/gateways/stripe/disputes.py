"""Disputes at Stripe: how one stands, and the balance transactions by which it moved our balance."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from stripe.params import DisputeListParams

from payments import policy
from payments.gateways.stripe import stripe_data
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.stripe_data import StripeData, StripeRaw, as_dict, id_of


@dataclass(frozen=True)
class DisputeMove:
    """A balance transaction of a dispute, in minor units: `amount` is below zero for what was withdrawn, above it for
    what was given back; `fee` is what Stripe charged with it, below zero for a fee that it gave back.
    """

    id: str
    amount: int
    fee: int
    currency: str


@dataclass(frozen=True)
class DisputeState:
    """A dispute as Stripe has it. `moves` are its balance transactions, oldest first."""

    id: str
    status: str
    reason: str
    amount: int
    currency: str
    charge: str
    intent: str
    due_by: dt.datetime | None
    moves: tuple[DisputeMove, ...]


def dispute_state(raw: StripeRaw) -> DisputeState:
    """The plain state of a dispute object, which comes with its balance transactions always."""
    data = as_dict(raw)
    details = stripe_data.part(data, "evidence_details")
    due = stripe_data.integer(details, "due_by") if details.get("due_by") else 0
    moves = sorted(
        stripe_data.parts(data, "balance_transactions"), key=lambda one: stripe_data.integer(one, "created")
    )
    return DisputeState(
        id=str(data["id"]),
        status=stripe_data.text(data, "status"),
        reason=stripe_data.text(data, "reason"),
        amount=stripe_data.integer(data, "amount"),
        currency=str(data["currency"]).upper(),
        charge=id_of(data.get("charge")),
        intent=id_of(data.get("payment_intent")),
        due_by=dt.datetime.fromtimestamp(due, dt.UTC) if due else None,
        moves=tuple(_move(one) for one in moves),
    )


def _move(data: StripeData) -> DisputeMove:
    return DisputeMove(
        id=str(data["id"]),
        amount=stripe_data.integer(data, "amount"),
        fee=stripe_data.integer(data, "fee"),
        currency=str(data["currency"]).upper(),
    )


def read_dispute(dispute_id: str) -> DisputeState:
    """The dispute as it is now."""
    with outcome():
        return dispute_state(v1().disputes.retrieve(dispute_id))


def disputes_since(moment: dt.datetime) -> list[DisputeState]:
    """Every dispute that was opened since then, newest first, at most `policy.DISPUTES_LISTED_AT_ONCE`."""
    params: DisputeListParams = {
        "created": {"gte": int(moment.timestamp())},
        "limit": policy.STRIPE_PAGE_ROWS,
    }
    with outcome():
        pages = v1().disputes.list(params).auto_paging_iter()
        return [dispute_state(one) for one in itertools.islice(pages, policy.DISPUTES_LISTED_AT_ONCE)]
