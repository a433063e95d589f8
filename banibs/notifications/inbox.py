"""A person's notices: read, removed, brought back. Everything here touches the rows of that person alone."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from banibs.core import clock
from banibs.core.clock import Now
from banibs.notifications import policy
from banibs.notifications.models import Notice


def for_user(user_id: int) -> QuerySet[Notice]:
    """The notices that the person has not removed."""
    return Notice.objects.filter(user_id=user_id, removed_at=None)


def unread(user_id: int) -> int:
    """How many are unread, at most as many as policy counts: a bell needs no more."""
    return for_user(user_id).filter(read_at=None)[: policy.UNREAD_MOST_COUNTED].count()


def mark_read(user_id: int, *ids: int) -> int:
    """Marks these as read, or all when none is named; returns how many were unread."""
    rows = for_user(user_id).filter(read_at=None)
    return (rows.filter(pk__in=ids) if ids else rows).update(read_at=Now())


def mark_unread(user_id: int, *ids: int) -> int:
    """Marks these as unread again, or all when none is named; returns how many were read."""
    rows = for_user(user_id).exclude(read_at=None)
    return (rows.filter(pk__in=ids) if ids else rows).update(read_at=None)


def remove(user_id: int, *ids: int) -> dt.datetime:
    """Removes these, or all when none is named. Returns the moment, by which `bring_back` finds them again."""
    moment = clock.now()
    rows = for_user(user_id)
    (rows.filter(pk__in=ids) if ids else rows).update(removed_at=moment)
    return moment


def bring_back(user_id: int, moment: dt.datetime) -> int:
    """Undoes one removal; returns how many came back."""
    return Notice.objects.filter(user_id=user_id, removed_at=moment).update(removed_at=None)
