"""Gives the role of DATABASE_URL what the servers need, and of the ledger's tables to read alone."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from banibs.management import web_role


class Command(BaseCommand):
    help = "Gives the web role its rights, as the owner; `migrate` does it by itself. May be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says of how many tables. CommandError when the role could write the ledger's tables after all."""
        tables = web_role.grant()
        self.stdout.write(f"{settings.DATABASE_WEB_ROLE} has its rights on {tables} tables.")
