"""Transfers: money of our balance at Stripe put on a seller's account there, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stripe.params import TransferCreateParams

from payments import policy
from payments.gateways.stripe import stripe_data
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.stripe_data import StripeRaw, as_dict, id_of

SHORT = "balance_insufficient"  # the code of a refusal: the balance holds too little, of ours or of the seller's account


@dataclass(frozen=True)
class TransferState:
    """A transfer as Stripe has it. `balance_transaction` took the money from our balance."""

    id: str
    amount: int
    amount_reversed: int
    currency: str
    account: str
    group: str
    balance_transaction: str
    reversed_by: str  # the balance transaction of its last reversal; empty where nothing was taken back
    metadata: Mapping[str, str]

    @property
    def taken_back(self) -> bool:
        """Whether all of it is on our balance again."""
        return self.amount_reversed >= self.amount


def transfer_state(raw: StripeRaw) -> TransferState:
    """The plain state of a transfer object."""
    data = as_dict(raw)
    reversals = stripe_data.parts(stripe_data.part(data, "reversals"), "data")
    return TransferState(
        id=str(data["id"]),
        amount=stripe_data.integer(data, "amount"),
        amount_reversed=stripe_data.integer(data, "amount_reversed"),
        currency=str(data["currency"]).upper(),
        account=id_of(data.get("destination")),
        group=stripe_data.text(data, "transfer_group"),
        balance_transaction=id_of(data.get("balance_transaction")),
        reversed_by=id_of(reversals[0].get("balance_transaction")) if reversals else "",
        metadata=stripe_data.metadata(data),
    )


def create_transfer(
    *, key: str, account: str, amount: int, currency: str, group: str, metadata: Mapping[str, str]
) -> TransferState:
    """Puts `amount` minor units of our available balance on a seller's account. The same `key` is answered with the
    first transfer. No `on_behalf_of`: accounts under the recipient agreement take none.

    Raises Refused, with code SHORT where our available balance is too small; Unknown.
    """
    params: TransferCreateParams = {
        "amount": amount,
        "currency": currency.lower(),
        "destination": account,
        "transfer_group": group,
        "metadata": dict(metadata),
    }
    with outcome():
        return transfer_state(v1().transfers.create(params, {"idempotency_key": key}))


def read_transfer(transfer_id: str) -> TransferState:
    """The transfer as it is now."""
    with outcome():
        return transfer_state(v1().transfers.retrieve(transfer_id))


def transfers_of(group: str, *, account: str) -> list[TransferState]:
    """The transfers of a group to an account, newest first, at most a hundred."""
    with outcome():
        found = v1().transfers.list(
            {"transfer_group": group, "destination": account, "limit": policy.STRIPE_PAGE_ROWS}
        )
    return [transfer_state(one) for one in found.data]


def reverse_transfer(transfer_id: str, *, key: str, amount: int, metadata: Mapping[str, str]) -> str:
    """Takes `amount` minor units of a transfer back; the balance transaction by which they came.

    Raises Refused where the seller's account no longer holds so much available, or nothing is left to take; Unknown.
    """
    with outcome():
        made = v1().transfers.reversals.create(
            transfer_id, {"amount": amount, "metadata": dict(metadata)}, {"idempotency_key": key}
        )
    return id_of(as_dict(made).get("balance_transaction"))
