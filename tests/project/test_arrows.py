"""The import contracts name every room, so that none can be added outside of them."""

import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


def _layers() -> list[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return next(list(one["layers"]) for one in contracts if one["type"] == "layers")


def _rooms(folder: Path) -> set[str]:
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in folder.glob("*/__init__.py")}
    return {f"{folder.name}.{name}" for name in files | packages}


def test_every_room_of_banibs_stands_in_a_layer() -> None:
    layers = _layers()
    named = {name.strip("() ") for layer in layers for name in layer.split(":")}
    assert {name for name in named if name.startswith("banibs.")} == _rooms(ROOT / "banibs")


def test_every_app_stands_in_its_own_layer_in_order() -> None:
    apps = [layer for layer in _layers() if "banibs" not in layer]
    there = {path.parent.name for path in ROOT.glob("*/apps.py")} - {"banibs"}
    assert set(apps) == there
    assert apps == [name for name in ("payouts", "payments", "marketplace", "wallet") if name in there]


# The local providers, each with what belongs to it.
PROVIDERS = (
    ("banibs.dev.stripe_sandbox",),
    ("banibs.dev.paypal_sandbox", "banibs.dev.wise_sandbox", "banibs.dev.sandbox_kit"),
)


@pytest.mark.parametrize("packages", PROVIDERS, ids=lambda packages: packages[0])
def test_a_local_provider_and_the_rest_import_nothing_of_each_other(packages: tuple[str, ...]) -> None:
    roots = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    graph = grimp.build_graph(*roots, cache_dir=None)
    theirs = {name for package in packages for name in {package, *graph.find_descendants(package)}}
    assert f"{packages[0]}.__main__" in theirs
    between = [
        f"{module} -> {imported}"
        for module in sorted(graph.modules)
        for imported in graph.find_modules_directly_imported_by(module)
        if (module in theirs) != (imported in theirs)
    ]
    assert between == []
