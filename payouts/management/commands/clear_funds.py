"""`manage.py clear_funds`: gives sellers what has waited long enough."""

from django.core.management.base import BaseCommand

from payouts.clearing import clear_due


class Command(BaseCommand):
    help = "Moves what orders hold to their sellers' available balances: a while after payment, once sent."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{clear_due()} cleared.")
