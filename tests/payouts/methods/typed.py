"""What Kofi and Zuri type for their destinations, and browsers in which they have shown who they are."""

from __future__ import annotations

from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from banibs.core import events
from marketplace.models import Seller
from payouts.methods import add_method
from payouts.models import PayoutMethod
from tests import people

ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
CRYPTO = {"asset": "USDC", "network": "polygon", "address": ADDRESS}
PAYPAL = {"email": "zuri.sounds@Example.com"}
WISE = {
    "currency": "GBP",
    "legal_type": "PRIVATE",
    "holder": "Kofi Mensah",
    "sortCode": "40-30-20",
    "accountNumber": "1234 5678",
}


def owner(shop: Seller) -> events.Actor:
    return events.Actor.person(shop.user, role="seller")


def adds(shop: Seller, kind: str, typed: dict[str, str], *, name: str = "") -> PayoutMethod:
    """The shop's person adds a destination."""
    return add_method.add_method(shop, kind, typed, user_id=shop.user_id, actor=owner(shop), name=name)


def signed_in(shop: Seller) -> Client:
    client = Client()
    client.force_login(shop.user)
    return client


def fresh(shop: Seller) -> Client:
    """A browser in which the shop's person has just typed the password."""
    client = signed_in(shop)
    assert client.post(reverse("account_reauthenticate"), {"password": people.PASSWORD}).status_code == 302
    return client


def with_second_step(shop: Seller) -> Client:
    """A browser in which a code of the authenticator app was typed just now."""
    secret = generate_totp_secret()
    TOTP.activate(shop.user, secret)
    cache.clear()
    client = signed_in(shop)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    answer = client.post(reverse("mfa_reauthenticate"), {"code": code})
    assert answer.status_code == 302, answer.content.decode()
    return client
