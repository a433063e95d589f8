"""The scheduled job by hand."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.tasks import complete_orders


class Command(BaseCommand):
    help = "Completes orders that were sent 14 days ago and not complained of."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints how many."""
        self.stdout.write(f"{complete_orders()} orders completed.")
