"""The books for an accountant's tools, on standard output."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wallet import export


class Command(BaseCommand):
    help = "Writes the whole ledger for bean-check, hledger or a spreadsheet to standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--format", choices=sorted(export.FORMS), default="beancount")

    def handle(self, *args: Any, **options: Any) -> None:
        """Streams the books; memory does not grow with them."""
        for piece in export.write(options["format"]):
            self.stdout.write(piece, ending="")
