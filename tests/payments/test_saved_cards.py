"""Amara's saved cards: each once, and gone when she says so."""

import pytest
from django.test import Client

from payments.gateways.stripe import customers
from tests import market as scene
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db


def saves(local_stripe: LocalStripe, customer: str, card: str) -> str:
    return str(local_stripe.client.v1.payment_methods.attach(card, {"customer": customer}).id)


def test_a_card_saved_twice_is_one_card_and_is_forgotten_as_one(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    customer = customers.ensure(market.amara)
    saves(local_stripe, customer, "pm_card_visa")
    other = saves(local_stripe, customer, "pm_card_mastercard")
    newest = saves(local_stripe, customer, "pm_card_visa")

    assert {card.id for card in customers.cards(market.amara)} == {newest, other}

    customers.remove(market.amara, newest)
    assert [card.id for card in customers.cards(market.amara)] == [other]


def test_nobody_forgets_a_card_of_somebody_else(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    card = saves(local_stripe, customers.ensure(market.amara), "pm_card_visa")
    customers.ensure(market.kofi.user)
    with pytest.raises(customers.NotYours):
        customers.remove(market.kofi.user, card)
    assert [one.id for one in customers.cards(market.amara)] == [card]


def test_the_page_asks_before_a_card_goes(local_stripe: LocalStripe, client: Client) -> None:
    market = scene.opened()
    card = saves(local_stripe, customers.ensure(market.amara), "pm_card_visa")
    client.force_login(market.amara)

    asked = client.post("/account/cards/remove/", {"card": card})

    assert "Remove this card?" in asked.content.decode()
    assert [one.id for one in customers.cards(market.amara)] == [card]
    client.post("/account/cards/remove/", {"card": card, "sure": "1"})
    assert customers.cards(market.amara) == []
