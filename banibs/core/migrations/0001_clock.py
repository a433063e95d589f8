"""The shared clock, as a function of the database: its time plus the development offset."""

from django.db import migrations, models

CLOCK = """
CREATE FUNCTION banibs_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT clock_timestamp() + coalesce((SELECT "offset" FROM core_clockoffset WHERE id = 1), interval '0') $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="ClockOffset",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("offset", models.DurationField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(id=1), name="clock_offset_one_row")
                ],
            },
        ),
        migrations.RunSQL(CLOCK, "DROP FUNCTION banibs_now()"),
    ]
