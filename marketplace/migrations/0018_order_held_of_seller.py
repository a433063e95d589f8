"""What a shop has pending is found without reading its orders of years."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0017_digital_consent")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("cleared_at__isnull", True), ("held__gt", 0)),
                fields=["seller"],
                name="order_held_of_seller",
            ),
        ),
    ]
