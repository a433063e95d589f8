"""The days between which a parcel is expected: for product pages, the checkout, orders and emails."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _


def expected_days(
    start: dt.date, least: int | None, most: int | None
) -> tuple[dt.date, dt.date] | tuple[None, None]:
    """The first and the last day, counted from the day of the order; nothing for what is no parcel."""
    if least is None or most is None:
        return None, None
    return start + dt.timedelta(days=least), start + dt.timedelta(days=most)


def expected_by(last: dt.date | None) -> str:
    """The last day as a sentence; empty where there is none."""
    return _("Expected by %(day)s") % {"day": date_format(last, "j M")} if last else ""
