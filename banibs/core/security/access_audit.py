"""Access to a row is its owner's alone: anybody else is answered 404, and the event log records that they asked.

The trail is the event log, as for all that happened: one row an hour for each person and thing, so that a person who
asks in a loop does not fill it. The log line is written each time.
"""

from __future__ import annotations

from typing import Any, TypeVar

import structlog
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404

from banibs.core import clock, events, policy
from banibs.core.models import Event

Row = TypeVar("Row", bound=Model)
log = structlog.get_logger(__name__)
KIND = "access.refused"


def get_own_or_404(
    own: QuerySet[Row], *, among: QuerySet[Any], user: Any, role: str = Event.Actor.BUYER
) -> Row:
    """The one row of `own`, which holds only what this person may see. Raises Http404, which the API answers alike.

    `among` is the same question without asking whose it is: where it finds a row, the refusal is recorded.
    """
    row = own.first()
    if row is None:
        record_refusal(user, among, role=role)
        raise Http404
    return row


def record_refusal(user: Any, things: QuerySet[Any], *, role: str = Event.Actor.BUYER) -> None:
    """Records that this signed-in person asked for one of `things`, whoever owns it, and was refused.

    Nothing is recorded where there is no such thing. The caller answers 404, outside any transaction that the answer
    undoes. Two or three statements.
    """
    thing = things.order_by("pk").first()
    what = str(things.model._meta.model_name)
    log.warning(KIND, what=what, id=thing and thing.pk)
    if thing is None or _told_lately(user.pk, what, thing.pk):
        return
    with transaction.atomic():
        events.record(events.New(KIND, thing, events.Actor.person(user, role=role)))


def _told_lately(user_id: int, what: str, pk: int) -> bool:
    of_thing = Event.objects.filter(subject_type=what, subject_id=pk, kind=KIND, actor_id=user_id)
    return of_thing.filter(at__gt=clock.now() - policy.REFUSAL_RECORDED_ONCE_IN).exists()
