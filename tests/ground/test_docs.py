"""The documents that the code cites exist, and their tables say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from banibs.celery import TIMETABLE
from payments.models import Payment, WebhookLog
from wallet import accounts, statement

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
CITED = re.compile(r'docs "(\w[^"]*)"')


def titles() -> dict[str, str]:
    """Title → text of each document."""
    texts = [path.read_text() for path in sorted(DOCS.glob("*.md"))]
    return {text.splitlines()[0].removeprefix("# "): text for text in texts}


def sources() -> list[Path]:
    """What people wrote here in Python."""
    rooms = ("banibs", "wallet", "marketplace", "payments", "payouts", "tests")
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def test_every_document_that_is_cited_is_there() -> None:
    cited = {(found[1], path) for path in sources() for found in CITED.finditer(path.read_text())}
    assert len(cited) > 20
    assert [(title, str(path)) for title, path in cited if title not in titles()] == []


def test_every_movement_and_kind_of_account_stands_in_money() -> None:
    money = titles()["Money"]
    assert [kind for kind in statement.KINDS if f"`{kind}`" not in money] == []
    for one in accounts.CHART:
        kind = (
            one.pattern.replace(accounts._ID, "{id}").split(":")[-1].split("(")[-1].split("|")[0].rstrip(")")
        )
        assert kind in money or "tax" in one.pattern, one.pattern


def test_every_state_of_a_payment_and_of_an_event_stands_in_money() -> None:
    states = titles()["Money"].split("## States")[1].split("## Refunds")[0]
    for state in (*Payment.Status.values, *WebhookLog.Status.values):
        assert state in states, state


def test_commands_named_for_the_timetable_are_on_it() -> None:
    outside = titles()["What the outside sees"]
    for name in ("clear_funds", "complete_orders", "expire_checkouts", "retry_webhooks"):
        assert f"`{name}`" in outside or f"`manage.py {name}`" in outside
        assert name in TIMETABLE


def test_links_between_documents_lead_somewhere() -> None:
    pages = [*DOCS.glob("*.md"), *ROOT.glob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_fault_is_owned_by_a_test_that_is_there() -> None:
    rows = [
        line for line in titles()["Faults"].splitlines() if line.startswith("| ") and "owned by" not in line
    ]
    assert len(rows) > 25
    for row in rows:
        owners = re.findall(r"tests/[a-z_/]+\.py", row)
        assert owners, row
        assert [owner for owner in owners if not (ROOT / owner).exists()] == []
