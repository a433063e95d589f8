"""When a buyer of files asked for them at once and gave up changing their mind about them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0016_messages")]

    operations = [
        migrations.AddField(
            model_name="checkout",
            name="digital_consent_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
