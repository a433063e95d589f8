"""The order in which the demo is loaded. A second run finds the first one's mark and changes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import transaction

from banibs.dev.demo import catalogue, people
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


def _step(name: str, function: Callable[[], object], say: Callable[[str], object]) -> None:
    began = time.monotonic()
    function()
    say(f"{name}: {time.monotonic() - began:.1f} s")
