"""After SECRET_KEY was changed: what was sealed under an old key is sealed under today's."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.sellers import tax_secrets


class Command(BaseCommand):
    help = "Seals all tax details under SECRET_KEY. Run it before an old key leaves SECRET_KEY_FALLBACKS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Every version; run again it does the same once more."""
        self.stdout.write(f"{tax_secrets.seal_anew()} versions of tax details are sealed under SECRET_KEY.")
