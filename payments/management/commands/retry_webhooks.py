"""`manage.py retry_webhooks`: works on every stored event whose time has come."""

from django.core.management.base import BaseCommand

from payments.tasks import retry_webhooks


class Command(BaseCommand):
    help = "Works on the webhooks that wait or failed and whose next try is due."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{retry_webhooks()} worked on.")
