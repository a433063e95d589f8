"""A card number that somebody writes into a text is kept nowhere."""

import pytest
from django.test import Client

from banibs.core.security.card_numbers import has_card_number
from banibs.users.models import Address, User
from tests import market as scene
from tests.shopping import buys

CARD = "4242 4242 4242 4242"


@pytest.mark.parametrize(
    "text",
    [
        "4242424242424242",
        f"My card is {CARD}, thank you",
        "4000-0025-0000-3155",
        "378282246310005",
        "5555555555554444.",
        "6011111111111117",
        "4222222222222",
    ],
)
def test_numbers_of_cards_are_seen(text: str) -> None:
    assert has_card_number(text)


@pytest.mark.parametrize(
    "text",
    ["4242424242424241", "B-71924", "+44 117 496 0000", "2026-11-21 12:00", "12345678901234567890", "", "9780141036144"],
)  # fmt: skip
def test_what_is_none_is_let_be(text: str) -> None:
    assert not has_card_number(text)


@pytest.mark.django_db
def test_a_form_says_so_beside_the_field_and_keeps_nothing(client: Client, amara: User) -> None:
    client.force_login(amara)
    answer = client.post("/account/profile/", {"name": f"Amara {CARD}"})
    assert answer.status_code == 422
    assert "This looks like a card number." in answer.content.decode()

    address = {"name": "A", "country": "GB", "line1": CARD, "city": "B", "postcode": "BS6 5NP"}
    answer = client.post("/account/addresses/new/", address)
    assert "This looks like a card number." in answer.content.decode()
    assert not Address.objects.filter(user=amara).exists()

    amara.refresh_from_db()
    assert "4242" not in amara.name


@pytest.mark.django_db
def test_a_reason_for_a_cancellation_holds_none_and_the_order_stands(client: Client) -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    client.force_login(market.kofi.user)

    answer = client.post(
        f"/api/v1/orders/{order.number}/transitions/",
        {"to": "canceled", "reason": f"Refund {CARD}"},
        content_type="application/json",
        headers={"Idempotency-Key": "11111111-1111-4111-8111-111111111111"},
    )

    assert answer.status_code == 400, answer.content
    assert "card number" in answer.json()["error"]["fields"]["reason"][0]
    order.refresh_from_db()
    assert order.status == "paid"


@pytest.mark.django_db
def test_a_carriers_number_may_look_like_anything(client: Client) -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    client.force_login(market.kofi.user)
    client.post(f"/seller/orders/{order.number}/post/", {"carrier": "DHL", "tracking": CARD.replace(" ", "")})
    order.refresh_from_db()
    assert (order.status, order.tracking) == ("fulfilled", "4242424242424242")
