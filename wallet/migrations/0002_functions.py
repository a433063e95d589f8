"""The ledger's functions and guards, from the readable files in `wallet/sql`."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallet", "0001_ledger")]
    operations = [
        migrations.RunSQL((SQL / "ledger_post.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "ledger_balance.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "guards.sql").read_text(), migrations.RunSQL.noop),
    ]
