"""What a person is told, on the page and by letter, and which letters they want."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from banibs.core.clock import Now
from banibs.core.models import Event
from banibs.notifications.kinds import KINDS


class Notice(models.Model):
    """One thing that a person is told about one event, in words made when it is read (`kinds`).

    Unique per event, person and kind: however often the job runs, it is written once. `removed_at` hides it, so that
    "Delete all" can be undone.
    """

    class Letter(models.TextChoices):
        """What becomes of the email that goes with a notice."""

        NONE = "none"
        DUE = "due"
        SENT = "sent"
        GIVEN_UP = "given_up"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    data = models.JSONField(default=dict)
    url = models.CharField(max_length=200)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    letter = models.CharField(max_length=8, choices=Letter, default=Letter.NONE)
    letter_due_at = models.DateTimeField(null=True)
    letter_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "user", "kind"], name="notice_once")]
        indexes = [
            models.Index(fields=["user", "-id"], condition=Q(removed_at=None), name="notice_of_user"),
            models.Index(fields=["user"], condition=Q(read_at=None, removed_at=None), name="notice_unread"),
            models.Index(fields=["letter_due_at"], condition=Q(letter="due"), name="notice_letter_due"),
            models.Index(
                fields=["created_at"], condition=Q(letter="given_up"), name="notice_letter_given_up"
            ),
        ]

    def __str__(self) -> str:
        """What was told, and to whom. A statement where the person is not loaded."""
        return gettext("“%(what)s”, told to %(person)s") % {
            "what": KINDS[self.kind].label,
            "person": self.user,
        }


class Choice(models.Model):
    """A kind of letter that a person has switched off. Without a row, letters are sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="notice_choice_once")]

    def __str__(self) -> str:
        return f"no {self.kind} letters to {self.user_id}"
