"""Many movements in one statement, for jobs over sets: clearing posts an order's movement for each of hundreds."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallet", "0009_approvals_kept")]
    operations = [
        migrations.RunSQL((SQL / "0010_ledger_post_many.sql").read_text(), migrations.RunSQL.noop),
    ]
