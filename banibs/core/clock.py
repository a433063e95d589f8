"""The clock of BANIBS: the database's time, plus an offset that only a development machine ever sets.

Every machine asks the same clock, so "two days later" means the same to a web worker, a job and a query.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.db.models import DateTimeField
from django.db.models.expressions import Func


class Now(Func):
    """The clock inside a query, and the default of time columns: `banibs_now()`."""

    function = "banibs_now"
    template = "%(function)s()"
    output_field = DateTimeField()


def now() -> dt.datetime:
    """This moment, UTC, by the shared clock. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT banibs_now()")
        moment: dt.datetime = cursor.fetchone()[0]
    return moment.astimezone(dt.UTC)
