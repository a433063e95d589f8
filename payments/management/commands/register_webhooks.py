"""`manage.py register_webhooks`: makes our two endpoints at Stripe and keeps their secrets, encrypted."""

import uuid

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from banibs.core.security import encryption
from payments.gateways import outcomes
from payments.gateways.stripe import stripe_events
from payments.gateways.stripe.client import configured
from payments.models import WebhookSecret
from payments.webhooks.process import handlers
from payments.webhooks.receive import forget_secrets


class Command(BaseCommand):
    requires_system_checks: list[str] = []  # one asks for the secrets made here
    help = "Registers one webhook endpoint for our account and one for connected accounts, for SITE_URL."

    def handle(self, *args: object, **options: object) -> None:
        if not configured():
            raise CommandError("Set STRIPE_SECRET_KEY first.")
        for connect in (False, True):
            self._register(connect=connect)
        forget_secrets()
        self.stdout.write(
            "Set STRIPE_WEBHOOK_SECRET=stored and STRIPE_CONNECT_WEBHOOK_SECRET=stored, and start again."
        )

    def _register(self, *, connect: bool) -> None:
        address = uuid.uuid4()
        url = settings.SITE_URL.rstrip("/") + reverse("payments:webhook", args=[address])
        try:
            stripe_id, secret = stripe_events.register_endpoint(
                url=url, events=sorted(handlers()), connect=connect
            )
        except (outcomes.Refused, outcomes.Unknown) as error:
            raise CommandError(f"Stripe did not register {url}: {error}") from error
        WebhookSecret.objects.create(
            uuid=address, stripe_id=stripe_id, connect=connect, encrypted=encryption.encrypt(secret)
        )
        kind = "connected accounts" if connect else "our account"
        self.stdout.write(f"Events of {kind} come to {url} ({stripe_id}).")
