"""Names made to be run, not read: letters, pages and files carry them as they were typed, and run nothing."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils.html import escape

from banibs.core import events
from banibs.users.models import Address, User
from marketplace.models import Order, Product, Seller
from payments.refunds import order_refunds
from tests import market as scene
from tests.shopping import buys, tell

pytestmark = pytest.mark.django_db
NAMES = [
    "{{7*7}}",
    "{% debug %}",
    "${7*7}",
    "<img src=x onerror=alert(1)>",
    "{{ settings.SECRET_KEY }}",
    "%(total)s %s",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_as_it_was_typed(name: str) -> None:
    market = scene.opened()
    User.objects.filter(pk=market.amara.pk).update(name=name)
    Address.objects.filter(user=market.amara).update(name=name)
    Seller.objects.filter(pk=market.kofi.pk).update(name=name)
    Product.objects.filter(pk=market.basket.product_id).update(title=name)
    market.amara.refresh_from_db()
    checkout = buys(market, (market.basket, 1), (market.jar, 1))
    order = Order.objects.get(seller=market.kofi)
    seller = events.Actor.person(market.kofi.user, role="seller")
    order_refunds.cancel_order(order.pk, actor=seller, reason=name, user_id=market.kofi.user_id)
    tell()

    plain = [str(letter.body) for letter in mail.outbox]
    drawn = [str(letter.alternatives[0][0]) for letter in mail.outbox]
    assert any(name in text for text in plain)
    amara = Client()
    amara.force_login(market.amara)
    for url in (f"orders/{checkout.number}/", f"orders/{checkout.number}/receipt/", "notifications/"):
        answer = amara.get(f"/account/{url}")
        assert answer.status_code == 200, url
        drawn.append(answer.content.decode())
    assert all(escape(name) in html for html in drawn[-3:])
    for text in (*plain, *drawn):
        assert settings.SECRET_KEY not in text
    assert not any("<img src=x" in html for html in drawn)
