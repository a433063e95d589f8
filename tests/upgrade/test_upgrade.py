"""A database of every release, migrated to today's: what it is then, what it holds, and what may come next."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import accountants, database
from tests.upgrade import catalog, databases, dumps

pytestmark = pytest.mark.xdist_group("upgrade")  # one worker makes the databases, once
BASELINES = sorted(Path(__file__).parent.glob("baseline*.sql.gz"))
MIGRATIONS = databases.ROOT / "marketplace" / "migrations"
DJANGOS = {"django_migrations", "django_content_type", "auth_permission"}  # `migrate` adds to them
BRAZIL = """
from django.db import migrations


def add(apps, schema_editor):
    alias = schema_editor.connection.alias
    regions = apps.get_model("marketplace", "Region").objects.using(alias)
    brazil = regions.create(
        code="BR", name="Brazil", currency="BRL", tax_inclusive=True, tax_name="ICMS", shipping_taxed=True,
        processing_fixed=150, position=regions.count(),
    )
    apps.get_model("marketplace", "Country").objects.using(alias).create(code="BR", name="Brazil", region=brazil)
    rates = apps.get_model("marketplace", "TaxRate").objects.using(alias)
    for tax_class, rate in (("standard", 1800), ("reduced", 700), ("zero", 0)):
        rates.create(region=brazil, tax_class=tax_class, rate_bps=rate)


class Migration(migrations.Migration):
    dependencies = [("marketplace", {last!r})]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
"""


@dataclass(frozen=True)
class Upgraded:
    """A baseline after `migrate`: its address, the rows its file gave, and those it has now."""

    url: str
    given: dict[str, int]
    holds: dict[str, int]


@pytest.fixture(scope="module", params=BASELINES, ids=lambda path: path.name.removesuffix(".sql.gz"))
def upgraded(request: pytest.FixtureRequest) -> Iterator[Upgraded]:
    with databases.made("upgraded") as url:
        given = dumps.load(request.param, url)
        databases.manage(url, "migrate", "--skip-checks", "--verbosity", "0")
        yield Upgraded(url, given, catalog.counts(url))


@pytest.fixture(scope="module")
def fresh() -> Iterator[str]:
    """A database that knows today's migrations alone."""
    with databases.made("fresh", template=database.template()) as url:
        yield url


def test_upgraded_schema_is_a_fresh_one(upgraded: Upgraded, fresh: str) -> None:
    now, new = catalog.facts(upgraded.url), catalog.facts(fresh)

    assert sorted(now - new) == []
    assert sorted(new - now) == []
    kinds = {fact[0] for fact in new}
    assert kinds >= {
        "relation",
        "column",
        "constraint",
        "index",
        "sequence",
        "trigger",
        "function",
        "migration",
    }


def test_upgraded_rows_are_all_there(upgraded: Upgraded) -> None:
    """None is gone, and none has come but where the chart's second edition moved a balance to its own account."""
    changed = {
        table: (rows, upgraded.holds.get(table, 0))
        for table, rows in upgraded.given.items()
        if rows != upgraded.holds.get(table, 0) and table not in DJANGOS
    }
    moved = databases.number(upgraded.url, "SELECT count(*) FROM wallet_movement WHERE kind = 'reclassified'")
    opened = databases.number(
        upgraded.url,
        "SELECT count(*) FROM wallet_account WHERE code IN ('platform:card_fees', 'platform:revenue_deferred', "
        "'platform:goodwill', 'platform:demo')",
    )
    given = upgraded.given

    assert changed == {
        "wallet_account": (given["wallet_account"], given["wallet_account"] + opened),
        "wallet_movement": (given["wallet_movement"], given["wallet_movement"] + moved),
        "wallet_transfer": (given["wallet_transfer"], given["wallet_transfer"] + moved),
    }
    assert moved == opened > 3
    assert upgraded.given["marketplace_order"] > 100
    assert upgraded.given["wallet_transfer"] > 500


def test_an_accountants_tools_accept_the_books_before_and_after(
    tmp_path: Path,
) -> None:
    """The first edition of the chart and the second, written by the same command from the same rows."""
    with databases.made("exported") as url:
        dumps.load(BASELINES[-1], url)
        _accepted(url, tmp_path)
        databases.manage(url, "migrate", "--skip-checks", "--verbosity", "0")
        assert "reclassified" in _accepted(url, tmp_path)


def _accepted(url: str, folder: Path) -> str:
    beans = databases.manage(url, "export_ledger", "--format", "beancount")
    checked = accountants.bean_check(beans, folder)
    assert (checked.returncode, checked.stderr) == (0, "")
    journal = databases.manage(url, "export_ledger", "--format", "hledger")
    checked = accountants.hledger_check(journal, folder)
    assert (checked.returncode, checked.stderr) == (0, "")
    return beans


def test_upgraded_books_hold(upgraded: Upgraded) -> None:
    found = json.loads(databases.manage(upgraded.url, "verify_ledger", "--json").splitlines()[-1])

    assert [check["name"] for check in found["checks"] if not check["holds"]] == []
    assert found["ok"]
    assert len(found["checks"]) > 30


def test_upgraded_sales_keep_the_regions_account_with_base_and_rate(upgraded: Upgraded) -> None:
    lines = "FROM marketplace_orderline l JOIN marketplace_order o ON o.id = l.order_id"
    region = "JOIN marketplace_checkout c ON c.id = o.checkout_id"

    assert databases.number(upgraded.url, f"SELECT count(*) {lines} WHERE l.tax > 0 AND l.tax_base > 0") > 50
    assert not databases.number(
        upgraded.url,
        f"SELECT count(*) {lines} {region} WHERE l.tax_jurisdiction <> c.region_id "
        "OR o.tax_jurisdiction <> c.region_id OR l.tax_base <> l.total - l.tax",
    )
    assert not databases.number(
        upgraded.url,
        "SELECT count(*) FROM marketplace_order WHERE shipping_tax > 0 AND shipping_tax_rate_bps = 0",
    )


MARK = "payments_installation"


def test_upgraded_reference_rows_are_a_fresh_ones(upgraded: Upgraded, fresh: str) -> None:
    """A row that migrations write is written on both, or in neither."""
    tables = [table for table, count in catalog.counts(fresh).items() if count and table not in DJANGOS]

    assert "marketplace_region" in tables
    assert catalog.counts(upgraded.url)[MARK] == catalog.counts(fresh)[MARK] == 1  # random, so never the same
    for table in set(tables) - {MARK}:
        assert catalog.rows(upgraded.url, table) == catalog.rows(fresh, table), table


def test_brazil_is_one_migration(upgraded: Upgraded, tmp_path: Path) -> None:
    """On a market that is years old and on one made today."""
    more = with_brazil(tmp_path)
    with (
        databases.made("grown", template=databases.name_of(upgraded.url)) as grown,
        databases.made("newborn") as newborn,
    ):
        for url in (grown, newborn):
            databases.manage(url, "migrate", "marketplace", "--skip-checks", "--verbosity", "0", **more)

        assert added(grown, "marketplace_region", to=upgraded.url) == 1
        assert added(grown, "marketplace_country", to=upgraded.url) == 1
        assert added(grown, "marketplace_taxrate", to=upgraded.url) == 3
        for table in ("marketplace_region", "marketplace_country", "marketplace_taxrate"):
            assert catalog.rows(grown, table) == catalog.rows(newborn, table)


def added(url: str, table: str, *, to: str) -> int:
    """How many rows the table has beyond those of the database `to`, all of which it must have."""
    before, after = set(catalog.rows(to, table)), set(catalog.rows(url, table))
    assert before < after
    return len(after - before)


def with_brazil(folder: Path) -> dict[str, str]:
    """An environment in which one more migration follows marketplace's own."""
    package = folder / "marketplace_and_brazil"
    package.mkdir()
    (package / "__init__.py").write_text(f"__path__.append({str(MIGRATIONS)!r})\n")
    last = max(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    (package / "9999_brazil.py").write_text(BRAZIL.format(last=last))
    (folder / "settings_of_brazil.py").write_text(
        f"from banibs.settings import *\n\nMIGRATION_MODULES = {{'marketplace': {package.name!r}}}\n"
    )
    return {"PYTHONPATH": str(folder), "DJANGO_SETTINGS_MODULE": "settings_of_brazil"}
