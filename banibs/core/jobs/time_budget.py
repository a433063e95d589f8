"""A time budget for jobs over long lists: a job ends well within its time limit and leaves the rest to the next run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Row = TypeVar("Row")


def until_deadline(rows: Iterable[Row], *, seconds: float) -> Iterator[Row]:
    """Yields rows until `seconds` have passed, the first always; the rest is found again by the next run."""
    ends = time.monotonic() + seconds
    for row in rows:
        yield row
        if time.monotonic() >= ends:
            return
