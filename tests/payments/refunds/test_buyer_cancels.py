"""Amara cancels: what is not paid, what is not sent, one shop's part of several; what was sent is not cancelled."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from banibs.core import events
from marketplace.models import Coupon, Order
from marketplace.orders import transitions
from payments.charges import expiry
from payments.models import Case, Intent, Method, Payment, Refund
from tests import market as scene
from tests.payments.refunds.scenes import broken, nothing_is_stuck, opened, paid, placed
from tests.promises.helpers import plain
from tests.shopping import buys, tell
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(market: scene.Market) -> Client:
    client = Client()
    client.force_login(market.amara)
    return client


def page(payment: Payment) -> str:
    assert payment.checkout is not None
    return f"/account/orders/{payment.checkout.number}/cancel/"


def states() -> list[str]:
    return list(Order.objects.order_by("pk").values_list("status", flat=True))


def test_what_is_not_paid_ends_at_once_and_the_wallet_is_free_again(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=3_000)
    cart = scene.put_in_cart(market.amara)
    cart.coupon = coupon = Coupon.objects.create(code="ONCE", percent_bps=500, limit=1)
    cart.save()
    payment = placed(market, jar=True, method=Method.WALLET_AND_CARD)
    row = opened(payment)
    assert market.wallet() == 0
    amara = signed_in(market)
    number = Order.objects.order_by("pk")[0].number
    assert "Nothing was charged" in plain(amara.get(page(payment)).content)

    amara.post(page(payment), {"part": number})

    row.refresh_from_db()
    coupon.refresh_from_db()
    market.basket.refresh_from_db()
    assert (states(), market.wallet(), row.status, coupon.used) == (
        ["canceled", "canceled"], 3_000, Intent.Status.CANCELED, 0,
    )  # fmt: skip
    assert market.basket.stock == 10
    tell()
    assert [one.to for one in mail.outbox if market.amara.email in one.to] == []  # she did it herself
    nothing_is_stuck(local_stripe)


def test_money_that_came_meanwhile_pays_the_order_and_nothing_is_cancelled(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    payment = placed(market)
    row = opened(payment)
    local_stripe.pay(row.stripe_id or "")
    assert not expiry.cancel_unpaid(payment.pk, actor=events.SYSTEM, reason="Changed my mind")
    assert states() == ["paid"]


def test_each_shops_part_by_itself_and_then_the_other(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    row = paid(local_stripe, market, jar=True)
    amara = signed_in(market)
    first, second = Order.objects.order_by("pk")
    shown = plain(amara.get(page(row.payment)).content)
    assert "Cancel and get £53.00 back" in shown
    assert "Cancel all that is not sent and get £72.00 back" in shown

    amara.post(page(row.payment), {"part": first.number, "reason": "Found one at home"})

    assert states() == ["canceled", "paid"]
    tell()
    letters = " ".join(str(one.body) for one in mail.outbox if market.kofi.user.email in one.to)
    assert "Found one at home" in letters
    amara.post(page(row.payment), {"part": "all"})
    assert states() == ["canceled", "canceled"]
    assert sum(Refund.objects.values_list("amount", flat=True)) == 7_200
    amara.post(page(row.payment), {"part": second.number})
    assert Refund.objects.count() == 2


def test_what_was_sent_is_told_and_not_cancelled(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    checkout = buys(market, (market.basket, 1), (market.jar, 1))
    first, second = checkout.orders.order_by("pk")
    transitions.fulfil(first.pk, actor=events.SYSTEM)
    amara = signed_in(market)
    assert "It is on its way" in plain(amara.get(page(checkout.payment)).content)
    amara.post(page(checkout.payment), {"part": first.number})
    assert states() == ["fulfilled", "paid"]
    amara.post(page(checkout.payment), {"part": "all"})
    assert states() == ["fulfilled", "canceled"]
    assert second.number in Order.objects.get(status="canceled").number
    assert broken() == []


def test_where_the_shop_decides_it_is_asked_once_and_cancels(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    checkout = buys(market, (market.basket, 1))
    order = checkout.orders.get()
    Order.objects.update(cancel_policy="by_request")
    amara = signed_in(market)
    assert "Ask the shop to cancel" in plain(amara.get(page(checkout.payment)).content)
    for _ in range(2):
        amara.post(page(checkout.payment), {"part": order.number, "reason": "I moved house"})
    assert (states(), market.wallet()) == (["paid"], 20_000 - order.total)
    assert "The shop was asked" in plain(amara.get(page(checkout.payment)).content)
    tell()
    case = Case.objects.get()
    assert (case.kind, case.order, case.status) == ("refund", order, "open")
    assert (
        len([one for one in mail.outbox if one.to == [market.kofi.user.email] and order.number in one.body])
        == 2
    )
    kofi = Client()
    kofi.force_login(market.kofi.user)
    assert "I moved house" in plain(kofi.get(f"/seller/cases/{case.pk}/").content)


def test_anothers_order_is_not_found(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    checkout = buys(market, (market.basket, 1))
    for person in (market.kofi.user, market.zuri.user):
        client = Client()
        client.force_login(person)
        assert client.get(page(checkout.payment)).status_code == 404
        assert client.post(page(checkout.payment), {"part": "all"}).status_code == 404
    assert states() == ["paid"]


def test_the_page_costs_the_same_however_many_shops(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    small = buys(market, (market.basket, 1))
    large = buys(market, (market.basket, 1), (market.jar, 1))
    amara, counts = signed_in(market), []
    for checkout in (small, small, large):  # the first warms
        with CaptureQueriesContext(connection) as counted:
            amara.get(page(checkout.payment))
        counts.append(len(counted))
    assert counts[1] == counts[2]
