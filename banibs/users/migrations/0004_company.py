"""The company that a person last bought for, proposed at the next checkout."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0003_asks_for_consent"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="company",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=150, verbose_name="company"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="vat_id",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=40, verbose_name="VAT number"
            ),
        ),
    ]
