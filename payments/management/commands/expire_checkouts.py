"""`manage.py expire_checkouts`: ends the checkouts that nobody paid in time."""

from django.core.management.base import BaseCommand

from payments.charges.expiry import expire_due


class Command(BaseCommand):
    help = "Cancels unpaid checkouts whose time is over; stock, coupons and wallet parts go back."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{expire_due()} expired.")
