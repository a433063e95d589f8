"""A person as Stripe's customer, and the cards kept there. Card numbers are Stripe's; we see brand and last four."""

from __future__ import annotations

import structlog

from banibs.users.models import User
from payments.gateways import frozen_requests, installation, outcomes
from payments.gateways.stripe import customer_cards

log = structlog.get_logger(__name__)


class NotYours(Exception):
    """The card belongs to somebody else, or to nobody."""


def ensure(user: User) -> str:
    """The customer of this person, made at the first card payment. Raises outcomes.Refused or Unknown."""
    if user.stripe_customer_id:
        return user.stripe_customer_id
    asked = frozen_requests.freeze(_request_name(user), _request(user))
    try:
        made = customer_cards.create_customer(asked.params, key=asked.key)
    except outcomes.KeyConflict:  # a customer that nobody hears of charges nobody
        again = frozen_requests.renew(asked, _request(user))
        made = customer_cards.create_customer(again.params, key=again.key)
    User.objects.filter(pk=user.pk, stripe_customer_id="").update(stripe_customer_id=made)
    user.refresh_from_db(fields=["stripe_customer_id"])
    return user.stripe_customer_id


def forget(user: User, *, gone: str) -> None:
    """Stripe does not know this customer any more: deleted at the Dashboard, or the keys are another account's. The next
    payment makes a new one; the cards went with the old one.
    """
    if User.objects.filter(pk=user.pk, stripe_customer_id=gone).update(stripe_customer_id=""):
        log.warning("stripe.customer_gone", user=user.pk, customer=gone)
        name = _request_name(user)
        frozen_requests.renew(frozen_requests.freeze(name, _request(user)), _request(user))
    user.refresh_from_db(fields=["stripe_customer_id"])


def _request_name(user: User) -> str:
    return f"user:{user.pk}:customer"


def _request(user: User) -> customer_cards.CustomerRequest:
    metadata = installation.marked({"banibs_user": str(user.pk)})
    return {"email": user.email, "name": user.name, "metadata": metadata}


def cards(user: User) -> list[customer_cards.Card]:
    """The person's saved cards, at most ten, each once however often it was saved. Raises outcomes.Unknown or Refused."""
    newest: dict[str, customer_cards.Card] = {}
    for card in _saved(user):
        newest.setdefault(card.fingerprint or card.id, card)
    return list(newest.values())


def _saved(user: User) -> list[customer_cards.Card]:
    customer = user.stripe_customer_id
    if not customer:
        return []
    try:
        return customer_cards.saved_cards(customer)
    except outcomes.Refused as refused:
        if not refused.misses("customer"):
            raise
        forget(user, gone=customer)
        return []


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
        try:
            customer_cards.remove_card(same)
        except outcomes.Refused:
            if customer_cards.owner_of_card(same):  # else it is forgotten already: pressed twice
                raise
