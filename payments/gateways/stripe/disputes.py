"""Disputes at Stripe: how one stands, the balance transactions by which it moved our balance, and the evidence that goes
to the bank. And early warnings of fraud.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from stripe.params import DisputeListParams, DisputeUpdateParamsEvidence
from stripe.params.radar import EarlyFraudWarningListParams

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
    metadata: Mapping[str, str] = field(default_factory=dict)


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
        metadata=stripe_data.metadata(data),
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


class _Named(io.BytesIO):
    """Bytes with the name of a file, as the library sends them."""

    def __init__(self, content: bytes, name: str) -> None:
        super().__init__(content)
        self.name = name


def upload_evidence(*, key: str, name: str, content: bytes) -> str:
    """A file for evidence at Stripe; returns its id. `key` comes from our row."""
    with outcome():
        file = v1().files.create(
            {"purpose": "dispute_evidence", "file": _Named(content, name)}, {"idempotency_key": key}
        )
    return str(file.id)


def submit_evidence(
    dispute_id: str, *, key: str, fields: Mapping[str, str], file: str, metadata: Mapping[str, str]
) -> DisputeState:
    """Hands evidence in, once and for good: texts by Stripe's names, and a file that was uploaded (none: ""). `key` comes
    from our row.
    """
    evidence = {**fields, "uncategorized_file": file} if file else dict(fields)
    with outcome():
        return dispute_state(
            v1().disputes.update(
                dispute_id,
                {
                    "evidence": cast(DisputeUpdateParamsEvidence, evidence),
                    "submit": True,
                    "metadata": dict(metadata),
                },
                {"idempotency_key": key},
            )
        )


@dataclass(frozen=True)
class WarningState:
    """An early warning of fraud as Stripe has it. `actionable`: a refund can still spare the dispute."""

    id: str
    charge: str
    intent: str
    fraud_type: str
    actionable: bool


def warning_state(raw: StripeRaw) -> WarningState:
    """The plain state of a warning."""
    data = as_dict(raw)
    return WarningState(
        id=str(data["id"]),
        charge=id_of(data.get("charge")),
        intent=id_of(data.get("payment_intent")),
        fraud_type=stripe_data.text(data, "fraud_type"),
        actionable=bool(data.get("actionable")),
    )


def warnings_since(moment: dt.datetime) -> list[WarningState]:
    """Every warning that came since then, newest first, at most `policy.DISPUTES_LISTED_AT_ONCE`."""
    params: EarlyFraudWarningListParams = {
        "created": {"gte": int(moment.timestamp())},
        "limit": policy.STRIPE_PAGE_ROWS,
    }
    with outcome():
        pages = v1().radar.early_fraud_warnings.list(params).auto_paging_iter()
        return [warning_state(one) for one in itertools.islice(pages, policy.DISPUTES_LISTED_AT_ONCE)]
