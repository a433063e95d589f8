"""A migration means for ever what it meant on its day: it reads nothing that may change."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = {path.parent.name for path in ROOT.glob("[!.]*/__init__.py")}
FIELDS_AND_DEFAULTS = {  # written into migrations by Django itself: these names stay importable
    "banibs.core.clock.Now",
    "marketplace.models.carts.new_token",
    "marketplace.models.orders.NextNumber",
    "marketplace.storage.private_files",
    "wallet.models.CurrentTransaction",
    "wallet.models.TransactionId",
}
BY_NAME = {"import_module", "import_string", "__import__", "find_spec", "get_app_config"}
READS = {"open", "read_text", "read_bytes"}
DATA = (
    ".sql",
    ".json",
    ".toml",
    ".csv",
    ".tsv",
    ".txt",
    ".xml",
    ".yaml",
    ".yml",
    ".po",
    ".html",
    ".md",
    ".gz",
)
MIGRATIONS = sorted(path for path in ROOT.glob("[!.]*/**/migrations/*.py") if path.stem != "__init__")


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imported(tree: ast.Module, module: str) -> Iterator[str]:
    """Every module or name that the source imports, wherever it does, relative ones spelled out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = module.split(".")[: -node.level] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def used(tree: ast.Module) -> Iterator[str]:
    """Every dotted name that the source speaks of, `banibs.core.clock.Now` and not its beginnings."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in inner:
            yield ast.unparse(node)


def live(source: str, path: Path) -> list[str]:
    """What a migration takes from code that may change tomorrow."""
    tree, module = ast.parse(source), name_of(path)
    own = module.rpartition(".")[0] + "._"
    modules = {name for name in imported(tree, module) if not name.startswith(own)}
    found = {
        name for name in modules if name.split(".")[0] not in {*OURS, "django", *sys.stdlib_module_names}
    }
    for name in modules:
        if name.split(".")[0] in OURS and name not in FIELDS_AND_DEFAULTS:
            uses = {one for one in used(tree) if one.startswith(f"{name}.")}
            found |= uses - FIELDS_AND_DEFAULTS or ({name} if not uses else set())
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return sorted(found | {ast.unparse(call) for call in calls if last(call) in BY_NAME})


def foreign_files(source: str, path: Path) -> list[str]:
    """What a migration reads that does not carry its number: a file named so, or a reading that names none."""
    tree, number = ast.parse(source), path.stem.partition("_")[0] + "_"
    texts = {text for text in literals(tree) if text.endswith(DATA)}
    found = {text for text in texts if not text.rpartition("/")[2].startswith(number)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and last(node.func) in READS and not texts & set(literals(node)):
            found.add(ast.unparse(node))
    return sorted(found)


def literals(tree: ast.AST) -> Iterator[str]:
    return (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def last(call: ast.expr) -> str:
    """`read_text` of `(SQL / "x.sql").read_text`."""
    if isinstance(call, ast.Attribute):
        return call.attr
    return call.id if isinstance(call, ast.Name) else ""


@pytest.mark.parametrize("path", MIGRATIONS, ids=name_of)
def test_migration_reads_nothing_that_changes(path: Path) -> None:
    source = path.read_text()

    assert live(source, path) == []
    assert foreign_files(source, path) == []


@pytest.mark.parametrize(
    "line",
    [
        "from marketplace.models import Region",
        "from marketplace import models",
        "from ..models import Region",
        "import marketplace.fees",
        "import marketplace.storage\nmarketplace.storage.public_files()",
        "import pycountry",
        "def load(apps, schema_editor):\n    from wallet import ledger",
        "import importlib\nimportlib.import_module('marketplace.fees')",
    ],
)
def test_live_code_is_found(line: str) -> None:
    assert live(line, ROOT / "marketplace/migrations/0007_more.py")


@pytest.mark.parametrize(
    "line",
    [
        "(SQL / 'ledger_post.sql').read_text()",
        "(SQL / '0003_guards.sql').read_text()",
        "open(SQL / name)",
        "[path.read_text() for path in SQL.glob('0007_*')]",
        "call_command('loaddata', 'regions.json')",
    ],
)
def test_foreign_file_is_found(line: str) -> None:
    assert foreign_files(line, ROOT / "wallet/migrations/0007_more.py")
    assert not foreign_files("(SQL / '0007_guards.sql').read_text()", ROOT / "wallet/migrations/0007_more.py")


def test_frozen_data_is_read_by_migrations_alone() -> None:
    """Live code that read it would have to change it."""
    texts = {
        path: path.read_text()
        for path in ROOT.glob("[!.]*/**/*.py")
        if path not in MIGRATIONS and path != Path(__file__)
    }
    readers = {
        name_of(path)
        for path, text in texts.items()
        if "migrations" in text
        for name in imported(ast.parse(text), name_of(path))
        if ".migrations._" in name
    }

    assert len(texts) > 300
    assert readers == set()


def test_every_sql_file_has_a_migration_of_its_number() -> None:
    files = list(ROOT.glob("[!.]*/**/sql/*.sql"))

    assert files
    for path in files:
        number = path.stem.partition("_")[0]
        readers = list((path.parent.parent / "migrations").glob(f"{number}_*.py"))
        assert any(f'"{path.name}"' in reader.read_text() for reader in readers), path.name


def test_what_reads_the_clock_comes_after_it() -> None:
    graph = MigrationLoader(None).graph
    reading = [
        (label, name)
        for label, name in graph.nodes
        for path in MIGRATIONS
        if path.stem == name and path.parts[-3] == label and "banibs.core.clock" in path.read_text()
    ]

    assert len(reading) >= 6
    for node in reading:
        assert ("core", "0001_clock") in graph.forwards_plan(node), node
