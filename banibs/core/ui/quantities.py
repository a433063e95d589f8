"""Durations, shares and sizes of a policy as a person reads them: "two days", "30 minutes", "10 %", "2 GB"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from importlib import import_module

from django.apps import apps
from django.utils.formats import number_format
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


def number(value: int) -> str:
    """A whole number in a sentence: in words up to ten, then in figures."""
    words = {
        1: pgettext("number", "one"),
        2: pgettext("number", "two"),
        3: pgettext("number", "three"),
        4: pgettext("number", "four"),
        5: pgettext("number", "five"),
        6: pgettext("number", "six"),
        7: pgettext("number", "seven"),
        8: pgettext("number", "eight"),
        9: pgettext("number", "nine"),
        10: pgettext("number", "ten"),
    }
    return words.get(value) or number_format(value, force_grouping=True)


def duration(length: dt.timedelta) -> str:
    """A length of time in its largest whole unit: 14 days are "two weeks", 36 hours are "36 hours"."""
    seconds = int(length.total_seconds())
    if seconds and seconds % 604_800 == 0:
        text = ngettext("%(n)s week", "%(n)s weeks", count := seconds // 604_800)
    elif seconds and seconds % 86_400 == 0:
        text = ngettext("%(n)s day", "%(n)s days", count := seconds // 86_400)
    elif seconds and seconds % 3_600 == 0:
        text = ngettext("%(n)s hour", "%(n)s hours", count := seconds // 3_600)
    elif seconds and seconds % 60 == 0:
        text = ngettext("%(n)s minute", "%(n)s minutes", count := seconds // 60)
    else:
        text = ngettext("%(n)s second", "%(n)s seconds", count := seconds)
    return text % {"n": number(count)}


def minutes_left(length: dt.timedelta) -> str:
    """How long something still waits, in begun minutes; never less than one."""
    return duration(dt.timedelta(minutes=max(1, -(-length // dt.timedelta(minutes=1)))))


def percent(bps: int) -> str:
    """Basis points as people write a share: 1000 is "10 %", 825 is "8.25 %"."""
    return _("%(n)s %%") % {"n": f"{bps / 100:g}"}


def size(count: int) -> str:
    """Bytes in the largest unit that leaves a whole number: "2 GB", "20 MB"."""
    for unit, name in ((1024**3, "GB"), (1024**2, "MB"), (1024, "KB")):
        if count and count % unit == 0:
            return f"{number_format(count // unit)} {name}"
    return ngettext("%(n)s byte", "%(n)s bytes", count) % {"n": number_format(count)}


def policy_value(name: str) -> object:
    """What an app's policy says: "marketplace.CLEAR_AFTER", "marketplace.MARKETPLACE_FEE_BPS.physical".

    Raises LookupError for an app that is not there, AttributeError and KeyError for a name that is not.
    """
    app, constant, *keys = name.split(".")
    value: object = getattr(import_module(f"{apps.get_app_config(app).name}.policy"), constant)
    for key in keys:
        assert isinstance(value, Mapping), name
        value = value[key]
    return value


def policy_text(name: str) -> str:
    """The same as a person reads it: a length of time, a share (…_BPS), a size (…_BYTES), or a number."""
    value = policy_value(name)
    unit = name.split(".")[1].rsplit("_", 1)[-1]
    if isinstance(value, dt.timedelta):
        return duration(value)
    assert isinstance(value, int), f"{name} is no number that a sentence can name"
    if unit == "BPS":
        return percent(value)
    if unit == "BYTES":
        return size(value)
    if unit == "SECONDS":
        return duration(dt.timedelta(seconds=value))
    return number(value)


def when_shown(sentence: Callable[[], str]) -> str:
    """A sentence that is written when it is shown, in the reader's language and by today's policy."""
    return lazy(sentence, str)()
