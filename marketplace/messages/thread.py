"""The thread of an order: writing to it and reading it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import clock, events
from banibs.users.models import User
from marketplace import policy
from marketplace.messages import pictures
from marketplace.models import Message, MessagePicture, Order
from marketplace.orders import transitions

Side = Message.Side
_DAY = dt.timedelta(days=1)


class MessageRefused(Exception):
    """Nothing was written. `code` is the API's, `message` for people."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        self.code = code
        self.message = message
        self.status = status
        super().__init__(message)


def checked(text: str) -> str:
    """A text, cleaned by its field, that may be written. Raises MessageRefused."""
    if not text.strip():
        raise MessageRefused("text_required", _("Write a few words."))
    if len(text) > policy.MESSAGE_MOST_CHARACTERS:
        most = policy.MESSAGE_MOST_CHARACTERS
        raise MessageRefused("text_too_long", _("Write at most %(most)d characters.") % {"most": most})
    return text


def write(
    order: Order,
    *,
    side: str,
    author: User,
    text: str,
    uploads: Sequence[pictures.Upload] = (),
    case: int | None = None,
) -> Message:
    """A message to the other side, who is told of it. The text was cleaned by a text field of ours.

    Raises MessageRefused (without words, too long, too many in a day), UnsupportedImage, and OSError when the storage is
    full; then nothing is written.
    """
    checked(text)
    with pictures.kept(uploads) as names, transaction.atomic():
        (locked,) = transitions.lock([order.pk])  # in the order in which it is read
        _refuse_flood(locked, side)
        message = add(locked, side=side, author=author, text=text, names=names, case=case)
        actor = events.Actor.person(author, role=side)
        events.record(events.New("message.written", message, actor, data={"order": locked.pk, "case": case}))
    return message


def add(
    order: Order,
    *,
    side: str,
    author: User,
    text: str,
    names: Sequence[str] = (),
    case: int | None = None,
) -> Message:
    """The row and its pictures, for a caller that holds the order and tells people itself."""
    message = Message.objects.create(order=order, case=case, side=side, author=author, text=text)
    MessagePicture.objects.bulk_create(MessagePicture(message=message, file=name) for name in names)
    return message


def _refuse_flood(order: Order, side: str) -> None:
    since = clock.now() - _DAY
    if Message.objects.filter(order=order, side=side, at__gt=since).count() >= policy.MESSAGES_MOST_PER_DAY:
        message = _("That is a great many messages. Please go on tomorrow.")
        raise MessageRefused("too_many_messages", message, status=429)


def read(order_id: int) -> list[Message]:
    """The latest messages of an order with their pictures, oldest first. Two statements."""
    latest = (
        Message.objects.filter(order_id=order_id)
        .select_related("author")
        .prefetch_related("pictures")
        .order_by("-pk")[: policy.MESSAGES_SHOWN]
    )
    return list(latest)[::-1]
