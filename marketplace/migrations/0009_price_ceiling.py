from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0008_tax_of_lines")]

    operations = [
        # What stands already is not looked at: a price that was typed before there was a ceiling stops no upgrade.
        AddConstraintNotValid(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__lte", 100000000000)), name="offer_amount_within"
            ),
        ),
    ]
