"""Amara's purchase is killed after each of its statements, before and after COMMIT: she has all of it, or nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banibs.core import audit, idempotency
from marketplace.models import Checkout
from payments.charges import purchase
from tests import environment
from tests import market as scene

pytestmark = pytest.mark.django_db(transaction=True)


class Killer:
    """The child process that pays and is killed."""

    def __init__(self) -> None:
        url = environment.url_of(str(connection.settings_dict["NAME"]))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.flows.killing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "DATABASE_URL": url, "DATABASE_POOL": "1", "LOG_LEVEL": "ERROR"},
            text=True,
        )

    def pay(self, market: scene.Market, key: str, moment: int | str, *, safe: bool = True) -> bool:
        """Whether the payer was killed."""
        return self.does({"user": market.amara.pk, "key": key, "moment": moment, "safe": safe})

    def does(self, wanted: dict[str, Any]) -> bool:
        """Whether whoever did this was killed."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()
        return bool(json.loads(self.process.stdout.readline())["killed"])

    def stop(self) -> None:
        """Ends the child."""
        self.process.communicate("", timeout=20)


@pytest.fixture
def killer(transactional_db: None) -> Iterator[Killer]:
    child = Killer()
    yield child
    child.stop()


def filled() -> scene.Market:
    market = scene.opened(wallet=1_000_000)
    scene.Variant.objects.filter(stock=10).update(stock=1_000)
    return market


def fill(market: scene.Market) -> None:
    scene.put_in_cart(market.amara, (market.basket, 1), (market.jar, 1), (market.zine, 1))


def pay(market: scene.Market, key: str) -> Any:
    """The same press again, after the restart."""

    def effect() -> idempotency.Answer:
        address = market.amara.addresses.get().snapshot()
        bought = purchase.buy(user=market.amara, address=address, method="wallet", expected_total=None)
        return idempotency.Answer(303, {"number": bought.placed.checkout.number})

    deadline = time.monotonic() + 60
    while True:
        try:
            return idempotency.once(
                user_id=market.amara.pk, scope="checkout", key=key, request={}, effect=effect
            )
        except idempotency.InProgress:  # PostgreSQL has not noticed yet that the killed one is gone
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def broken() -> list[str]:
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def statements(market: scene.Market) -> int:
    """How many statements one purchase sends, savepoints included."""
    fill(market)
    with CaptureQueriesContext(connection) as said:
        pay(market, "counted")
    return len(said)


def test_killed_after_any_statement_it_is_all_or_nothing_and_the_same_key_goes_on(killer: Killer) -> None:
    market = filled()
    count = statements(market)
    assert count > 15
    placed = 1
    for moment in [*range(1, count + 1), "before commit", "after commit"]:
        if not market.amara.cart.items.exists():
            fill(market)
        stock = scene.Variant.objects.get(pk=market.basket.pk).stock

        assert killer.pay(market, f"killed {moment}", moment), f"it was not killed at {moment}"

        kept = Checkout.objects.count()
        whole = 1 if moment == "after commit" else 0
        assert kept - placed == whole, f"killed at {moment}"
        assert scene.Variant.objects.get(pk=market.basket.pk).stock == stock - whole
        assert market.amara.cart.items.exists() is not bool(whole)
        assert broken() == [], f"killed at {moment}"

        answer = pay(market, f"killed {moment}")

        placed += 1
        assert answer.replayed is bool(whole)
        assert Checkout.objects.count() == placed
        assert Checkout.objects.order_by("-id")[0].number == answer.body["number"]
    assert broken() == []


def test_without_its_transaction_a_killed_purchase_leaves_pieces(killer: Killer) -> None:
    market = filled()
    fill(market)
    count = statements(market)
    pieces = set()
    for moment in range(4, count, 3):
        if not market.amara.cart.items.exists():
            fill(market)
        killer.pay(market, f"killed {moment}", moment, safe=False)
        pieces |= set(broken())
    assert pieces
