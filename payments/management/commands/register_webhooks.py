"""`manage.py register_webhooks`: makes our two endpoints at Stripe and keeps their secrets, encrypted."""

from django.core.management.base import BaseCommand, CommandError

from payments.gateways import outcomes
from payments.gateways.stripe.client import configured
from payments.webhooks import endpoints


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # one asks for the secrets made here
    help = (
        "Registers one webhook endpoint for our account and one for connected accounts, for SITE_URL; those that are "
        "registered already are brought up to date."
    )

    def handle(self, *args: object, **options: object) -> None:
        if not configured():
            raise CommandError("Set STRIPE_SECRET_KEY first.")
        try:
            registered = endpoints.register()
        except (outcomes.Refused, outcomes.Unknown) as error:
            raise CommandError(f"Stripe did not register our endpoints: {error}") from error
        for one in registered:
            kind = "connected accounts" if one.connect else "our account"
            how = "come" if one.new else "came already, and go on coming,"
            self.stdout.write(f"Events of {kind} {how} to {one.url} ({one.stripe_id}).")
        self.stdout.write(
            "Set STRIPE_WEBHOOK_SECRET=stored and STRIPE_CONNECT_WEBHOOK_SECRET=stored, and start again."
        )
