"""An order knows how its dispute stands, what of its fee is deferred, whose tax it is, and what went back of each part.

The column `disputed` stays in the database for servers of the release before; nothing reads it any more.
"""

import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

# What was given back so far was always the whole of an order.
FILL = """
UPDATE marketplace_order o
   SET dispute = CASE WHEN o.disputed THEN 'open' ELSE 'none' END,
       tax_jurisdiction = c.region_id,
       fee_deferred = CASE WHEN o.status = 'paid' THEN o.marketplace_fee ELSE 0 END,
       refunded_shipping = CASE WHEN back.whole THEN o.total - lines.total ELSE 0 END,
       refunded_shipping_tax = CASE WHEN back.whole THEN o.shipping_tax ELSE 0 END,
       refunded_processing = CASE WHEN back.whole THEN o.processing_fee ELSE 0 END
  FROM marketplace_checkout c,
       LATERAL (SELECT o2.id, o2.paid_at IS NOT NULL AND o2.status = 'canceled' AS whole
                  FROM marketplace_order o2 WHERE o2.checkout_id = c.id) back,
       LATERAL (SELECT coalesce(sum(l.total), 0) AS total FROM marketplace_orderline l WHERE l.order_id = back.id) lines
 WHERE c.id = o.checkout_id AND back.id = o.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("marketplace", "0006_order_to_clear"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE marketplace_order ALTER COLUMN disputed SET DEFAULT false",
                    "ALTER TABLE marketplace_order ALTER COLUMN disputed DROP DEFAULT",
                )
            ],
            state_operations=[migrations.RemoveField(model_name="order", name="disputed")],
        ),
        migrations.AddField(
            model_name="order",
            name="dispute",
            field=models.CharField(
                choices=[("none", "None"), ("open", "Open"), ("won", "Won"), ("lost", "Lost")],
                db_default="none",
                default="none",
                max_length=4,
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="fee_deferred",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="order",
            name="refunded_processing",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="order",
            name="refunded_shipping",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="order",
            name="refunded_shipping_tax",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="order",
            name="tax_jurisdiction",
            field=models.CharField(db_default="", max_length=16),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("seller_net"), "+", models.F("marketplace_fee")
                                    ),
                                    "+",
                                    models.F("processing_fee"),
                                ),
                                "+",
                                models.F("tax"),
                            ),
                            "-",
                            models.F("promotion"),
                        ),
                    )
                ),
                name="order_parts_add_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fee_deferred__gte", 0), ("fee_deferred__lte", models.F("marketplace_fee"))
                ),
                name="order_fee_deferred_within",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("refunded_processing__gte", 0),
                    ("refunded_processing__lte", models.F("processing_fee")),
                    ("refunded_shipping__gte", 0),
                    (
                        "refunded_shipping__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("shipping"), "+", models.F("shipping_tax")
                        ),
                    ),
                    ("refunded_shipping_tax__gte", 0),
                    ("refunded_shipping_tax__lte", models.F("shipping_tax")),
                ),
                name="order_refunded_parts_within",
            ),
        ),
    ]
