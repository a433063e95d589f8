"""Django's rules for passwords in our words: what to do, not what one has done wrong. Named in the settings."""

from __future__ import annotations

from django.contrib.auth import password_validation as rules
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class LongEnough(rules.MinimumLengthValidator):
    """So many characters at least."""

    def get_error_message(self) -> str:
        """What to do."""
        return ngettext(
            "Use at least %(least)d character.", "Use at least %(least)d characters.", self.min_length
        ) % {"least": self.min_length}

    def get_help_text(self) -> str:
        """Beside the field."""
        return ngettext(
            "At least %(least)d character; a few words are easy to remember.",
            "At least %(least)d characters; a few words are easy to remember.",
            self.min_length,
        ) % {"least": self.min_length}


class NotAboutYou(rules.UserAttributeSimilarityValidator):
    """Nothing like the name or the address."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("name", "email"))

    def get_error_message(self) -> str:
        """What to do; the name of what it is like is filled in."""
        return _(
            "This is too much like your %(verbose_name)s. Choose something that nobody can guess from it."
        )

    def get_help_text(self) -> str:
        """Beside the field."""
        return _("Not your name or email address.")


class NotCommon(rules.CommonPasswordValidator):
    """None of the twenty thousand that are tried first."""

    def get_error_message(self) -> str:
        """What to do."""
        return _("Many people use this password, so it is tried first. Choose another.")

    def get_help_text(self) -> str:
        """Beside the field."""
        return _("Not a password that many people use.")


class NotOnlyDigits(rules.NumericPasswordValidator):
    """Something besides digits."""

    def get_error_message(self) -> str:
        """What to do."""
        return _("Use letters too, not only digits.")

    def get_help_text(self) -> str:
        """Beside the field."""
        return _("Not only digits.")
