"""What the pages of an order say while a bank has its money, and when it has decided."""

import pytest
from django.test import Client

from banibs.users.models import User
from tests import market as scene
from tests.payments.disputes.scenes import Bank, orders, paid, takes_in, two_shops
from tests.shopping import file
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)


def page(person: User, path: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(path).content.decode()


def test_a_disputed_order_says_who_has_the_money_and_calls_nothing_refunded(
    local_stripe: LocalStripe,
) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    kofis, _zuris = orders(row)
    bank = Bank(row)
    takes_in(bank.takes(fee=1_500))

    buyers = page(market.amara, f"/account/orders/{kofis.checkout.number}/")
    assert "Your bank disputes this payment." in buyers
    assert "refunded</small>" not in buyers
    assert "of it was refunded" not in buyers
    sellers = page(market.kofi.user, f"/seller/orders/{kofis.number}/")
    assert "Your share is on hold until the bank has decided." in sellers
    assert "Refunded to the buyer" not in sellers
    refused = page(market.kofi.user, f"/seller/orders/{kofis.number}/cancel/")
    assert "This order cannot be cancelled now." in refused

    takes_in(bank.says("lost"))
    buyers = page(market.amara, f"/account/orders/{kofis.checkout.number}/")
    assert "Your bank decided for you." in buyers
    assert "£90.00 of it was refunded." in buyers


def test_a_disputed_file_says_why_it_waits(local_stripe: LocalStripe) -> None:
    market = two_shops()
    file(market.zine)
    scene.put_in_cart(market.amara, (market.zine, 1))
    row = paid(local_stripe, market)
    takes_in(Bank(row, amount=row.amount).takes())
    assert "not available: the payment is disputed" in page(market.amara, "/account/downloads/")
