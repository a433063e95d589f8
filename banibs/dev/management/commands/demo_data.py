"""Fills an empty market with the demo's shops, listings, people and orders; with counts, with a large plain catalogue too."""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from banibs.dev.demo import loading


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        for name in ("sellers", "products", "buyers", "orders"):
            parser.add_argument(f"--{name}", type=int, default=0, metavar="N", help=f"plain {name} beside the demo's own")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger().setLevel(logging.WARNING)  # a line for each of a thousand events helps nobody here
        say = self.stdout.write if options["verbosity"] else (lambda line: None)
        loading.load(say=say)
