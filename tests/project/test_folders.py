"""A folder can be taken in at one look: at most fifteen files, or a reason stands here."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 15  # files; beyond that a listing is read through instead of looked at
WATCHED = (
    "banibs",
    "wallet",
    "marketplace",
    "payments",
    "payouts",
    "templates",
    "static/css",
    "static/js",
    "tests",
)
EXCEPTIONS = {
    "banibs/dev/demo/pictures": "data: the demo's pictures, each named by its drawing and opened by no one",
    "banibs/dev/demo/shops": "data: one file per shop of the demo",
    "marketplace/migrations": "history: numbered steps that Django reads in this one folder",
    "wallet": "twenty small files, one idea each, that only together are the ledger: a folder inside would hide its order",
    "tests/wallet": "mirrors `wallet`",
    "templates/account": "django-allauth looks for these pages by these names in this folder",
    "templates/cotton": "a component's file is its tag: `cotton/badge.html` is `<c-badge>`; the listing is the list of tags",
}


def kept() -> list[str]:
    """Every file that git keeps, by its path from the root of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    return [name for name in listed.stdout.split("\0") if name]


def crowded(files: Iterable[str]) -> dict[str, int]:
    """Watched folders with more than LIMIT files, and how many; the empty marks of packages are not counted."""
    counts = Counter(
        str(PurePosixPath(file).parent)
        for file in files
        if file.startswith(tuple(f"{room}/" for room in WATCHED)) and not file.endswith("/__init__.py")
    )
    return {folder: count for folder, count in counts.items() if count > LIMIT}


def test_a_folder_holds_at_most_fifteen_files() -> None:
    found = crowded(kept())
    assert {folder: count for folder, count in found.items() if folder not in EXCEPTIONS} == {}


def test_every_exception_is_still_needed() -> None:
    assert set(EXCEPTIONS) - set(crowded(kept())) == set()


def test_a_crowded_folder_would_be_found() -> None:
    many = [f"wallet/part_{number}.py" for number in range(LIMIT)]
    assert crowded([*many, "wallet/__init__.py", "docs/one.md"]) == {}
    assert crowded([*many, "wallet/one_more.py"]) == {"wallet": LIMIT + 1}
