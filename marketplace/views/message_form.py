"""The form of a message: a few words and pictures, as every page with a conversation shows it."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.ui import quantities
from banibs.core.ui.forms import NoCardNumbers, TextField
from marketplace import policy
from marketplace.media.image_uploads import UnsupportedImage
from marketplace.messages.thread import MessageRefused

log = structlog.get_logger(__name__)
Written = TypeVar("Written")


class ManyFiles(forms.FileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class PicturesField(forms.FileField):
    """Pictures that go with a message. What they are is judged when they are kept; cleans to a list."""

    widget = ManyFiles(attrs={"accept": "image/jpeg,image/png,image/webp,image/heic"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The uploads, none among them empty."""
        return [super(PicturesField, self).clean(one, initial) for one in data or []]


class MessageForm(NoCardNumbers, forms.Form):
    """What somebody writes about an order."""

    text = TextField(
        label=gettext_lazy("Message"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write a few words.")},
    )
    pictures = PicturesField(
        label=gettext_lazy("Pictures"),
        required=False,
        help_text=quantities.when_shown(
            lambda: _("Up to %(most)d, JPEG, PNG, WebP or HEIC.") % {"most": policy.MESSAGE_MOST_PICTURES}
        ),
    )

    def written(self, write: Callable[[], Written]) -> Written | None:
        """What `write` made; None, with the reason beside its field, where it was refused. Nothing typed is lost."""
        try:
            return write()
        except MessageRefused as refusal:
            self.add_error("text", refusal.message)
        except UnsupportedImage as refusal:
            self.add_error("pictures", f"{refusal.message}.")
        except OSError as error:  # a storage that is full; the database's errors are others
            log.exception("message.picture_not_kept", full=error.errno == errno.ENOSPC)
            self.add_error("pictures", _("The pictures could not be kept. Try again later, or without them."))
        return None
