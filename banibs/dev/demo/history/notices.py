"""The demo's notices: old ones are read and go with no letter, so that the mailbox opens with the last few."""

from __future__ import annotations

import datetime as dt

from banibs.core.clock import now
from banibs.notifications.models import Notice

NEW = dt.timedelta(hours=72)
LETTERS = dt.timedelta(hours=8)


def settle() -> None:
    """Marks what is older than three days as read, and takes the letters off all but the last hours."""
    moment = now()
    Notice.objects.filter(created_at__lt=moment - NEW).update(read_at=moment - NEW)
    Notice.objects.filter(created_at__lt=moment - LETTERS).update(
        letter=Notice.Letter.NONE, letter_due_at=None
    )
