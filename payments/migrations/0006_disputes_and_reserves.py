"""Disputes with their rounds and shares; reserves and debts (empty yet); refunds by what they did at Stripe."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import banibs.core.clock

# What the ledger says was sent, and came back, before these columns were there.
FILL = """
UPDATE payments_refund r SET sent_at = m.at FROM wallet_movement m
 WHERE m.key = 'refund:' || r.id || ':' || r.attempt || ':sent';
UPDATE payments_refund r SET returned_at = m.at FROM wallet_movement m
 WHERE m.key = 'refund:' || r.id || ':' || r.attempt || ':failed';
UPDATE payments_refund r SET to_wallet_at = m.at FROM wallet_movement m
 WHERE m.key = 'refund:' || r.id || ':to_wallet';
UPDATE payments_intent i SET refund_sent_at = m.at FROM wallet_movement m
 WHERE m.key = 'intent:' || i.id || ':unapplied_refunded';
UPDATE payments_intent i SET refund_returned_at = m.at FROM wallet_movement m
 WHERE m.key = 'intent:' || i.id || ':unapplied_refunded:reversed';
"""
# A share is what it was when its round began.
FROZEN = """
CREATE TRIGGER payments_disputeshare_frozen BEFORE UPDATE OR DELETE ON payments_disputeshare
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
"""
THAW = "DROP TRIGGER payments_disputeshare_frozen ON payments_disputeshare"


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0007_dispute_and_shares"),
        ("payments", "0005_one_succeeded"),
        ("wallet", "0005_second_chart"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DebtAgreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("agreed", "Agreed"),
                            ("repaid", "Repaid"),
                            ("recalled", "Recalled"),
                            ("written_off", "Written Off"),
                        ],
                        default="proposed",
                        max_length=11,
                    ),
                ),
                ("agreed", models.BigIntegerField()),
                ("repaid", models.BigIntegerField(default=0)),
                ("written_off", models.BigIntegerField(default=0)),
                ("share_bps", models.PositiveIntegerField()),
                ("dates", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(db_default=banibs.core.clock.Now())),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stripe_id", models.CharField(max_length=80, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("inquiry", "Inquiry"),
                            ("open", "Open"),
                            ("submitted", "Submitted"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("reinstated", "Reinstated"),
                            ("closed", "Closed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.BigIntegerField()),
                ("reason", models.CharField(max_length=40)),
                ("due_by", models.DateTimeField(null=True)),
                ("round", models.PositiveSmallIntegerField(default=0)),
                ("opened_at", models.DateTimeField(db_default=banibs.core.clock.Now())),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DisputeRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("won", "Won"),
                            ("lost", "Lost"),
                            ("reinstated", "Reinstated"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("withdrawn", models.BigIntegerField()),
                ("fee", models.BigIntegerField(default=0)),
                ("fee_returned", models.BigIntegerField(default=0)),
                ("withdrawal", models.CharField(max_length=80, unique=True)),
                ("credit", models.CharField(max_length=80, null=True, unique=True)),
                ("opened_at", models.DateTimeField(db_default=banibs.core.clock.Now())),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="DisputeShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("net", models.BigIntegerField(default=0)),
                ("fee", models.BigIntegerField(default=0)),
                ("tax", models.BigIntegerField(default=0)),
                ("processing", models.BigIntegerField(default=0)),
                ("promotion", models.BigIntegerField(default=0)),
                ("from_held", models.BigIntegerField(default=0)),
                ("from_reserve", models.BigIntegerField(default=0)),
                ("from_available", models.BigIntegerField(default=0)),
                ("from_wallet", models.BigIntegerField(default=0)),
                ("from_unapplied", models.BigIntegerField(default=0)),
                ("excess", models.BigIntegerField(default=0)),
                ("dispute_fee", models.BigIntegerField(default=0)),
                ("breakdown", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="ReserveHold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("amount", models.BigIntegerField()),
                ("left", models.BigIntegerField()),
                ("release_on", models.DateField()),
                ("released_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(db_default=banibs.core.clock.Now())),
            ],
        ),
        migrations.RemoveIndex(
            model_name="refund",
            name="refund_to_send",
        ),
        migrations.AddField(
            model_name="incident",
            name="intent",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="payments.intent"
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="refund",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="payments.refund"
            ),
        ),
        migrations.AddField(
            model_name="intent",
            name="refund_attempt",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddField(
            model_name="intent",
            name="refund_balance_transaction",
            field=models.CharField(blank=True, db_default="", max_length=80),
        ),
        migrations.AddField(
            model_name="intent",
            name="refund_failure_balance_transaction",
            field=models.CharField(blank=True, db_default="", max_length=80),
        ),
        migrations.AddField(
            model_name="intent",
            name="refund_returned_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="intent",
            name="refund_sent_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="intent",
            name="to_wallet_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="balance_transaction",
            field=models.CharField(blank=True, db_default="", max_length=80),
        ),
        migrations.AddField(
            model_name="refund",
            name="breakdown",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="refund",
            name="earlier",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="refund",
            name="failure_balance_transaction",
            field=models.CharField(blank=True, db_default="", max_length=80),
        ),
        migrations.AddField(
            model_name="refund",
            name="from_reserve",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="refund",
            name="returned_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="sent_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="refund",
            name="to_wallet_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="refund",
            name="status",
            field=models.CharField(
                choices=[
                    ("pending", "Pending"),
                    ("sent", "Sent"),
                    ("succeeded", "Succeeded"),
                    ("failed", "Failed"),
                    ("canceled", "Canceled"),
                ],
                default="pending",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("status__in", ["pending", "sent"])),
                fields=["id"],
                name="refund_under_way",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reserved", 0),
                    models.Q(
                        ("reserved__gt", 0),
                        ("reserved__lte", models.F("wallet_part")),
                        models.Q(("status__in", ["succeeded", "canceled"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="payment_reserved_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(("card_part__gte", 0), ("wallet_part__gte", 0)),
                name="refund_tenders_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("from_held"), "+", models.F("from_reserve")
                                            ),
                                            "+",
                                            models.F("from_available"),
                                        ),
                                        "+",
                                        models.F("fee"),
                                    ),
                                    "+",
                                    models.F("tax"),
                                ),
                                "+",
                                models.F("processing"),
                            ),
                            "-",
                            models.F("promotion"),
                        ),
                    ),
                    ("fee__gte", 0),
                    ("from_available__gte", 0),
                    ("from_held__gte", 0),
                    ("from_reserve__gte", 0),
                    ("processing__gte", 0),
                    ("promotion__gte", 0),
                    ("tax__gte", 0),
                ),
                name="refund_borne_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("balance_transaction", ""), ("sent_at__isnull", False), _connector="OR"),
                    models.Q(
                        ("failure_balance_transaction", ""), ("returned_at__isnull", False), _connector="OR"
                    ),
                    models.Q(("returned_at__isnull", True), ("sent_at__isnull", False), _connector="OR"),
                ),
                name="refund_moved_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("balance_transaction", ""), _negated=True),
                fields=("balance_transaction",),
                name="refund_sent_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.UniqueConstraint(
                condition=models.Q(("failure_balance_transaction", ""), _negated=True),
                fields=("failure_balance_transaction",),
                name="refund_failed_once",
            ),
        ),
        migrations.AddField(
            model_name="debtagreement",
            name="seller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="debt_agreements",
                to="marketplace.seller",
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="intent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="payments.intent"
            ),
        ),
        migrations.AddField(
            model_name="dispute",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="payments.payment"
            ),
        ),
        migrations.AddField(
            model_name="incident",
            name="dispute",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="payments.dispute"
            ),
        ),
        migrations.AddField(
            model_name="disputeround",
            name="dispute",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rounds", to="payments.dispute"
            ),
        ),
        migrations.AddField(
            model_name="disputeshare",
            name="order",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dispute_shares",
                to="marketplace.order",
            ),
        ),
        migrations.AddField(
            model_name="disputeshare",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="payments.disputeround"
            ),
        ),
        migrations.AddField(
            model_name="disputeshare",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reservehold",
            name="order",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reserve_hold",
                to="marketplace.order",
            ),
        ),
        migrations.AddConstraint(
            model_name="debtagreement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "agreed")), fields=("seller", "currency"), name="debt_one_agreed"
            ),
        ),
        migrations.AddConstraint(
            model_name="debtagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agreed__gt", 0),
                    (
                        "agreed__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("repaid"), "+", models.F("written_off")
                        ),
                    ),
                    ("repaid__gte", 0),
                    ("share_bps__lte", 10000),
                    ("written_off__gte", 0),
                ),
                name="debt_amounts_within",
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(fields=["payment", "id"], name="dispute_of_payment"),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(
                condition=models.Q(("state__in", ["inquiry", "open", "submitted"])),
                fields=["due_by"],
                name="dispute_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="dispute_amount_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeround",
            constraint=models.UniqueConstraint(fields=("dispute", "number"), name="dispute_round_once"),
        ),
        migrations.AddConstraint(
            model_name="disputeround",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("dispute",), name="dispute_one_open_round"
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fee__gte", 0),
                    ("fee_returned__gte", 0),
                    ("fee_returned__lte", models.F("fee")),
                    ("withdrawn__gt", 0),
                ),
                name="dispute_round_amounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("credit__isnull", False), ("state__in", ["won", "reinstated"])),
                    models.Q(("credit__isnull", True), ("state__in", ["open", "lost"])),
                    _connector="OR",
                ),
                name="dispute_round_credited",
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeshare",
            constraint=models.UniqueConstraint(
                fields=("round", "order"), name="dispute_share_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeshare",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("order__isnull", True), ("user__isnull", False)),
                    models.Q(
                        (
                            "amount",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("net"), "+", models.F("fee")
                                        ),
                                        "+",
                                        models.F("tax"),
                                    ),
                                    "+",
                                    models.F("processing"),
                                ),
                                "-",
                                models.F("promotion"),
                            ),
                        ),
                        (
                            "net",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("from_held"), "+", models.F("from_reserve")
                                    ),
                                    "+",
                                    models.F("from_available"),
                                ),
                                "-",
                                models.F("excess"),
                            ),
                        ),
                        ("order__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="dispute_share_adds_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeshare",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount__gte", 0),
                    ("dispute_fee__gte", 0),
                    ("excess__gte", 0),
                    ("fee__gte", 0),
                    ("from_available__gte", 0),
                    ("from_held__gte", 0),
                    ("from_reserve__gte", 0),
                    ("from_unapplied__gte", 0),
                    ("from_wallet__gte", 0),
                    ("net__gte", 0),
                    ("processing__gte", 0),
                    ("promotion__gte", 0),
                    ("tax__gte", 0),
                ),
                name="dispute_share_not_negative",
            ),
        ),
        migrations.AddIndex(
            model_name="reservehold",
            index=models.Index(
                condition=models.Q(("released_at__isnull", True)),
                fields=["release_on"],
                name="reserve_to_release",
            ),
        ),
        migrations.AddConstraint(
            model_name="reservehold",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0), ("left__gte", 0), ("left__lte", models.F("amount"))),
                name="reserve_left_within",
            ),
        ),
        migrations.RunSQL(FROZEN, THAW),
    ]
