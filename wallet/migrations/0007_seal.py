"""A seal on each movement: by whom, for what and when it was written; and how far the books have been verified."""

from pathlib import Path

from django.db import migrations, models

import banibs.core.clock
import wallet.models

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("wallet", "0006_approvals"),
    ]

    operations = [
        migrations.AddField(
            model_name="movement",
            name="seal",
            field=models.BinaryField(max_length=32, null=True),
        ),
        migrations.CreateModel(
            name="Verified",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("settled", models.JSONField(default=dict)),
                ("seen", models.JSONField(default=dict)),
                ("seen_before", wallet.models.TransactionId()),
                ("at", models.DateTimeField(db_default=banibs.core.clock.Now())),
            ],
            options={
                "verbose_name": "verified",
                "verbose_name_plural": "verified",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="wallet_verified_one_row")
                ],
            },
        ),
        migrations.RunSQL((SQL / "0007_seal.sql").read_text(), migrations.RunSQL.noop),
        migrations.RunSQL((SQL / "0007_ledger_post.sql").read_text(), migrations.RunSQL.noop),
    ]
