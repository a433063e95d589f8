"""Versions of a shop's tax details, and the company that a buyer buys for."""

import django.db.models.deletion
from django.db import migrations, models

import banibs.core.clock

# A version is frozen but for its seal: the same secrets may be sealed under another key (`manage.py seal_secrets`).
GUARD = """
CREATE TRIGGER tax_details_frozen
  BEFORE UPDATE OF id, seller_id, version, form, legal_name, line1, line2, city, region, postcode, country,
                   establishments, digest, created_at ON marketplace_taxdetails
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
CREATE TRIGGER tax_details_kept BEFORE DELETE OR TRUNCATE ON marketplace_taxdetails
  FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only();
"""
BACK = """
DROP TRIGGER tax_details_frozen ON marketplace_taxdetails;
DROP TRIGGER tax_details_kept ON marketplace_taxdetails;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_append_only"),
        ("marketplace", "0014_files_never_scanned"),
    ]

    operations = [
        migrations.AddField(
            model_name="checkout",
            name="company",
            field=models.CharField(blank=True, db_default="", default="", max_length=150),
        ),
        migrations.AddField(
            model_name="checkout",
            name="vat_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.CreateModel(
            name="TaxDetails",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("individual", "A private person"),
                            ("sole_trader", "A sole trader"),
                            ("partnership", "A partnership"),
                            ("company", "A company"),
                            ("nonprofit", "A charity or association"),
                        ],
                        max_length=12,
                    ),
                ),
                ("legal_name", models.CharField(max_length=150)),
                ("line1", models.CharField(max_length=200)),
                ("line2", models.CharField(blank=True, max_length=200)),
                ("city", models.CharField(blank=True, max_length=100)),
                ("region", models.CharField(blank=True, max_length=100)),
                ("postcode", models.CharField(blank=True, max_length=20)),
                ("country", models.CharField(max_length=2)),
                ("establishments", models.JSONField(default=list)),
                ("sealed", models.BinaryField()),
                ("digest", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField(db_default=banibs.core.clock.Now())),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tax_details",
                        to="marketplace.seller",
                    ),
                ),
            ],
            options={
                "verbose_name": "tax details",
                "verbose_name_plural": "tax details",
                "permissions": [("reveal_taxdetails", "Can read the secret fields of tax details")],
                "constraints": [
                    models.UniqueConstraint(fields=("seller", "version"), name="tax_details_version")
                ],
            },
        ),
        migrations.RunSQL(GUARD, BACK),
    ]
