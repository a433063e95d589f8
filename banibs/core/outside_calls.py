"""Calls to other people's servers from a web request: a few at once, and none to a service that does not answer.

A web process has a handful of threads. Were all of them to wait for a provider that hangs, the front page would hang
with it. So one thread in three may be outside at once (a bulkhead, for all services together), as many more wait for a
place as leave the others free, and a service that was silent several times in a row is not asked for a while (a circuit
breaker each), but for one request now and then that sees whether it is back. Each process learns by itself: that needs no
engine which may be away. Background work is one thing at a time, has its own limits and retries, and passes freely.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from django.conf import settings

from banibs.core import policy

log = structlog.get_logger(__name__)
WEB = "web"


class NotAsked(Exception):
    """The service was not asked: it has been silent, or too many wait for it. Nothing has happened there."""


class Bulkhead:
    """Places for calls outside. One thread in three has one, another third or so may wait, and the rest is free."""

    def __init__(self, threads: int) -> None:
        self.places = max(1, threads // policy.OUTSIDE_ONE_THREAD_IN)
        self.waiting = max(0, threads - 2 * self.places)
        self._outside = threading.BoundedSemaphore(self.places)
        self._inside = threading.BoundedSemaphore(self.places + self.waiting)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place, for the block. Raises NotAsked at once where too many wait, and after waiting in vain."""
        if not self._inside.acquire(blocking=False):
            raise NotAsked("too many wait for a place")
        try:
            if not self._outside.acquire(timeout=policy.OUTSIDE_PLACE_WAIT_SECONDS):
                raise NotAsked("no place became free")
            try:
                yield
            finally:
                self._outside.release()
        finally:
            self._inside.release()


class Breaker:
    """Whether a service is asked: not for a while after several silences in a row, but for one probe now and then.

    Time is the machine's own: transport, not business.
    """

    def __init__(self, service: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._service = service
        self._clock = clock
        self._lock = threading.Lock()
        self._silences = 0
        self._probe_at = 0.0

    def refuse(self) -> None:
        """Raises NotAsked while the service is left alone. Claims nothing."""
        with self._lock:
            if self._is_open() and self._clock() < self._probe_at:
                raise NotAsked(f"{self._service} has been silent")

    def enter(self) -> None:
        """As `refuse`; whoever passes an open breaker is the probe, and the others hear "slow" meanwhile."""
        with self._lock:
            if not self._is_open():
                return
            if self._clock() < self._probe_at:
                raise NotAsked(f"{self._service} has been silent")
            self._probe_at = self._clock() + policy.OUTSIDE_PROBE_SECONDS

    def answered(self) -> None:
        """The service said something, were it a refusal."""
        with self._lock:
            was_open, self._silences = self._is_open(), 0
        if was_open:
            log.info("outside.answers_again", service=self._service)

    def was_silent(self) -> None:
        """The service said nothing, or that it cannot."""
        with self._lock:
            self._silences += 1
            self._probe_at = self._clock() + policy.OUTSIDE_PROBE_SECONDS
            opened = self._silences == policy.OUTSIDE_MOST_SILENCES
        if opened:
            log.warning("outside.left_alone", service=self._service, silences=self._silences)

    def _is_open(self) -> bool:
        return self._silences >= policy.OUTSIDE_MOST_SILENCES


@functools.cache
def bulkhead() -> Bulkhead:
    """The one of this process."""
    return Bulkhead(settings.WEB_THREADS)


@functools.cache
def breaker(service: str) -> Breaker:
    """The one of this service, in this process."""
    return Breaker(service)


@contextmanager
def asking(service: str, *, silence: tuple[type[BaseException], ...]) -> Iterator[None]:
    """Around one call to `service`. `silence` are the errors that mean: it does not answer. Raises NotAsked.

    No transaction is open and no lock is held around it (docs "Architecture", Locks).
    """
    if settings.PROCESS != WEB:
        yield
        return
    guard = breaker(service)
    guard.refuse()  # before waiting for a place
    with bulkhead().place():
        guard.enter()
        try:
            yield
        except silence:
            guard.was_silent()
            raise
        except Exception:
            guard.answered()
            raise
        guard.answered()
