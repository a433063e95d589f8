"""Rules of what people type, for forms and the API alike: both take Django's ValidationError."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def is_one_line(text: str) -> bool:
    """Whether a text is one line that reads as it looks: no line break, no control character, none that turns or hides
    others.
    """
    return text.isprintable()


_WORDS = _("This cannot hold line breaks or hidden characters")


@deconstructible
class OneLine:
    """Refuses what is not one line, as `hidden_characters`. `message` says so in the words of its page."""

    code = "hidden_characters"

    def __init__(self, message: str | Promise = _WORDS) -> None:
        self.message = message

    def __call__(self, text: str) -> None:
        """Raises ValidationError."""
        if not is_one_line(text):
            raise ValidationError(str(self.message), code=self.code)


one_line = OneLine()
