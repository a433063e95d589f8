"""Work queues of staff: what waits for a person in each app, counted. Docs "Pages", Staff.

Each app lists its queues in `<app>/work_queues.py`; the setting STAFF_WORK_QUEUES lists those files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, DurationField, ExpressionWrapper, Min, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.module_loading import import_string
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banibs.core import policy
from banibs.core.clock import Now
from banibs.core.models import Delivery
from banibs.core.ui import quantities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrOrPromise


class Severity(IntEnum):
    """How urgent a queue is: the higher, the further up."""

    WATCH = 1  # mends itself as a rule; old, it does not
    WAITING = 2  # a person waits for it
    BLOCKED = 3  # nothing goes on before somebody has worked on it


@dataclass(frozen=True, slots=True)
class Queue:
    """Things of one kind that somebody must work on: `rows` finds them by an index, `since` says since when each waits.

    `screen` and `query` are where they are worked on. With a `permission`, the queue is theirs alone who have it.
    """

    name: str  # "payments.dead_events"
    label: StrOrPromise
    text: StrOrPromise  # what it means, and what to do
    act: StrOrPromise  # the button
    severity: Severity
    rows: Callable[[], QuerySet[Any]]
    since: str
    screen: str
    query: Mapping[str, str] | None = None
    permission: str = ""

    @property
    def url(self) -> str:
        """The page on which it is worked on."""
        return reverse(self.screen) + (f"?{urlencode(self.query)}" if self.query else "")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue as it is now. `age` is that of the oldest thing in it."""

    queue: Queue
    count: int
    age: dt.timedelta

    @property
    def more(self) -> bool:
        """Whether it is longer than what is counted."""
        return self.count > policy.QUEUE_MOST_COUNTED

    @property
    def shown(self) -> int:
        """The count as far as it is exact."""
        return min(self.count, policy.QUEUE_MOST_COUNTED)

    @property
    def old(self) -> str:
        """The age in words: "3 hours"."""
        if self.age < dt.timedelta(minutes=1):
            return gettext("less than a minute")
        start = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
        return timesince(start, start + self.age, depth=1)


def queues() -> list[Queue]:
    """Every queue of every app, in the order of the setting STAFF_WORK_QUEUES."""
    return [queue for path in settings.STAFF_WORK_QUEUES for queue in import_string(path)]


def waiting(person: Any) -> list[Waiting]:
    """The queues that this person may work on, empty ones too: the worst first, of equals the oldest. A query each."""
    mine = [one for one in queues() if not one.permission or person.has_perm(one.permission)]
    return sorted((_now(queue) for queue in mine), key=_worst_first)


def _now(queue: Queue) -> Waiting:
    oldest_first = queue.rows().order_by(queue.since)[: policy.QUEUE_MOST_COUNTED + 1]
    age = ExpressionWrapper(Now() - Min(queue.since), output_field=DurationField())
    found = oldest_first.aggregate(count=Count("pk"), age=age)
    return Waiting(queue, found["count"], max(found["age"] or dt.timedelta(0), dt.timedelta(0)))


def _worst_first(one: Waiting) -> tuple[bool, int, dt.timedelta]:
    return not one.count, -one.queue.severity, -one.age


QUEUES = [
    Queue(
        name="core.dead_deliveries",
        label=_("Event deliveries given up"),
        text=quantities.when_shown(
            lambda: (
                _(
                    "Something happened here, and what should follow from it failed %(tries)s times: "
                    "a notification, an email."
                )
                % {"tries": quantities.number(policy.EVENT_MOST_ATTEMPTS)}
            )
        ),
        act=_("See why"),
        severity=Severity.BLOCKED,
        rows=lambda: Delivery.objects.filter(status=Delivery.Status.DEAD),
        since="event__at",
        screen="admin:core_delivery_changelist",
        query={"status__exact": "dead"},
        permission="core.view_delivery",
    ),
]
