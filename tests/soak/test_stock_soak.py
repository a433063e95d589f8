"""A thousand buyers race for the last ten, over HTTP, against the real servers: ten are sold.

Everyday size is forty buyers for five; `make soak` is the thousand.
"""

from __future__ import annotations

import os
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import requests
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.test import Client

from banibs.core import audit
from banibs.users.models import Address, User
from marketplace.models import Cart, CartItem, Checkout, Variant
from payments.models import Payment
from tests import market as scene
from tests.servers import Servers
from wallet import ledger

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]

BUYERS, LEFT = (1_000, 10) if os.environ.get("BANIBS_SOAK") else (40, 5)
AT_ONCE = 64
TOKEN = "x" * 32  # what a browser's cookie and form carry; any 32 characters


@dataclass(frozen=True)
class Buyer:
    """A signed-in person with one basket in the cart."""

    user: User
    address: int
    session: str

    def pays(self, live: Servers) -> requests.Response:
        """Their press on the API's button."""
        return requests.post(
            f"{live.url}/api/v1/checkouts/",
            json={"address": self.address, "payment_method": "wallet"},
            headers={"Idempotency-Key": uuid.uuid4().hex, "X-CSRFToken": TOKEN},
            cookies={settings.SESSION_COOKIE_NAME: self.session, settings.CSRF_COOKIE_NAME: TOKEN},
            timeout=60,
        )


def buyers(basket: Variant) -> list[Buyer]:
    """All of them, with money for more than one basket each."""
    password = make_password(None)
    people = User.objects.bulk_create(
        User(email=f"racer{n}@example.com", name=f"Racer {n}", password=password) for n in range(BUYERS)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=one, email=one.email, verified=True, primary=True) for one in people
    )
    homes = Address.objects.bulk_create(
        Address(user=one, name=one.name, line1="1 Race Row", city="Leeds", postcode="LS1 1AA", country="GB")
        for one in people
    )
    carts = Cart.objects.bulk_create(Cart(user=one, region_id="GB") for one in people)
    CartItem.objects.bulk_create(CartItem(cart=cart, variant=basket, quantity=1) for cart in carts)
    for one in people:
        scene.credit(one, 10_000)
    return [Buyer(one, home.pk, session_of(one)) for one, home in zip(people, homes, strict=True)]


def session_of(user: User) -> str:
    """A signed-in browser's session."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_as_many_are_sold_as_there_were_and_everybody_else_is_told(live: Servers) -> None:
    market = scene.opened(wallet=0)
    Variant.objects.filter(pk=market.basket.pk).update(stock=LEFT)
    racers = buyers(market.basket)
    print(f"{BUYERS} buyers, {AT_ONCE} at once, for {LEFT}")

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = list(crowd.map(lambda racer: racer.pays(live), racers))

    assert Counter(answer.status_code for answer in answers) == {201: LEFT, 409: BUYERS - LEFT}
    refusals = [answer.json()["error"] for answer in answers if answer.status_code == 409]
    assert {refusal["code"] for refusal in refusals} == {"out_of_stock"}
    assert {refusal["message"] for refusal in refusals} == {"Only 0 left"}
    market.basket.refresh_from_db()
    assert market.basket.stock == 0
    assert Checkout.objects.count() == Payment.objects.filter(status="succeeded").count() == LEFT
    told = {answer.json()["number"] for answer in answers if answer.status_code == 201}
    assert told == set(Checkout.objects.values_list("number", flat=True))
    spent = sum(10_000 - ledger.balance(f"user:{racer.user.pk}:wallet", "GBP").amount for racer in racers)
    assert spent == LEFT * 5_300
    assert [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds] == []
