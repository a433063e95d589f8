"""A person at Stripe, and the cards that they have left there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from payments import policy
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.stripe_data import id_of


@dataclass(frozen=True)
class Card:
    """A saved card: what may be shown of it."""

    id: str
    brand: str
    last4: str
    expires: str
    fingerprint: str = ""  # the same for the same number, however often it was saved


class CustomerRequest(TypedDict):
    """A person as Stripe's customer, as it is asked for."""

    email: str
    name: str
    metadata: dict[str, str]


def create_customer(asked: CustomerRequest, *, key: str) -> str:
    """The customer of a person; the same one however often it is asked for with this key. Returns its id."""
    with outcome():
        made = v1().customers.create(
            {"email": asked["email"], "name": asked["name"], "metadata": asked["metadata"]},
            {"idempotency_key": key},
        )
    return str(made.id)


def saved_cards(customer: str) -> list[Card]:
    """The person's saved cards, newest first, at most ten."""
    with outcome():
        found = v1().payment_methods.list(
            {"customer": customer, "type": "card", "limit": policy.SAVED_CARDS_SHOWN}
        )
    return [
        Card(
            id=one.id,
            brand=card.brand,
            last4=card.last4,
            expires=f"{card.exp_month:02d}/{card.exp_year % 100:02d}",
            fingerprint=id_of(card.fingerprint),
        )
        for one in found.data
        if (card := one.card) is not None  # asked for by type: there always is one
    ]


def owner_of_card(card_id: str) -> str:
    """The customer that a card belongs to, or nothing."""
    with outcome():
        return id_of(v1().payment_methods.retrieve(card_id).customer)


def remove_card(card_id: str) -> None:
    """Forgets a saved card. Raises outcomes.Refused for one that is forgotten already."""
    with outcome():
        v1().payment_methods.detach(card_id)
