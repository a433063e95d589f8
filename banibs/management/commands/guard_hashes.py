"""What refuses to break the books, as digests: shown against this database, or written from it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from banibs.core import guards


class Command(BaseCommand):
    help = (
        "Says which guards of this database differ from banibs/core/guards.json; --write makes the file anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--write", action="store_true", help="write the file from this database, after its migrations"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints each guard that differs; exits 1 when one does."""
        if options["write"]:
            guards.write()
        wanted, found = guards.kept()["guards"], guards.standing()
        differ = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
        for name in differ:
            self.stdout.write(name)
        self.stdout.write(f"{len(found)} guards, {len(differ)} differ.")
        if differ:
            sys.exit(1)
