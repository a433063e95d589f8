"""`manage.py run_payout_schedules`: asks for the payouts that are due today, where each shop is."""

from django.core.management.base import BaseCommand

from payouts.schedules.run import run_due


class Command(BaseCommand):
    help = "Runs the schedules of payouts that are due, each due date once. The timetable does it every five minutes."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{run_due()} asked for.")
