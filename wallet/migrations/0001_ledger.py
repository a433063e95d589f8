"""The rows of the ledger."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import banibs.core.clock
import wallet.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0004_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=64, verbose_name="code")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("floored", models.BooleanField(verbose_name="never below zero")),
                ("stored", models.BooleanField(verbose_name="balance kept on the row")),
                ("balance", models.BigIntegerField(default=0, verbose_name="balance, minor units")),
                ("moved_at", models.DateTimeField(null=True, verbose_name="last moved")),
            ],
            options={
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
                "constraints": [
                    models.UniqueConstraint(fields=("code", "currency"), name="wallet_account_code"),
                    models.CheckConstraint(
                        condition=models.Q(("floored", False), ("balance__gte", 0), _connector="OR"),
                        name="wallet_account_floor",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("stored", True), ("balance", 0), _connector="OR"),
                        name="wallet_account_unstored",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "code__regex",
                                    "^(user:[1-9][0-9]*:wallet|user:[1-9][0-9]*:reserved|user:[1-9][0-9]*:disputed|seller:[1-9][0-9]*:pending|seller:[1-9][0-9]*:disputed|seller:[1-9][0-9]*:in_transit)$",
                                ),
                                ("floored", True),
                                ("stored", True),
                            ),
                            models.Q(
                                ("code__regex", "^(seller:[1-9][0-9]*:available)$"),
                                ("floored", False),
                                ("stored", True),
                            ),
                            models.Q(
                                (
                                    "code__regex",
                                    "^(platform:revenue|platform:processing|platform:tax:[A-Z][A-Z0-9-]{1,15}|platform:promotions|platform:bad_debt|(stripe|paypal|wise|crypto):clearing|stripe:(connected|disputes)|stripe:(refunds|unapplied))$",
                                ),
                                ("floored", False),
                                ("stored", False),
                            ),
                            _connector="OR",
                        ),
                        name="wallet_account_chart",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="wallet_account_currency"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=128, verbose_name="key")),
                ("kind", models.CharField(max_length=32, verbose_name="kind")),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("reference", models.CharField(blank=True, max_length=32, verbose_name="reference")),
                ("actor", models.CharField(max_length=64, verbose_name="by")),
                ("memo", models.TextField(blank=True, verbose_name="memo")),
                ("at", models.DateTimeField(db_default=banibs.core.clock.Now(), verbose_name="at")),
                (
                    "reverses",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="wallet.movement",
                        verbose_name="reverses",
                    ),
                ),
            ],
            options={
                "verbose_name": "movement",
                "verbose_name_plural": "movements",
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="amount, minor units")),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("subject", models.CharField(blank=True, max_length=40, verbose_name="for")),
                ("source_balance", models.BigIntegerField(null=True)),
                ("target_balance", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField(db_default=banibs.core.clock.Now(), verbose_name="at")),
                (
                    "xid",
                    wallet.models.TransactionId(
                        db_default=wallet.models.CurrentTransaction(), editable=False
                    ),
                ),
                (
                    "movement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="wallet.movement",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="wallet.account",
                        verbose_name="from",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="wallet.account",
                        verbose_name="to",
                    ),
                ),
            ],
            options={
                "verbose_name": "transfer",
                "verbose_name_plural": "transfers",
            },
        ),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[("credit_wallet", "Credit a wallet")], max_length=32, verbose_name="action"
                    ),
                ),
                ("payload", models.JSONField(verbose_name="what exactly")),
                ("payload_hash", models.BinaryField(max_length=32)),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "Waiting for a second person"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("expired", "Expired"),
                        ],
                        default="requested",
                        max_length=16,
                        verbose_name="status",
                    ),
                ),
                (
                    "requested_at",
                    models.DateTimeField(db_default=banibs.core.clock.Now(), verbose_name="asked"),
                ),
                ("expires_at", models.DateTimeField(verbose_name="lapses")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                ("decision_note", models.TextField(blank=True, verbose_name="note")),
                (
                    "decider",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "approval",
                "verbose_name_plural": "approvals",
                "ordering": ["-id"],
                "permissions": [("decide_approval", "Can approve or refuse what another asked for")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "requested")),
                        fields=["expires_at"],
                        name="wallet_approval_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decider__isnull", True),
                            models.Q(("decider", models.F("requester")), _negated=True),
                            _connector="OR",
                        ),
                        name="wallet_approval_two_people",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decider__isnull", True), ("status__in", ["requested", "expired"])),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decider__isnull", False),
                                ("status__in", ["approved", "refused"]),
                            ),
                            _connector="OR",
                        ),
                        name="wallet_approval_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="wallet_approval_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("horizon", wallet.models.TransactionId()),
                ("balance", models.BigIntegerField()),
                ("latest_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkpoints",
                        to="wallet.account",
                    ),
                ),
            ],
            options={
                "verbose_name": "checkpoint",
                "verbose_name_plural": "checkpoints",
                "constraints": [
                    models.UniqueConstraint(fields=("account", "horizon"), name="wallet_checkpoint_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(
                condition=models.Q(("reference", ""), _negated=True),
                fields=["reference"],
                name="wallet_movement_reference",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(fields=("key",), name="wallet_movement_once"),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses__isnull", False)),
                fields=("reverses",),
                name="wallet_movement_reversed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(("key__regex", "^[a-z_]+(:[a-z0-9_]+)+$")), name="wallet_movement_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__regex", "^[a-z_]+$")), name="wallet_movement_kind"
            ),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("source_balance__isnull", False)),
                fields=["source", "at", "movement"],
                name="wallet_transfer_out",
            ),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("target_balance__isnull", False)),
                fields=["target", "at", "movement"],
                name="wallet_transfer_in",
            ),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("source_balance__isnull", True)),
                fields=["source", "xid"],
                include=("amount", "at"),
                name="wallet_transfer_out_sum",
            ),
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("target_balance__isnull", True)),
                fields=["target", "xid"],
                include=("amount", "at"),
                name="wallet_transfer_in_sum",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="wallet_transfer_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", models.F("target")), _negated=True),
                name="wallet_transfer_two_accounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.CheckConstraint(
                condition=models.Q(("subject__regex", "^([a-z_]+:[0-9]+)?$")), name="wallet_transfer_subject"
            ),
        ),
    ]
