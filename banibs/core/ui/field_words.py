"""What a form says beside a field, in our words instead of Django's: what to do, in a sentence. One table for every form,
ours, allauth's and the admin's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core import validators
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

Words = Mapping[str, Any]  # each a str or a lazy one

_DATE = _("Enter a date that exists, such as 2026-12-31.")
_CHOOSE = _("Please choose one.")
_ON_THE_LIST = _("Please choose one from the list.")
_FILE = _("Please choose a file.")

FIELDS: Mapping[type[forms.Field], Words] = {
    forms.Field: {"required": _("Please fill this in.")},
    forms.BooleanField: {"required": _("Please tick this box.")},
    forms.ChoiceField: {"required": _CHOOSE, "invalid_choice": _ON_THE_LIST},
    forms.MultipleChoiceField: {
        "required": _("Please choose at least one."),
        "invalid_choice": _("“%(value)s” is not on the list."),
    },
    forms.ModelChoiceField: {"required": _CHOOSE, "invalid_choice": _ON_THE_LIST},
    forms.FileField: {
        "required": _FILE,
        "missing": _FILE,
        "invalid": _FILE,
        "empty": _("That file is empty. Please choose another."),
    },
    forms.ImageField: {"invalid_image": _("That is not a picture that we can read. Please choose another.")},
    forms.DateField: {"invalid": _DATE},
    forms.DateTimeField: {"invalid": _DATE},
    forms.URLField: {"invalid": _("Enter a web address such as https://example.com.")},
}
VALIDATORS: Mapping[Any, str | Promise] = {
    validators.EmailValidator: _("Enter an email address such as name@example.com."),
    validators.URLValidator: _("Enter a web address such as https://example.com."),
    validators.MaxLengthValidator: ngettext_lazy(
        "Use at most %(limit_value)d character; there are %(show_value)d now.",
        "Use at most %(limit_value)d characters; there are %(show_value)d now.",
        "limit_value",
    ),
    validators.MinLengthValidator: ngettext_lazy(
        "Use at least %(limit_value)d character; there are %(show_value)d now.",
        "Use at least %(limit_value)d characters; there are %(show_value)d now.",
        "limit_value",
    ),
    validators.MaxValueValidator: _("Enter %(limit_value)s at most."),
    validators.MinValueValidator: _("Enter %(limit_value)s at least."),
    validators.ProhibitNullCharactersValidator: _(
        "A control character cannot stand here. Please take it out."
    ),
}


def install() -> None:
    """Puts the words into Django's classes. Before the first form is made: a field copies them then."""
    for field, words in FIELDS.items():
        field.default_error_messages = {**vars(field).get("default_error_messages", {}), **words}
    for validator, message in VALIDATORS.items():
        validator.message = message
