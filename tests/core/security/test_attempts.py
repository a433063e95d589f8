"""Tries are counted exactly, however many come at once."""

from __future__ import annotations

import datetime as dt
import time
from functools import partial
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from banibs.core.security import attempts
from marketplace import policy
from tests import market as scene
from tests.concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = dt.timedelta(minutes=1)


def test_no_two_tries_share_a_number() -> None:
    answers = at_once([partial(attempts.count, "door", within=MINUTE)] * 24)
    assert sorted(answers) == list(range(1, 25))


def test_tries_are_forgotten_after_the_while_since_the_first() -> None:
    second = dt.timedelta(seconds=1)
    assert [attempts.count("door", within=second) for _each in range(3)] == [1, 2, 3]
    time.sleep(1.1)
    assert attempts.count("door", within=second) == 1


def test_a_try_that_does_not_count_is_taken_back_and_none_that_is_forgotten() -> None:
    attempts.count("door", within=MINUTE)
    attempts.count("door", within=MINUTE)
    attempts.take_back("door")
    assert attempts.count("door", within=MINUTE) == 2
    attempts.take_back("nobody-came")
    assert cache.get("nobody-came") is None


def guess(client: Client, number: int) -> int:
    return client.post("/cart/coupon/", {"code": f"GUESS{number}"}).status_code


def guesses(size: int) -> list[int]:
    """What so many guesses at once by one person are answered."""
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1))
    clients = [Client() for _each in range(size)]
    for client in clients:
        client.force_login(market.amara)
    return at_once([partial(guess, client, number) for number, client in enumerate(clients)])


def test_of_twenty_guesses_of_a_code_at_once_ten_are_looked_at() -> None:
    answers = guesses(20)
    assert sorted(answers) == [400] * policy.COUPON_MOST_TRIES + [429] * (20 - policy.COUPON_MOST_TRIES)


def test_counted_after_the_look_more_would_have_been(monkeypatch: pytest.MonkeyPatch) -> None:
    def counted_late(key: str, *, within: dt.timedelta) -> Any:
        seen = int(cache.get(key, 0))
        time.sleep(0.05)  # the look at the code
        cache.add(key, 0, int(within.total_seconds()))
        cache.incr(key)
        return seen + 1

    monkeypatch.setattr(attempts, "count", counted_late)
    assert guesses(20).count(400) > policy.COUPON_MOST_TRIES
