"""What Stripe took for a charge, and what it holds for us."""

from __future__ import annotations

from dataclasses import dataclass

from payments.gateways.stripe import stripe_data
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.stripe_data import as_dict, id_of


@dataclass(frozen=True)
class FeeState:
    """What Stripe took for a charge, once its read_balance transaction exists."""

    balance_transaction: str
    fee: int
    currency: str
    intent: str


def read_fee(charge_id: str) -> FeeState | None:
    """What Stripe took for a charge; None while its read_balance transaction is not known."""
    with outcome():
        charge = as_dict(v1().charges.retrieve(charge_id, {"expand": ["balance_transaction"]}))
    data = stripe_data.part(charge, "balance_transaction")
    if not data:
        return None
    return FeeState(
        balance_transaction=str(data["id"]),
        fee=stripe_data.integer(data, "fee"),
        currency=str(data["currency"]).upper(),
        intent=id_of(charge.get("payment_intent")),
    )


@dataclass(frozen=True)
class BalanceMove:
    """A balance transaction: what moved on our balance, in minor units. `amount` is below zero for what left it."""

    id: str
    amount: int
    fee: int
    currency: str


def read_move(balance_transaction: str) -> BalanceMove:
    """A balance transaction by its id. It never changes. Raises outcomes.Unknown, outcomes.Refused."""
    with outcome():
        data = as_dict(v1().balance_transactions.retrieve(balance_transaction))
    return BalanceMove(
        id=str(data["id"]),
        amount=stripe_data.integer(data, "amount"),
        fee=stripe_data.integer(data, "fee"),
        currency=str(data["currency"]).upper(),
    )


def read_balance() -> list[tuple[str, int, int]]:
    """What Stripe holds for us: (currency, available, pending). The simplest proof that the key works."""
    with outcome():
        data = as_dict(v1().balance.retrieve())
    currencies: dict[str, list[int]] = {}
    for place, name in enumerate(("available", "pending")):
        for entry in stripe_data.parts(data, name):
            sums = currencies.setdefault(str(entry["currency"]).upper(), [0, 0])
            sums[place] += stripe_data.integer(entry, "amount")
    return [(currency, available, pending) for currency, (available, pending) in sorted(currencies.items())]
