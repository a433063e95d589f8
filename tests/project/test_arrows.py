"""The import contracts name every room, so that none can be added outside of them."""

import tomllib
from pathlib import Path

import grimp

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


def test_the_local_stripe_and_the_rest_import_nothing_of_each_other() -> None:
    roots = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    graph = grimp.build_graph(*roots, cache_dir=None)
    sandbox = graph.find_descendants("banibs.dev.stripe_sandbox") | {"banibs.dev.stripe_sandbox"}
    assert "banibs.dev.stripe_sandbox.__main__" in sandbox
    between = [
        f"{module} -> {imported}"
        for module in sorted(graph.modules)
        for imported in graph.find_modules_directly_imported_by(module)
        if (module in sandbox) != (imported in sandbox)
    ]
    assert between == []
