"""Three shops in one cart, and something fails at the second: nothing of it is left."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection

from banibs.core import audit
from banibs.core.models import Event
from marketplace.models import Checkout, Order, OrderLine
from payments.charges import purchase
from payments.models import Payment, PaymentSplit
from tests import market as scene
from tests import people

pytestmark = pytest.mark.django_db(transaction=True)


def three_shops() -> scene.Market:
    market = scene.opened(wallet=50_000)
    third = people.shop(
        people.person("esi@example.com", name="Esi"), slug="esi", name="Esi", country="GH", city="Tema"
    )
    scene.sends_to(third, "GB")
    scene.put_in_cart(
        market.amara, (market.basket, 1), (market.jar, 1), (scene.listing(third, "Glass beads"), 1)
    )
    return market


def buy(market: scene.Market) -> None:
    address = market.amara.addresses.get().snapshot()
    purchase.buy(user=market.amara, address=address, method="wallet", expected_total=None)


def fail_at_the_second_split(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_the_first(rows: Any) -> None:
        next(iter(rows)).save()
        raise DatabaseError("the second split could not be written")

    monkeypatch.setattr(PaymentSplit.objects, "bulk_create", only_the_first)


def test_all_three_are_rolled_back_and_the_shelf_is_full_again(monkeypatch: pytest.MonkeyPatch) -> None:
    market = three_shops()
    told = Event.objects.count()
    fail_at_the_second_split(monkeypatch)

    with pytest.raises(DatabaseError):
        buy(market)

    for model in (Checkout, Order, OrderLine, Payment, PaymentSplit):
        assert not model.objects.exists(), model
    assert Event.objects.count() == told
    assert market.wallet() == 50_000
    assert market.amara.cart.items.count() == 3
    market.basket.refresh_from_db()
    assert market.basket.stock == 10


def test_without_the_transaction_orders_would_stay_without_payment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    market = three_shops()
    fail_at_the_second_split(monkeypatch)
    monkeypatch.setattr(connection, "_set_autocommit", lambda _: None)
    for name in ("_savepoint", "_savepoint_commit", "_savepoint_rollback"):
        monkeypatch.setattr(connection, name, lambda _: None)

    with pytest.raises(DatabaseError):
        buy(market)

    assert Order.objects.count() == 3
    found = {finding.check.name for finding in audit.run(audit.checks()) if not finding.holds}
    assert "payments.amounts_agree" in found
