"""A long list is worked on in short turns."""

import time
from collections.abc import Iterator

from banibs.core.jobs.time_budget import until_deadline


def slowly(rows: Iterator[int], seconds: float) -> list[int]:
    done = []
    for row in until_deadline(rows, seconds=seconds):
        time.sleep(0.02)
        done.append(row)
    return done


def test_what_does_not_fit_waits_for_the_next_turn() -> None:
    rows = iter(range(100))
    first = slowly(rows, 0.1)
    assert 1 < len(first) < 10


def test_each_turn_does_one_at_least() -> None:
    assert slowly(iter(range(100)), 0) == [0]


def test_a_short_list_is_done_whole() -> None:
    assert slowly(iter(range(3)), 10) == [0, 1, 2]
