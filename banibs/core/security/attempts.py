"""Counts tries exactly, whatever the number of processes and threads that count at once."""

from __future__ import annotations

import datetime as dt

from django.core.cache import cache


def count(key: str, *, within: dt.timedelta) -> int:
    """Counts one more try of this key and returns how many there were since the first, which is forgotten after `within`.

    Counted before the try is made, so that no two share a number: of many at once the first few pass, not all.
    """
    while True:
        cache.add(key, 0, int(within.total_seconds()))
        try:
            return int(cache.incr(key))
        except ValueError:  # it was forgotten between the two
            continue


def take_back(key: str) -> None:
    """A try that does not count after all."""
    try:
        cache.decr(key)
    except ValueError:
        return  # forgotten meanwhile: there is nothing to take back
