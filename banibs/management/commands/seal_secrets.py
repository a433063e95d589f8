"""After SECRET_KEY was changed: what was sealed under an old key is sealed under today's."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.sellers import tax_secrets
from payments.webhooks import endpoints
from payouts.methods import destinations


class Command(BaseCommand):
    help = (
        "Seals tax details, endpoints' secrets and destinations of payouts under SECRET_KEY. Run it before an old key"
        " is taken out."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """All of them; run again it does the same once more."""
        versions, secrets, methods = tax_secrets.seal_anew(), endpoints.seal_anew(), destinations.seal_anew()
        self.stdout.write(
            f"Sealed under SECRET_KEY: {versions} versions of tax details, {secrets} secrets of endpoints,"
            f" {methods} destinations of payouts."
        )
