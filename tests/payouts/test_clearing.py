"""Two days after Amara paid, and not before Kofi sent it, his money is his."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils.formats import date_format

from banibs.core import audit, events
from banibs.core.models import Event
from marketplace.models import Order, Seller
from marketplace.orders import transitions
from payments.refunds import order_refunds
from payouts import clearing
from tests import market as scene
from tests.shopping import buys
from wallet import ledger
from wallet.models import Movement

pytestmark = pytest.mark.django_db


def balance(seller: Seller, name: str) -> int:
    return ledger.balance(f"seller:{seller.pk}:{name}", "GBP").amount


def posts(order: Order) -> None:
    transitions.fulfil(
        order.pk,
        actor=events.Actor.person(order.seller.user, role="seller"),
        carrier="Royal Mail",
        tracking="RM1",
    )


def broken() -> list[str]:
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def test_a_posted_parcel_clears_two_days_after_payment_and_not_a_minute_before() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    posts(order)

    scene.forward(hours=47, minutes=59)
    assert clearing.clear_due() == 0
    assert (balance(market.kofi, "pending"), balance(market.kofi, "available")) == (order.seller_net, 0)

    scene.forward(minutes=2)
    assert clearing.clear_due() == 1
    assert (balance(market.kofi, "pending"), balance(market.kofi, "available")) == (0, order.seller_net)
    order.refresh_from_db()
    assert (order.held, order.cleared_at is not None) == (0, True)

    assert clearing.clear_due() == 0
    assert Movement.objects.filter(kind="funds_cleared").count() == 1
    assert broken() == []


def test_what_was_not_sent_never_clears_and_clears_at_once_when_it_is() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    scene.forward(days=5)
    assert clearing.clear_due() == 0
    assert balance(market.kofi, "available") == 0

    posts(order)
    assert clearing.clear_due() == 1
    assert balance(market.kofi, "available") == order.seller_net
    assert broken() == []


def test_a_file_is_sent_by_being_paid_and_clears_after_two_days() -> None:
    market = scene.opened()
    order = buys(market, (market.zine, 1)).orders.get()
    scene.forward(days=2, minutes=1)
    assert clearing.clear_due() == 1
    assert balance(market.zuri, "available") == order.seller_net
    assert broken() == []


def test_a_disputed_order_waits_whole() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    posts(order)
    Order.objects.filter(pk=order.pk).update(dispute="open")
    scene.forward(days=3)
    assert clearing.clear_due() == 0
    assert not clearing.clear(order.pk)
    assert (balance(market.kofi, "pending"), balance(market.kofi, "available")) == (order.seller_net, 0)


def test_a_canceled_order_has_nothing_to_clear() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    actor = events.Actor.person(market.kofi.user, role="seller")
    order_refunds.cancel_order(order.pk, actor=actor, reason="Sold out", user_id=market.kofi.user.pk)
    scene.forward(days=3)
    assert clearing.clear_due() == 0
    assert (balance(market.kofi, "pending"), balance(market.kofi, "available")) == (0, 0)
    assert broken() == []


def test_each_shop_of_a_cart_clears_by_itself() -> None:
    market = scene.opened()
    first, second = buys(market, (market.basket, 1), (market.jar, 1)).orders.order_by("pk")
    posts(first)
    scene.forward(days=3)
    assert clearing.clear_due() == 1
    assert balance(first.seller, "available") == first.seller_net
    assert balance(second.seller, "available") == 0


@pytest.mark.django_db(transaction=True)
def test_eight_workers_clear_it_once() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    posts(order)
    scene.forward(days=3)

    def work(_number: int) -> bool:
        try:
            return clearing.clear(order.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(work, range(8))) == [False] * 7 + [True]
    assert balance(market.kofi, "available") == order.seller_net
    assert Event.objects.filter(kind="order.cleared").count() == 1
    assert broken() == []


def test_an_order_called_cleared_whose_money_did_not_move_is_found() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    posts(order)
    scene.forward(days=3)
    assert broken() == []
    Order.objects.filter(pk=order.pk).update(cleared_at=order.paid_at)
    assert "payments.cleared_is_booked_once" in broken()


def test_kofi_sees_it_at_his_desk(client: Client) -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    client.force_login(market.kofi.user)
    page = f"/seller/orders/{order.number}/"
    assert "yours two days after payment, once it is sent" in client.get(page).content.decode()
    posts(order)
    order.refresh_from_db()
    assert order.paid_at is not None
    until = date_format(order.paid_at + dt.timedelta(days=2), "j M")
    assert f"Clearing, until {until}." in client.get(page).content.decode()
    scene.forward(days=3)
    clearing.clear_due()

    amount = order.money(order.seller_net).format()
    assert (
        f"{amount} added to your available balance"
        in client.get(f"/seller/orders/{order.number}/").content.decode()
    )
    assert amount in client.get("/seller/").content.decode()
    assert "added to your available balance" not in _as_amara(market, order)


def _as_amara(market: scene.Market, order: Order) -> str:
    client = Client()
    client.force_login(market.amara)
    return client.get(f"/account/orders/{order.checkout.number}/").content.decode()


def test_the_command_says_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    market = scene.opened()
    buys(market, (market.zine, 1))
    scene.forward(days=3)
    call_command("clear_funds")
    call_command("clear_funds")
    assert capsys.readouterr().out == "1 cleared.\n0 cleared.\n"
