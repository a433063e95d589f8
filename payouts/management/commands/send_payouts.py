"""`manage.py send_payouts`: sends what waits, and asks how the rest fares."""

from django.core.management.base import BaseCommand

from payouts.sending import look_up, send_payout


class Command(BaseCommand):
    help = "Sends the payouts that may go, and asks providers how attempts fare of which no event has told."

    def handle(self, *args: object, **options: object) -> None:
        begun = send_payout.send_due()
        self.stdout.write(f"{begun} sent, {look_up.look_up_due()} looked up.")
