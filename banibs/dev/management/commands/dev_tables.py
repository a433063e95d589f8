"""`manage.py dev_tables`: `migrate` for a laptop and for the tests, without its slowest minute."""

from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

MIRROR = "djstripe"


class Command(BaseCommand):
    """dj-stripe's history alters 500 columns of tables that are still empty, which takes Django over a minute.

    On a fresh database its tables are made as they end up, and its migrations noted as done. A database that knows
    any of them is migrated as everywhere; production runs `migrate`.
    """

    help = "Migrate the database of a development machine, quickly when it is new"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Makes or updates every table."""
        if apps.is_installed(MIRROR) and not self._knows_the_mirror():
            call_command("migrate", "users", verbosity=0)
            with transaction.atomic(), connection.schema_editor() as editor:
                for model in apps.get_app_config(MIRROR).get_models(include_auto_created=False):
                    editor.create_model(model)
            call_command("migrate", MIRROR, fake=True, verbosity=0)
        call_command("migrate", verbosity=0)

    def _knows_the_mirror(self) -> bool:
        recorder = MigrationRecorder(connection)
        return recorder.has_table() and recorder.migration_qs.filter(app=MIRROR).exists()
