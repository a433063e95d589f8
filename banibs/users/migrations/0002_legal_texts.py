"""Terms, privacy, returns and imprint, with their first versions, and who agreed to which."""

import datetime as dt

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import banibs.core.clock
from banibs.users.migrations._0002_legal_texts import TEXTS

WRITTEN_AT = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)  # the same in every database


def load(apps, schema_editor):
    LegalText = apps.get_model("users", "LegalText")
    LegalText.objects.bulk_create(
        LegalText(slug=slug, version=1, body=body, published_at=WRITTEN_AT) for slug, body in TEXTS.items()
    )


class Migration(migrations.Migration):
    dependencies = [
        ("users", "0001_initial"),
        ("core", "0001_clock"),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.CharField(
                        choices=[
                            ("terms", "Terms"),
                            ("privacy", "Privacy"),
                            ("returns", "Returns"),
                            ("imprint", "Imprint"),
                        ],
                        max_length=16,
                        verbose_name="text",
                    ),
                ),
                ("version", models.PositiveIntegerField(editable=False, verbose_name="version")),
                (
                    "body",
                    models.TextField(
                        help_text="An empty line makes a paragraph, “## ” a heading, “- ” a list, **two stars** bold.",
                        max_length=50000,
                        verbose_name="words",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        db_default=banibs.core.clock.Now(), editable=False, verbose_name="in force since"
                    ),
                ),
            ],
            options={
                "verbose_name": "legal text",
                "ordering": ["slug", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("slug", "version"), name="legal_text_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agreed_at", models.DateTimeField(db_default=banibs.core.clock.Now(), editable=False)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="users.legaltext"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "text"), name="consent_once")],
            },
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
