"""Top-ups: money of ours paid into our balance at Stripe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from payments import policy
from payments.gateways.stripe import stripe_data
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.stripe_data import StripeRaw, as_dict, id_of


@dataclass(frozen=True)
class TopUpState:
    """A top-up as Stripe has it. The balance has moved when there is a `balance_transaction`."""

    id: str
    status: str
    amount: int
    currency: str
    balance_transaction: str
    metadata: Mapping[str, str]

    @property
    def under_way(self) -> bool:
        """Whether its money may still come."""
        return self.status == "pending"


def create_top_up(
    *, key: str, amount: int, currency: str, description: str, metadata: Mapping[str, str]
) -> TopUpState:
    """Pays `amount` minor units into our balance. The same `key` is answered with the first top-up.

    Raises Refused where Stripe settles no such currency or takes no such amount; Unknown when nobody can say,
    also for a key that came with another amount before.
    """
    with outcome():
        return _state(
            v1().topups.create(
                {
                    "amount": amount,
                    "currency": currency.lower(),
                    "description": description,
                    "metadata": dict(metadata),
                },
                {"idempotency_key": key},
            )
        )


def newest_top_ups() -> list[TopUpState]:
    """The newest top-ups, at most a hundred, the last made first. Raises Unknown."""
    with outcome():
        found = v1().topups.list({"limit": policy.STRIPE_PAGE_ROWS})
    return [_state(one) for one in found.data]


def _state(raw: StripeRaw) -> TopUpState:
    data = as_dict(raw)
    return TopUpState(
        id=str(data["id"]),
        status=stripe_data.text(data, "status"),
        amount=stripe_data.integer(data, "amount"),
        currency=str(data["currency"]).upper(),
        balance_transaction=id_of(data.get("balance_transaction")),
        metadata=stripe_data.metadata(data),
    )
