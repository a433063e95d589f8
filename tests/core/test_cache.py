"""The cache keeps its connection to Redis and is still a cache."""

from concurrent.futures import ThreadPoolExecutor

from django.core.cache import cache, caches


def test_one_client_asks_every_time() -> None:
    cache.set("kept", "yes", 60)
    inner = caches["default"]._cache
    assert inner.get_client("kept") is inner.get_client("other", write=True)
    assert cache.get("kept") == "yes"
    assert cache.get("never-set") is None


def test_threads_read_what_one_of_them_wrote() -> None:
    cache.set("shared", 7, 60)
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _turn: cache.get("shared"), range(20))) == [7] * 20
