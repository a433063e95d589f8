"""Redis as Django's cache, with one client kept for each server.

Django makes a new client for every question; on a page from the cache that is a tenth of the work (docs "Speed", row 7).
"""

from __future__ import annotations

from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class KeptClient(RedisCacheClient):
    """Django's client that asks through one `redis.Redis` per server. Those are safe for threads and after a fork."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clients: dict[Any, redis.Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> redis.Redis:
        """The client for this question."""
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]  # Django publishes no types for it
        client = self._clients.get(pool)
        if client is None:
            client = self._clients[pool] = self._client(connection_pool=pool)  # type: ignore[attr-defined]
        return client


class KeptRedisCache(RedisCache):
    """`BACKEND` of CACHES."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
