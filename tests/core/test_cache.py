"""The cache keeps its connection to Redis, is impatient, and reads what Django's own backend wrote before it."""

import datetime as dt
import pickle
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.backends.cache import SessionStore
from django.core.cache import cache, caches
from django.core.cache.backends.redis import RedisCache as DjangosCache
from django_redis.cache import RedisCache

VALUES: list[Any] = [
    "text", b"bytes", 0, -7, 2**62, True, False, None, 1.5, "12", b"12", [1, "a"], {"a": (1, 2)}, dt.date(2026, 7, 1),
]  # fmt: skip


@pytest.fixture
def djangos() -> DjangosCache:
    """The backend that this cache took the place of, with the same settings."""
    return DjangosCache(settings.REDIS_URL, {"KEY_PREFIX": settings.CACHES["default"]["KEY_PREFIX"]})


def test_one_client_asks_every_time() -> None:
    cache.set("kept", "yes", 60)
    client = caches["default"].client  # type: ignore[attr-defined]  # of django-redis
    assert client.get_client(write=False) is client.get_client(write=True)
    assert cache.get("kept") == "yes"
    assert cache.get("never-set") is None


def test_threads_read_what_one_of_them_wrote() -> None:
    cache.set("shared", 7, 60)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _turn: cache.get("shared"), range(20))) == [7] * 20


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_what_djangos_backend_wrote_is_read_and_the_other_way_round(
    djangos: DjangosCache, value: Any
) -> None:
    djangos.set("before", value, 60)
    cache.set("after", value, 60)

    for read in (cache.get("before"), djangos.get("after")):
        assert (type(read), read) == (type(value), value)
    stored = redis.Redis.from_url(settings.REDIS_URL)
    assert stored.get("banibs:1:before") == stored.get("banibs:1:after")
    assert 0 < stored.ttl("banibs:1:after") <= 60


def test_numbers_are_counted_on_whoever_began(djangos: DjangosCache) -> None:
    djangos.set("tries", 3, 60)
    assert cache.incr("tries") == 4
    assert djangos.incr("tries") == 5
    assert cache.get("tries") == 5
    assert not cache.add("tries", 0, 60)
    with pytest.raises(ValueError, match="not found"):
        cache.incr("never-counted")


def test_a_session_of_before_is_still_signed_in(djangos: DjangosCache) -> None:
    session = SessionStore()
    session["cart_token"] = "t"
    session.save()
    key = session.cache_key
    data = cache.get(key)
    cache.delete(key)
    djangos.set(key, data, 60)
    assert pickle.loads(redis.Redis.from_url(settings.REDIS_URL).get(f"banibs:1:{key}")) == data
    assert SessionStore(session.session_key)["cart_token"] == "t"


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.mark.parametrize("ask", ["get", "set", "add", "incr", "delete"])
def test_a_silent_redis_holds_nothing_for_longer_than_two_seconds_and_raises(silent: str, ask: str) -> None:
    away = RedisCache(silent, {**settings.CACHES["default"]})
    given = {"get": ("k",), "delete": ("k",), "incr": ("k",)}.get(ask, ("k", 1, 60))
    began = time.monotonic()
    with pytest.raises((redis.ConnectionError, redis.TimeoutError)):
        getattr(away, ask)(*given)
    assert time.monotonic() - began < 3.5
