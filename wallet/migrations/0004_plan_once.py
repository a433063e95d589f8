"""The posting function is planned once per connection. Some databases have it already: it is replaced by itself."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("wallet", "0003_one_writer")]
    operations = [
        migrations.RunSQL((SQL / "0004_ledger_post.sql").read_text(), migrations.RunSQL.noop),
    ]
