"""The order in which the demo is loaded. A second run finds the first one's mark and changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection, transaction

from banibs.core import events
from banibs.dev.demo import people
from banibs.dev.demo.bulk import plain_catalogue, trade
from banibs.dev.demo.goods import catalogue
from banibs.dev.demo.history import notices, orders
from banibs.notifications import emails
from marketplace.models import Category, Seller


class Occupied(Exception):
    """The market holds shops that are not the demo's."""


def load(*, say: Callable[[str], object]) -> None:
    """Loads the demo, saying how long each step took. Raises Occupied when there are other shops already."""
    if Seller.objects.filter(slug="indigo-house").exists():
        say("The demo is loaded already.")
        return
    if Seller.objects.exists() or Category.objects.exists():
        raise Occupied
    with transaction.atomic():
        _step("People", people.load, say)
        _step("Shops and listings", catalogue.load, say)
        _step("Half a year of orders", orders.load, say)
        notices.settle()
        _wake_once()
    _analyze()


def load_plain(sizes: plain_catalogue.Sizes, *, checkouts: int, say: Callable[[str], object]) -> None:
    """Adds the plain catalogue, people and orders asked for, beside the demo."""
    _step("Plain shops, listings and buyers", lambda: plain_catalogue.load(sizes), say)
    _step("Plain orders", lambda: trade.load(checkouts), say)
    _analyze()


def _analyze() -> None:
    """Tells the planner what the tables look like now, and tidies them, so that the first page is as fast as the next."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")


def _step(name: str, function: Callable[[], object], say: Callable[[str], object]) -> None:
    began = time.monotonic()
    function()
    say(f"{name}: {time.monotonic() - began:.1f} s")


def _wake_once() -> None:
    """The hundreds of "deliver now" that the half year asked for at its commit become none: all was delivered in it.

    The letters of the last hours are the sweeper's, whenever a worker starts.
    """
    wakers = (events.request_delivery, emails.request_run)
    connection.run_on_commit = [entry for entry in connection.run_on_commit if entry[1] not in wakers]
