"""Every parser of what comes from outside returns or refuses, whatever is thrown at it.

A hundred or so each every day; a million in all with `make soak`, which prints the seed. BANIBS_FUZZ_SEED runs one again.
"""

from __future__ import annotations

import os
import random

import hypothesis
import pytest

from tests.fuzz.doors import DOORS, Door

SOAK = bool(os.environ.get("BANIBS_SOAK"))
SEED = int(os.environ.get("BANIBS_FUZZ_SEED") or (random.randrange(2**32) if SOAK else 20261127))
TOTAL = 1_000_000 if SOAK else 3_000
AT_ONCE = 5_000  # hypothesis remembers what it drew: a run of all would fill the memory
SHARES = sum(1 / door.cost for door in DOORS)
pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600 if SOAK else 300)]


def throw(door: Door, *, times: int, seed: int) -> int:
    """So many values at one door; how many they were."""
    thrown = 0

    def once(value: object) -> None:
        nonlocal thrown
        thrown += 1
        door.try_once(value)

    while thrown < times:
        run = hypothesis.given(door.given)(once)
        run = hypothesis.settings(
            max_examples=min(AT_ONCE, times - thrown),
            deadline=None,
            database=None,
            derandomize=False,
            suppress_health_check=list(hypothesis.HealthCheck),
        )(run)
        before = thrown
        hypothesis.seed(seed + thrown)(run)()
        if thrown == before or (thrown - before < AT_ONCE // 10 and thrown < times):
            break  # there are no more different values
    return thrown


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name.replace(" ", "-"))
def test_whatever_comes_is_read_or_refused(door: Door) -> None:
    times = round(TOTAL / SHARES / door.cost)
    thrown = throw(door, times=times, seed=SEED)
    print(f"{thrown} thrown, seed {SEED}")


def test_a_parser_with_a_fault_is_found() -> None:
    """The one that this was built for: more digits than a float has."""

    def reads(value: tuple[bytes, str]) -> None:
        for part in value[1].split(","):
            if part.startswith("t=") and part[2:].isdigit() and part.isascii() and len(part) < 4_000:
                float(1) - int(part[2:])

    broken = Door("broken", DOORS[0].given, reads)
    with pytest.raises(OverflowError):
        throw(broken, times=2_000, seed=1)
