"""The clock moved to a past moment, so that the demo's half year is written by the real functions with true dates.

The offset is written inside the loading transaction: nobody else ever sees it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from banibs.core.models import ClockOffset


class Clock:
    """Moves BANIBS's clock to a moment; from there it runs on."""

    def __init__(self) -> None:
        self.base = self._offset()

    def set(self, moment: dt.datetime) -> None:
        """Makes it that moment now."""
        offset = moment - dt.datetime.now(dt.UTC)
        ClockOffset.objects.update_or_create(id=1, defaults={"offset": offset})

    def restore(self) -> None:
        """Puts the clock back to what it showed before."""
        if self.base is None:
            ClockOffset.objects.all().delete()
        else:
            ClockOffset.objects.update_or_create(id=1, defaults={"offset": self.base})

    @staticmethod
    def _offset() -> dt.timedelta | None:
        row = ClockOffset.objects.filter(id=1).first()
        return row.offset if row else None


@contextmanager
def moved() -> Iterator[Clock]:
    """A clock that may be set, and is put back at the end."""
    clock = Clock()
    try:
        yield clock
    finally:
        clock.restore()
