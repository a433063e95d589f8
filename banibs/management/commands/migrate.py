"""Django's `migrate`, and then the rights of the web role on what it made."""

from typing import Any

from django.core.management.commands import migrate

from banibs.management import web_role


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        """Migrates; where the servers connect as a role of their own, that role may use the new tables at once."""
        super().handle(*args, **options)
        looks_only = options["plan"] or options["check_unapplied"]
        if web_role.separate() and not looks_only:
            web_role.grant()
