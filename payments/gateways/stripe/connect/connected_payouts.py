"""Payouts at Stripe from a seller's account to the seller's bank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from stripe.params import PayoutCreateParams

from payments.gateways.stripe import stripe_data
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.stripe_data import StripeRaw, as_dict


@dataclass(frozen=True)
class PayoutState:
    """A payout as Stripe has it: `pending`, `in_transit`, `paid`, `failed` (also after it was paid) or `canceled`."""

    id: str
    status: str
    amount: int
    currency: str
    automatic: bool
    arrives_on: dt.date
    made_at: dt.datetime
    failure: str
    failure_detail: str  # Stripe's own words
    metadata: Mapping[str, str]

    @property
    def over(self) -> bool:
        """Whether its money stands on the seller's account again."""
        return self.status in ("failed", "canceled")


def payout_state(raw: StripeRaw) -> PayoutState:
    """The plain state of a payout object."""
    data = as_dict(raw)
    arrives = dt.datetime.fromtimestamp(stripe_data.integer(data, "arrival_date"), dt.UTC)
    return PayoutState(
        id=str(data["id"]),
        status=stripe_data.text(data, "status"),
        amount=stripe_data.integer(data, "amount"),
        currency=str(data["currency"]).upper(),
        automatic=bool(data.get("automatic")),
        arrives_on=arrives.date(),
        made_at=dt.datetime.fromtimestamp(stripe_data.integer(data, "created"), dt.UTC),
        failure=stripe_data.text(data, "failure_code"),
        failure_detail=stripe_data.text(data, "failure_message"),
        metadata=stripe_data.metadata(data),
    )


def create_payout(
    *, account: str, key: str, amount: int, currency: str, bank: str, metadata: Mapping[str, str]
) -> PayoutState:
    """Sends `amount` minor units of a seller's account to a bank account of it, by the bank account's id (empty: the
    default one of this currency). The same `key` is answered with the first payout.

    Raises Refused, with code transfers.SHORT where less is available there; Unknown.
    """
    params: PayoutCreateParams = {
        "amount": amount,
        "currency": currency.lower(),
        "metadata": dict(metadata),
    }
    if bank:
        params["destination"] = bank
    with outcome():
        return payout_state(v1().payouts.create(params, {"idempotency_key": key, "stripe_account": account}))


def read_payout(payout_id: str, *, account: str) -> PayoutState:
    """The payout as it is now."""
    with outcome():
        return payout_state(v1().payouts.retrieve(payout_id, {}, {"stripe_account": account}))


def newest_payouts(account: str, *, limit: int) -> list[PayoutState]:
    """The newest payouts of a seller's account, at most a hundred, the last made first."""
    with outcome():
        found = v1().payouts.list({"limit": limit}, {"stripe_account": account})
    return [payout_state(one) for one in found.data]
