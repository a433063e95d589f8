"""Writes the regions, their countries and tax rates."""

from django.db import migrations

from marketplace.migrations._initial_markets import MARKETS


def load(apps, schema_editor):
    Region = apps.get_model("marketplace", "Region")
    Country = apps.get_model("marketplace", "Country")
    TaxRate = apps.get_model("marketplace", "TaxRate")
    for position, market in enumerate(MARKETS):
        region = Region.objects.create(
            code=market.code,
            name=market.name,
            currency=market.currency,
            tax_inclusive=market.inclusive,
            tax_name=market.tax_name,
            shipping_taxed=market.shipping_taxed,
            processing_fixed=market.processing_fixed,
            position=position,
        )
        Country.objects.bulk_create(
            Country(code=code, name=name, region=region) for code, name in market.countries.items()
        )
        TaxRate.objects.bulk_create(
            TaxRate(region=region, tax_class=tax_class, rate_bps=rate)
            for tax_class, rate in zip(("standard", "reduced", "zero"), market.rates, strict=True)
        )


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0002_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
