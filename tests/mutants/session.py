"""What is to be tried, and what came of it: kept in a file per state of a module, so that a run may be taken up again."""

from __future__ import annotations

import csv
import hashlib
import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.commands.init import _all_work_items
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import WorkItem

from tests.mutants.operators import is_kept
from tests.mutants.trees import PLACE, ROOT

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Mutant:
    """One wrong change: where it stands, and the tests that must notice it."""

    module: str
    item: WorkItem
    tests: tuple[str, ...]

    @property
    def line(self) -> str:
        """The line as it stands."""
        row = self.item.mutations[0].start_pos[0]
        return (ROOT / self.module).read_text().splitlines()[row - 1].strip()

    @property
    def operator(self) -> str:
        """The change, by its name."""
        return str(self.item.mutations[0].operator_name).removeprefix("core/")


def modules(kind: str) -> Mapping[str, Sequence[str]]:
    """Module → tests, of `pure` or of `sampled`."""
    found: Mapping[str, Sequence[str]] = tomllib.loads((HERE / "modules.toml").read_text())[kind]
    return found


def session(module: str, tests: Sequence[str]) -> WorkDB:
    """The session of a module as it is now, with its tests: a change of either begins a new one."""
    content = hashlib.sha256((ROOT / module).read_bytes())
    for test in tests:
        for path in sorted([ROOT / test] if (ROOT / test).is_file() else (ROOT / test).rglob("*.py")):
            content.update(path.read_bytes())
    PLACE.mkdir(exist_ok=True)
    path = PLACE / f"{module.replace('/', '.')}-{content.hexdigest()[:12]}.sqlite"
    database = WorkDB(str(path), WorkDB.Mode.create)
    if database.num_work_items == 0:
        items = (item for item in _all_work_items([Path(module)], {}) if _is_run(module, item))
        database.add_work_items(items)
    return database


def _is_run(module: str, item: WorkItem) -> bool:
    """Not what is only read by mypy, nor a belt worn with braces: lists of one length zipped strictly, frozen classes.

    Nor what Python cannot even read: `+` for the `*` before keywords, `not` before a `:=`. No test is needed to notice it.
    Nor a cache, or its size: it answers the same, later.
    """
    mutation = item.mutations[0]
    row, column = mutation.start_pos
    line = (ROOT / module).read_text().splitlines()[row - 1]
    if not is_kept(mutation.operator_name) or "TYPE_CHECKING" in line:
        return False
    if line.strip().startswith(("@functools.cache", "@functools.lru_cache")):
        return False
    if mutation.operator_name == "core/ReplaceBinaryOperator_Mul_Add" and line[column:].startswith("*,"):
        return False
    if mutation.operator_name == "core/AddNot" and ":=" in line[column:]:
        return False
    return not (
        mutation.operator_name == "core/ReplaceTrueWithFalse"
        and ("strict=True" in line or "@dataclass" in line)
    )


def mutants(kind: str, databases: Mapping[str, WorkDB]) -> Iterator[Mutant]:
    """Every mutant of these modules, in one order."""
    for module, tests in modules(kind).items():
        items = sorted(databases[module].work_items, key=_place)
        for item in items:
            if _is_run(module, item):
                yield Mutant(module, item, tuple(tests))


def kept_sample(found: Sequence[Mutant]) -> list[Mutant]:
    """The sample that was drawn once (seed 8) and is kept in sample.tsv, as far as its lines still stand: a change of one
    module changes nothing about the others, so that survivors can be worked off and a run taken up again.
    """
    with (HERE / "sample.tsv").open(newline="") as rows:
        wanted = {tuple(row) for row in csv.reader(rows, dialect="excel-tab", quoting=csv.QUOTE_NONE)}
    seen: Counter[tuple[str, str, str]] = Counter()
    kept = []
    for one in found:
        what = (one.module, one.operator, one.line)
        if (one.module, one.operator, str(seen[what]), one.line) in wanted:
            kept.append(one)
        seen[what] += 1
    return kept


def sample(found: Sequence[Mutant], *, size: int, seed: int) -> list[Mutant]:
    """So many of them, by another seed."""
    return random.Random(seed).sample(found, min(size, len(found)))  # nosec B311  # which tests run


def _place(item: WorkItem) -> tuple[int, int, str, int]:
    mutation = item.mutations[0]
    return (*mutation.start_pos, mutation.operator_name, mutation.occurrence)


def known_survivors() -> dict[tuple[str, str, str], str]:
    """(module, line, operator) → why no test kills it."""
    rows = tomllib.loads((HERE / "survivors.toml").read_text()).get("survivor", [])
    return {(row["module"], row["line"], row["operator"]): row["reason"] for row in rows}
