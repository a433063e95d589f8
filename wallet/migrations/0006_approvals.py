"""One registry of what staff may ask for: requests are frozen, small ones are one person's, and payouts can be paused."""

from pathlib import Path

from django.conf import settings
from django.db import migrations, models

import banibs.core.clock

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("wallet", "0005_second_chart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PayoutPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100, verbose_name="key")),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "opened_at",
                    models.DateTimeField(db_default=banibs.core.clock.Now(), verbose_name="paused"),
                ),
                ("opened_by", models.CharField(max_length=64, verbose_name="by")),
                ("lifted_at", models.DateTimeField(null=True, verbose_name="lifted")),
                ("lifted_by", models.CharField(blank=True, max_length=64, verbose_name="lifted by")),
                ("note", models.TextField(blank=True, verbose_name="note")),
            ],
            options={
                "verbose_name": "pause of payouts",
                "verbose_name_plural": "pauses of payouts",
                "ordering": ["-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="approval",
            name="wallet_approval_decided",
        ),
        migrations.AddField(
            model_name="approval",
            name="alone_limit",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="approval",
            name="amount",
            field=models.BigIntegerField(null=True, verbose_name="amount, minor units"),
        ),
        migrations.AddField(
            model_name="approval",
            name="currency",
            field=models.CharField(blank=True, db_default="", max_length=3, verbose_name="currency"),
        ),
        migrations.AddField(
            model_name="approval",
            name="subject",
            field=models.CharField(blank=True, db_default="", max_length=40, verbose_name="about"),
        ),
        migrations.AddField(
            model_name="approval",
            name="words",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="what"),
        ),
        migrations.AlterField(
            model_name="approval",
            name="action",
            field=models.CharField(max_length=32, verbose_name="action"),
        ),
        migrations.RunSQL((SQL / "0006_approvals.sql").read_text(), migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(
                fields=["requester", "subject", "requested_at"], name="wallet_approval_of_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decider__isnull", True), ("status__in", ["requested", "expired"])),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decider__isnull", False),
                        ("status__in", ["approved", "refused"]),
                    ),
                    models.Q(
                        ("alone_limit__isnull", False),
                        ("amount__lte", models.F("alone_limit")),
                        ("decided_at__isnull", False),
                        ("decider__isnull", True),
                        ("status", "approved"),
                    ),
                    _connector="OR",
                ),
                name="wallet_approval_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutpause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True)),
                fields=("key",),
                name="wallet_payout_pause_open",
            ),
        ),
    ]
