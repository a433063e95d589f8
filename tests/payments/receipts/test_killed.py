"""The worker that draws numbers, or makes files, is killed after each of its statements: 1 to n, whatever happens."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from banibs.core.jobs import event_delivery
from payments.models import Document, DocumentKind, DocumentRequest
from payments.receipts import numbering, rendering, stored
from tests import market as scene
from tests.flows.test_killed_while_paying import Killer
from tests.payments.receipts.scenes import broken, canceled, issued
from tests.shopping import buys

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def killer(transactional_db: None) -> Iterator[Killer]:
    child = Killer()
    yield child
    child.stop()


def dies(killer: Killer, step: str, moment: int | str, *, safe: bool = True) -> bool:
    return killer.does({"documents": step, "moment": moment, "safe": safe})


def facts(orders: int = 3) -> int:
    """Orders are paid and one of them is given back; returns how many documents that makes."""
    market = scene.opened(wallet=1_000_000)
    bought = [buys(market, (market.basket, 1)).orders.get() for _ in range(orders)]
    canceled(bought[0])
    event_delivery.deliver_due()
    return 2 * orders + 1


def drawn() -> list[tuple[str, int]]:
    return list(Document.objects.order_by("pk").values_list("kind", "number"))


def test_killed_after_any_statement_no_number_is_lost_and_none_is_twice(killer: Killer) -> None:
    wanted = facts()
    assert dies(killer, "issue", "before commit")
    assert drawn() == []
    assert dies(killer, "issue", "after commit")
    assert drawn() == [(DocumentKind.RECEIPT, number) for number in (1, 2, 3)]
    for moment in itertools.count(1):
        if not dies(killer, "issue", moment):
            break
        assert broken() == [], f"killed at {moment}"
        assert len(drawn()) + DocumentRequest.objects.count() == wanted
    assert moment > 10
    assert sorted(drawn()) == sorted(
        [
            *((kind, number) for kind in ("receipt", "sales_receipt") for number in (1, 2, 3)),
            ("credit_note", 1),
        ]
    )
    assert broken() == []


def test_without_transactions_a_number_would_be_lost(killer: Killer) -> None:
    """The guard off."""
    facts()
    found = False
    for moment in range(6, 20):
        dies(killer, "issue", moment, safe=False)
        found = found or "payments.documents_count_on" in broken()
        if found:
            break
    assert found


def test_killed_while_the_file_is_made_it_is_made_under_the_same_number(killer: Killer) -> None:
    market = scene.opened()
    buys(market, (market.zine, 1))
    issued()
    Document.objects.filter(kind=DocumentKind.SALES_RECEIPT).update(
        state="failed", due_at="2099-01-01T00:00Z"
    )
    names = set(Document.objects.values_list("name", flat=True))
    for moment in [1, 2, 3, "before commit", "after commit", 4, 5]:
        assert dies(killer, "render", moment), f"it was not killed at {moment}"
        assert broken() == []
        scene.forward(minutes=6)  # nobody else takes what it had, for so long
    rendering.render_due()
    receipt = Document.objects.get(kind=DocumentKind.RECEIPT)
    assert receipt.rendered
    assert stored.read(receipt).startswith(b"%PDF")
    assert set(Document.objects.values_list("name", flat=True)) == names
    assert numbering.issue_due() == 0
