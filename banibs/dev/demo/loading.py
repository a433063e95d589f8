"""The order in which the demo is loaded. A second run finds the first one's mark and changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection, transaction

from banibs.core import events
from banibs.dev.demo import catalogue, notices, orders, people
from banibs.notifications import letters
from marketplace.models import Seller


class Occupied(Exception):
    """The market holds shops that are not the demo's."""


def load(*, say: Callable[[str], object]) -> None:
    """Loads what is missing of the demo, saying how long each step took."""
    if Seller.objects.filter(slug="indigo-house").exists():
        say("The demo is loaded already.")
        return
    with transaction.atomic():
        _step("People", people.load, say)
        _step("Shops and listings", catalogue.load, say)
        _step("Half a year of orders", orders.load, say)
        notices.settle()
        _wake_once()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _step(name: str, function: Callable[[], object], say: Callable[[str], object]) -> None:
    began = time.monotonic()
    function()
    say(f"{name}: {time.monotonic() - began:.1f} s")


def _wake_once() -> None:
    """The hundreds of "deliver now" that the half year asked for at its commit become none: all was delivered in it.

    The letters of the last hours are the sweeper's, whenever a worker starts.
    """
    wakers = (events.wake, letters.wake)
    connection.run_on_commit = [entry for entry in connection.run_on_commit if entry[1] not in wakers]
