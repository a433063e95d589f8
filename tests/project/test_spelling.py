"""One word has one spelling in all that people read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("banibs", "marketplace", "payments", "payouts", "wallet", "templates", "static/js")
READ = {".html", ".txt", ".py", ".js"}
OTHER_SPELLING = re.compile(r"\be[-‑]mail", re.IGNORECASE)


def others(lines: Iterable[str]) -> list[str]:
    """The lines, comments aside, that spell email another way."""
    return [line for line in lines if OTHER_SPELLING.search(line) and not line.lstrip().startswith("#")]


def test_email_is_spelled_one_way() -> None:
    found = {
        str(path.relative_to(ROOT)): lines
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*"))
        if path.suffix in READ and (lines := others(path.read_text(encoding="utf-8").splitlines()))
    }
    assert found == {}


def test_another_spelling_would_be_found() -> None:
    assert others(['label = _("E-mail address")', "<p>by e-mail</p>"]) != []
    assert others(["the email is in the mail", "free-mail"]) == []
