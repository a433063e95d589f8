"""The documents that the code cites exist, and their tables say what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from banibs.periodic_jobs import TIMETABLE
from payments.models import Payment, WebhookLog
from wallet import accounts, statement

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
# A title in quotation marks after the word docs; then, perhaps, a section, a row of a table, or rows of a section.
CITED = re.compile(r'docs "(\w[^"]*)"(?:, (?:section )?([^).;:"]+))?')
ROWS = re.compile(r"(?:rows? )?(\d+)(?: to (\d+))?")
LINE_BREAK = re.compile(r"\s*\n\s*(?:#|--|//|\*)?\s*")  # with the mark that begins the next line of a comment


def titles() -> dict[str, str]:
    """Title → text of each document."""
    texts = [path.read_text() for path in sorted(DOCS.glob("*.md"))]
    return {text.splitlines()[0].removeprefix("# "): text for text in texts}


def sources() -> list[Path]:
    """What people wrote here as code, and may cite a document in."""
    rooms = ("banibs", "wallet", "marketplace", "payments", "payouts", "static", "templates", "tests")
    kinds = (".py", ".sql", ".js", ".css", ".html")
    found = [path for room in rooms for path in sorted((ROOT / room).rglob("*")) if path.suffix in kinds]
    return [path for path in found if "vendor" not in path.parts]


def citations() -> list[tuple[Path, str, str]]:
    """Where a document is cited, its title, and the section or row in it ("" when the whole is meant)."""
    return [
        (path, found[1], (found[2] or "").strip())
        for path in sources()
        for found in CITED.finditer(LINE_BREAK.sub(" ", path.read_text()))
    ]


def leads_somewhere(place: str, document: str) -> bool:
    """Whether a document has the section, the rows, or the rows of the section that are named."""
    found = ROWS.fullmatch(place)
    if found:
        first, last = int(found[1]), int(found[2] or found[1])
        return all(re.search(rf"^(?:\| {row} \||{row}\. )", document, re.M) for row in range(first, last + 1))
    for section in document.split("\n## ")[1:]:
        heading, _, text = section.partition("\n")
        if place.casefold() == heading.casefold():
            return True
        if place.casefold().startswith(f"{heading.casefold()}, "):
            return leads_somewhere(place[len(heading) + 2 :], text.split("\n## ")[0])
    return not place


def test_every_document_that_is_cited_is_there() -> None:
    cited = {(title, path) for path, title, _ in citations()}
    assert len(cited) > 20
    assert [(title, str(path)) for title, path in cited if title not in titles()] == []


def test_every_section_and_row_that_is_cited_is_there() -> None:
    documents = titles()
    cited = [(path, title, place) for path, title, place in citations() if place]
    assert len(cited) > 20
    lost = [
        f'{path.relative_to(ROOT)}: docs "{title}", {place}'
        for path, title, place in cited
        if not leads_somewhere(place, documents.get(title, ""))
    ]
    assert lost == []


def test_a_citation_of_a_section_or_row_that_is_not_there_is_found() -> None:
    document = "# Money\n\n## Amounts\n\n1. one\n2. two\n\n## Refunds\n\n| 3 | three |\n"
    assert leads_somewhere("Amounts", document)
    assert leads_somewhere("amounts, 1 to 2", document)
    assert leads_somewhere("row 3", document)
    for lost in ("H15", "Amounts, 3", "Refunds and disputes", "row 4", "Amounts, H1"):
        assert not leads_somewhere(lost, document), lost


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
