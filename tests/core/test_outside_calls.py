"""A service that hangs takes a third of a web process's threads, and after a few silences none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from banibs.core import outside_calls, policy
from banibs.core.outside_calls import Breaker, Bulkhead, NotAsked
from tests.concurrency import at_once
from tests.servers import eventually


class Silent(Exception):
    """The service does not answer."""


class Refused(Exception):
    """The service says no."""


@pytest.fixture
def web(settings: pytest.Class, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This process is a web server that nobody has asked yet."""
    settings.PROCESS = "web"  # type: ignore[attr-defined]  # pytest-django's
    monkeypatch.setattr(policy, "OUTSIDE_PLACE_WAIT_SECONDS", 0.05)
    forget()
    yield
    forget()


def forget() -> None:
    outside_calls.bulkhead.cache_clear()
    outside_calls.breaker.cache_clear()


def ask(raising: type[Exception] | None = None) -> str:
    """What became of one call."""
    try:
        with outside_calls.asking("Stripe", silence=(Silent,)):
            if raising is not None:
                raise raising
            return "answered"
    except NotAsked:
        return "not asked"
    except Silent:
        return "silent"
    except Refused:
        return "refused"


@pytest.mark.parametrize(
    ("threads", "places", "waiting"), [(1, 1, 0), (2, 1, 0), (4, 1, 2), (12, 4, 4), (16, 5, 6)]
)
def test_a_third_is_outside_and_somebody_is_always_free(threads: int, places: int, waiting: int) -> None:
    hall = Bulkhead(threads)
    assert (hall.places, hall.waiting) == (places, waiting)
    assert threads == 1 or hall.places + hall.waiting < threads


def test_whoever_finds_no_place_hears_it_and_a_place_given_back_is_taken(web: None) -> None:
    hall = Bulkhead(4)
    with ExitStack() as held:
        held.enter_context(hall.place())
        with pytest.raises(NotAsked, match="became free"), hall.place():
            pass
    with hall.place():
        pass


def test_beyond_those_who_may_wait_nobody_waits(web: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "OUTSIDE_PLACE_WAIT_SECONDS", 30)
    hall, inside, enough = Bulkhead(4), threading.Semaphore(0), threading.Event()

    def stays() -> None:
        with hall.place():
            inside.release()
            enough.wait(30)

    holders = [threading.Thread(target=stays, daemon=True) for _ in range(3)]
    for one in holders:
        one.start()
    assert inside.acquire(timeout=30)
    try:
        eventually(lambda: hall._inside._value == 0)  # the other two wait
        with pytest.raises(NotAsked, match="too many"), hall.place():
            pass
    finally:
        enough.set()
        for one in holders:
            one.join(30)


def test_after_some_silences_it_is_not_asked_and_one_probe_finds_it_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1000.0]
    guard = Breaker("Stripe", clock=lambda: now[0])
    for _ in range(policy.OUTSIDE_MOST_SILENCES):
        guard.enter()
        guard.was_silent()
    for look in (guard.refuse, guard.enter):
        with pytest.raises(NotAsked):
            look()
    now[0] += policy.OUTSIDE_PROBE_SECONDS
    guard.enter()  # the probe
    with pytest.raises(NotAsked):
        guard.enter()  # nobody else until it is back
    guard.was_silent()
    now[0] += policy.OUTSIDE_PROBE_SECONDS - 1
    with pytest.raises(NotAsked):
        guard.enter()
    now[0] += 1
    guard.enter()
    guard.answered()
    guard.enter()
    guard.enter()


def test_silences_that_are_not_in_a_row_close_nothing(web: None) -> None:
    for _ in range(3 * policy.OUTSIDE_MOST_SILENCES):
        assert ask(Silent) == "silent"
        assert ask(Refused) == "refused"  # an answer, too
    assert ask() == "answered"
    assert [ask(Silent) for _ in range(policy.OUTSIDE_MOST_SILENCES)] == ["silent"] * 3
    assert ask() == "not asked"


def test_background_work_is_never_held_back(settings: pytest.Class) -> None:
    settings.PROCESS = "worker"  # type: ignore[attr-defined]  # pytest-django's
    assert [ask(Silent) for _ in range(10)] == ["silent"] * 10
    assert ask() == "answered"


def test_a_place_is_given_back_whatever_happens(web: None) -> None:
    for raising in (Silent, Refused, None) * 5:
        ask(raising)
    calls: list[Callable[[], str]] = [ask]
    assert at_once(calls) == ["answered"]
