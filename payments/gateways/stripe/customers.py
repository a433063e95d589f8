"""A person as Stripe's customer, and the cards kept there. Card numbers are Stripe's; we see brand and last four."""

from __future__ import annotations

from banibs.users.models import User
from payments.gateways import outcomes
from payments.gateways.stripe import customer_cards


class NotYours(Exception):
    """The card belongs to somebody else, or to nobody."""


def ensure(user: User) -> str:
    """The customer of this person, made at the first card payment. Raises outcomes.Refused or Unknown."""
    if user.stripe_customer_id:
        return user.stripe_customer_id
    made = customer_cards.create_customer(user_id=user.pk, email=user.email, name=user.name)
    User.objects.filter(pk=user.pk, stripe_customer_id="").update(stripe_customer_id=made)
    user.refresh_from_db(fields=["stripe_customer_id"])
    return user.stripe_customer_id


def cards(user: User) -> list[customer_cards.Card]:
    """The person's saved cards, at most ten, each once however often it was saved. Raises outcomes.Unknown or Refused."""
    newest: dict[str, customer_cards.Card] = {}
    for card in customer_cards.saved_cards(user.stripe_customer_id) if user.stripe_customer_id else []:
        newest.setdefault(card.fingerprint or card.id, card)
    return list(newest.values())


def check_owner(user: User, card_id: str) -> None:
    """Raises NotYours unless this person saved the card."""
    try:
        owner = customer_cards.owner_of_card(card_id)
    except outcomes.Refused as refused:
        raise NotYours from refused
    if not user.stripe_customer_id or owner != user.stripe_customer_id:
        raise NotYours


def remove(user: User, card_id: str) -> None:
    """Forgets a card of this person, however often it was saved. Raises NotYours, outcomes.Unknown."""
    check_owner(user, card_id)
    saved = {card.id: card.fingerprint for card in customer_cards.saved_cards(user.stripe_customer_id)}
    number = saved.get(card_id)
    for same in [one for one, other in saved.items() if number and other == number] or [card_id]:
        customer_cards.remove_card(same)
