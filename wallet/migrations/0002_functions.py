"""The ledger's functions and guards, from the files in `wallet/sql` that carry this migration's number."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallet", "0001_ledger")]
    operations = [
        migrations.RunSQL((SQL / "0002_ledger_post.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "0002_ledger_balance.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "0002_guards.sql").read_text(), migrations.RunSQL.noop),
    ]
