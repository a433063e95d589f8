from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("users", "0002_legal_texts")]

    operations = [
        migrations.AddField(
            model_name="legaltext",
            name="asks_for_consent",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Untick it for what changes nothing, such as a spelling. Only terms and privacy are asked about.",
                verbose_name="everybody is asked to agree at their next sign-in",
            ),
        ),
    ]
