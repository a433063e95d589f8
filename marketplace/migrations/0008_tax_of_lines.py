"""A line keeps what its tax was reckoned on and whose it is; an order the rate of the tax on its delivery.

Old sales stay in the region's account. The rate on their delivery is written where it still agrees with the tax taken;
where staff have changed it since, it stays 0: not known.
"""

from django.db import migrations, models

LINES = """
UPDATE marketplace_orderline l
   SET tax_jurisdiction = o.tax_jurisdiction, tax_base = l.total - l.tax
  FROM marketplace_order o
 WHERE o.id = l.order_id
"""
# half up: (2n + d) / 2d in whole numbers
DELIVERY = """
UPDATE marketplace_order o
   SET shipping_tax_rate_bps = r.rate_bps
  FROM marketplace_checkout c
  JOIN marketplace_taxrate r ON r.region_id = c.region_id AND r.tax_class = 'standard'
 WHERE c.id = o.checkout_id AND o.shipping_tax > 0
   AND o.shipping_tax = CASE WHEN c.tax_inclusive
       THEN (2 * o.shipping * r.rate_bps + 10000 + r.rate_bps) / (2 * (10000 + r.rate_bps))
       ELSE (2 * o.shipping * r.rate_bps + 10000) / 20000 END
"""


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0007_dispute_and_shares")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="shipping_tax_rate_bps",
            field=models.PositiveIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="orderline",
            name="tax_base",
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name="orderline",
            name="tax_jurisdiction",
            field=models.CharField(db_default="", max_length=16),
        ),
        migrations.RunSQL(LINES, migrations.RunSQL.noop),
        migrations.RunSQL(DELIVERY, migrations.RunSQL.noop),
    ]
