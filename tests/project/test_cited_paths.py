"""Files that documents name are there, and what is named in them is in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    {*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")} - {ROOT / "CHANGELOG.md"}
)  # it names what was
QUOTED = re.compile(r"`([^`\n]+)`")
PLACE = re.compile(
    r"((?:[\w.-]+/)*[\w.-]+/?)(?::(\w+))?"
)  # payments/audit/balances.py:CHECKS · docs/ · pyproject.toml
ENDS = (
    ".py",
    ".sql",
    ".html",
    ".css",
    ".js",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".txt",
    ".gz",
    ".example",
    "/",
)
ROWS = re.compile(r"^\| (?!subject|-)(.+?) \| (.+) \|$", re.M)


def places(page: str) -> list[tuple[str, str]]:
    """The files and folders of this project that a page names, each with the name after its colon, or ""."""
    found = [PLACE.fullmatch(quoted) for quoted in QUOTED.findall(page)]
    named = [(one[1], one[2] or "") for one in found if one and one[1].endswith(ENDS)]
    tops = {one.name for one in ROOT.iterdir()}
    return [(path, name) for path, name in named if "/" in path and path.split("/")[0] in tops]


def holds(file: Path, name: str) -> bool:
    """Whether a file defines a name: a function, a class, or something that is given a value."""
    defined = rf"^\s*(?:(?:async )?def|class) {name}\b|^\s*{name}\b\s*(?::[^=\n]+)?="
    return file.is_file() and re.search(defined, file.read_text(), re.M) is not None


def lost(page: str) -> list[str]:
    """What a page names and is not there."""
    return [
        f"{path}:{name}" if name else path
        for path, name in places(page)
        if not (holds(ROOT / path, name) if name else (ROOT / path).exists())
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_document_names_is_there(page: Path) -> None:
    assert lost(page.read_text()) == []


def test_a_file_or_name_that_is_not_there_is_found() -> None:
    there = "`wallet/ledger.py` `wallet/ledger.py:post` `payments/audit/rows.py:ROWS` `docs/` `manage.py` `/dev/clock/`"
    assert lost(there) == []
    gone = "`wallet/lodger.py` `wallet/ledger.py:poste` `wallet/gone/` `wallet/lodger.py:post`"
    assert len(lost(gone)) == 4


def test_where_is_what_is_sorted_and_names_a_file_for_each_subject() -> None:
    rows = ROWS.findall((ROOT / "docs" / "where-is-what.md").read_text())
    subjects = [subject.casefold() for subject, _ in rows]
    assert len(subjects) > 100
    assert subjects == sorted(set(subjects))
    assert [subject for subject, files in rows if not QUOTED.search(files)] == []
