"""Fills an empty market with the demo's shops, people and orders; with counts, a large plain catalogue as well."""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from banibs.dev.demo import demo_money, loading
from banibs.dev.demo.bulk import plain_catalogue
from wallet import demo_credit


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        for name in ("sellers", "products", "buyers", "orders"):
            parser.add_argument(
                f"--{name}", type=int, default=0, metavar="N", help=f"plain {name} beside the demo's own"
            )

    def handle(self, *args: Any, **options: Any) -> None:
        logging.getLogger().setLevel(
            logging.WARNING
        )  # a line for each of a thousand events helps nobody here
        say = self.stdout.write if options["verbosity"] else (lambda line: None)
        sizes = plain_catalogue.Sizes(
            sellers=options["sellers"], products=options["products"], buyers=options["buyers"]
        )
        if options["orders"] and not (options["products"] and options["buyers"]):
            raise CommandError(
                "--orders needs --products and --buyers: somebody buys, and something is bought."
            )
        try:
            loading.load(say=say)
        except loading.Occupied as occupied:
            raise CommandError(
                "This market has shops of its own; the demo is for an empty one."
            ) from occupied
        if sizes != plain_catalogue.Sizes():
            loading.load_plain(sizes, checkouts=options["orders"], say=say)
        if demo_credit.stripe_is_local():
            demo_money.pay_in()
