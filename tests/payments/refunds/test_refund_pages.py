"""The pages on which money goes back: Kofi chooses, sees who pays what, and gives; nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from banibs.core import events
from marketplace.models import Order
from marketplace.orders import transitions
from payments.models import Refund
from payments.refunds import order_refunds
from payments.refunds.wanted import Wanted
from payouts import clearing
from tests import market as scene
from tests.payments.refunds.scenes import broken
from tests.payouts.scenes import sets_out
from tests.promises.helpers import plain
from tests.shopping import buys

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> scene.Market:
    return scene.opened()


def desk(market: scene.Market) -> Client:
    client = Client()
    client.force_login(market.kofi.user)
    return client


def sold(market: scene.Market, quantity: int = 3) -> tuple[Order, str]:
    order = buys(market, (market.basket, quantity)).orders.get()
    return order, f"units_{order.lines.get().pk}"


def page(order: Order) -> str:
    return f"/seller/orders/{order.number}/refund/"


def hidden(answer: Any) -> dict[str, str]:
    """What the preview sends again."""
    return dict(re.findall(r'type="hidden" name="([a-z_0-9]+)" value="([^"]*)"', answer.content.decode()))


def test_a_part_is_chosen_looked_at_and_given_once(market: scene.Market) -> None:
    order, units = sold(market)
    kofi = desk(market)
    asked = {"what": "lines", units: "2", "reason": "damaged", "note": "Two handles broke", "restock": "on"}
    assert units in kofi.get(page(order)).content.decode()

    seen = kofi.post(page(order), asked)

    said = plain(seen.content)
    assert "Refund £96.00" in said
    assert "You give Amara Okafor £96.00 of" in said
    assert "Two handles broke" in said
    assert not Refund.objects.exists()
    sure = {**hidden(seen), "step": "sure"}
    done = [kofi.post(page(order), sure) for _ in range(2)]
    assert [answer.status_code for answer in done] == [302, 302]
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.note, refund.requested_by) == (
        9_600, "damaged", "Two handles broke", market.kofi.user,
    )  # fmt: skip
    market.basket.refresh_from_db()
    assert market.basket.stock == 9
    shown = plain(kofi.get(f"/seller/orders/{order.number}/").content)
    assert "Refunded £96.00 to the buyer" in shown
    assert "Two handles broke" in shown
    assert broken() == []


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"what": "lines", "units": "4", "reason": "other"}, "At most 3 are left."),
        ({"what": "lines", "units": "-1", "reason": "other"}, "Enter 0 or more."),
        ({"what": "lines", "reason": "other"}, "Choose what goes back"),
        ({"what": "amount", "reason": "other"}, "above nothing"),
        ({"what": "amount", "amount": "1e9", "reason": "other"}, "Enter an amount like"),
        ({"what": "amount", "amount": "500", "reason": "other"}, "At most £151.00 can be given back."),
        ({"what": "lines", "delivery": "100", "reason": "other"}, "At most £7.00 can be given back."),
        ({"what": "everything"}, "Choose a reason."),
        ({"reason": "other"}, "Choose what goes back."),
        ({"what": "everything", "reason": "other", "note": "4242 4242 4242 4242"}, "card number"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(
    market: scene.Market, asked: dict[str, str], says: str
) -> None:
    order, units = sold(market)
    typed = {(units if name == "units" else name): value for name, value in asked.items()}
    answer = desk(market).post(page(order), {"note": "We are sorry", **typed})
    assert answer.status_code == 422
    assert says in plain(answer.content)
    if "note" not in asked:
        assert "We are sorry" in answer.content.decode()
    for name, value in typed.items():
        if name in (units, "amount", "delivery"):
            assert f'name="{name}" value="{value}"' in answer.content.decode()
    assert not Refund.objects.exists()


def test_change_it_leads_back_with_what_was_typed(market: scene.Market) -> None:
    order, units = sold(market)
    kofi = desk(market)
    seen = kofi.post(page(order), {"what": "lines", units: "2", "reason": "goodwill", "note": "Sorry"})
    back = kofi.post(page(order), {**hidden(seen), "step": "back"}).content.decode()
    assert f'name="{units}" value="2"' in back
    assert "Sorry" in back
    assert not Refund.objects.exists()


def test_what_changed_since_it_was_shown_is_shown_anew(market: scene.Market) -> None:
    order, _units = sold(market)
    kofi = desk(market)
    seen = kofi.post(page(order), {"what": "everything", "reason": "other"})
    order_refunds.refund_order(
        order.pk, Wanted(amount=100), actor=events.SYSTEM, reason="goodwill", note="", user_id=None
    )
    again = kofi.post(page(order), {**hidden(seen), "step": "sure"})
    assert "The order has changed meanwhile" in plain(again.content)
    assert "Refund £150.00" in plain(again.content)
    assert Refund.objects.count() == 1


def test_when_it_is_over_the_page_says_so(market: scene.Market) -> None:
    order, _units = sold(market)
    order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Sold out", user_id=None)
    answer = desk(market).get(page(order))
    assert answer.status_code == 409
    assert "has been given back" in plain(answer.content)
    assert page(order) not in desk(market).get(f"/seller/orders/{order.number}/").content.decode()


def test_anothers_order_is_not_found(market: scene.Market) -> None:
    order, _units = sold(market)
    for person in (market.zuri.user, market.amara):
        client = Client()
        client.force_login(person)
        assert client.get(page(order), follow=False).status_code in (302, 404)
        client.post(page(order), {"what": "everything", "reason": "other", "step": "sure"})
    assert not Refund.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_below_nothing_the_shop_reads_what_it_owes(market: scene.Market) -> None:
    order, _units = sold(market)
    transitions.fulfil(order.pk, actor=events.SYSTEM)
    scene.forward(days=3)
    assert clearing.clear(order.pk)
    sets_out(market.kofi, order.seller_net)
    kofi = desk(market)
    seen = kofi.post(page(order), {"what": "amount", "amount": "12.00", "reason": "goodwill"})
    assert "You then owe £" in plain(seen.content)
    kofi.post(page(order), {**hidden(seen), "step": "sure"})
    refund = Refund.objects.get()
    owed = f"You owe £{refund.from_available / 100:.2f}"
    assert refund.from_available > 0
    for path in ("/seller/", f"/seller/orders/{order.number}/"):
        assert owed in plain(kofi.get(path).content)
