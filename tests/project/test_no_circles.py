"""No module imports itself by way of others, not even by an import inside a function or for types alone."""

from __future__ import annotations

import graphlib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]


def circle(imports: Mapping[str, Iterable[str]]) -> list[str]:
    """One circle of imports, its first module named again at the end; empty when there is none."""
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as found:
        return list(reversed(found.args[1]))
    return []


def test_no_module_imports_itself_by_way_of_others() -> None:
    roots = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    graph = grimp.build_graph(*roots, cache_dir=None)
    assert {"banibs", "wallet", "marketplace", "payments"} <= graph.modules
    assert circle({one: graph.find_modules_directly_imported_by(one) for one in graph.modules}) == []


def test_a_circle_would_be_found() -> None:
    assert circle({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}) in (
        ["a", "b", "c", "a"],
        ["b", "c", "a", "b"],
        ["c", "a", "b", "c"],
    )
    assert circle({"a": ["b", "c"], "b": ["c"]}) == []
