"""Counts the comments that silence a tool: `python -m tests.project.ignores`. MOST may only fall."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("banibs", "wallet", "marketplace", "payments", "payouts", "deploy", "manage.py")
# What the product silences today. Whoever needs one less writes the lower number here; nobody writes a higher one.
MOST = {"type: ignore": 35, "noqa": 5, "nosec": 38}
COMMENT = re.compile(r"#\s*(type: ignore|noqa|nosec)(\[[a-z, -]+\]|:? [A-Z]+\d+(?:[, ]+[A-Z]+\d+)*)?(.*)")


def silenced() -> Iterator[tuple[str, str, str, str]]:
    """Each such comment of the product: where, which tool, the codes it names, and what follows them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *(f"{room}/*.py" if "." not in room else room for room in PRODUCT)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
    for name in filter(None, listed.split("\0")):
        if "/migrations/" in name:
            continue
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
            if found := COMMENT.search(line):
                yield f"{name}:{number}", found[1], found[2] or "", found[3]


def counted() -> Counter[str]:
    """How many comments silence each tool."""
    return Counter(tool for _where, tool, _codes, _rest in silenced())


if __name__ == "__main__":
    now = counted()
    print("silenced: " + " · ".join(f"{tool} {now[tool]} (at most {most})" for tool, most in MOST.items()))
