"""Whatever a person calls themselves, a spreadsheet shows it and runs nothing."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from banibs.core.ui import csv_files

ROOT = Path(__file__).resolve().parent.parent.parent.parent
SIGNS = ["=", "+", "-", "@", "＝", "＋", "－", "＠"]
BEFORE = ["", " ", "   ", "\t", "\r", "\n", "\u00a0", "\u3000", "\u200b", "\ufeff", " \t\u2003"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", BEFORE, ids=repr)
def test_what_could_begin_a_formula_is_text(before: str, sign: str) -> None:
    assert csv_files.safe(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


@pytest.mark.parametrize("text", ["", "Amara", "B-71840-1", " Kofi", "1 = 1", "2026-11-27", "é", "  "])
def test_other_texts_are_left_as_they_are(text: str) -> None:
    assert csv_files.safe(text) == text


def test_numbers_are_numbers_and_texts_are_guarded_in_every_column() -> None:
    lines = list(csv_files.lines([["Name", "Amount"], ["=1+1", Decimal("-12.50")], [" ＝A1", 3]]))
    assert list(csv.reader(lines)) == [["Name", "Amount"], ["'=1+1", "-12.50"], ["' ＝A1", "3"]]


def test_no_file_for_spreadsheets_is_written_past_the_guard() -> None:
    folders = ("banibs", "wallet", "marketplace", "payments", "payouts")
    writers = [
        str(path.relative_to(ROOT))
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if "csv.writer" in path.read_text() or "csv.DictWriter" in path.read_text()
    ]
    assert writers == ["banibs/core/ui/csv_files.py"]
