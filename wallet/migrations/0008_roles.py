"""Checkpoints are written by a function of the database, so that the web role needs no right to write them."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallet", "0007_seal")]
    operations = [
        migrations.RunSQL((SQL / "0008_ledger_move_checkpoints.sql").read_text(), migrations.RunSQL.noop),
    ]
