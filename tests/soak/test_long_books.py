"""`verify_ledger` over long books: its memory is flat, here and in PostgreSQL, and the quick run does not grow with them.

Everyday size is tens of thousands of transfers; `make soak` proves a million. Times are printed.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from banibs.core import audit, policy
from payments.reconciliation import ledger_watch
from tests.soak import long_books
from wallet import verified

pytestmark = [pytest.mark.soak, pytest.mark.django_db(transaction=True)]
SMALL, LARGE = (100_000, 1_000_000) if os.environ.get("BANIBS_SOAK") else (5_000, 50_000)
# What a check may hold of PostgreSQL: some sorts and joins of the setting's size, and what planning takes.
MOST_MEGABYTES = 10 * policy.AUDIT_WORK_MEMORY_MEGABYTES


def anonymous(process: int | str) -> float:
    """Megabytes that belong to a process alone."""
    status = Path(f"/proc/{process}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024


def backend() -> int:
    """The process of PostgreSQL that works for us."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def measured(work: Callable[[], list[audit.Finding]]) -> tuple[float, float, float]:
    """Seconds, and by how many megabytes this process and PostgreSQL's grew at their most. All of it holds."""
    server = backend()
    before, most = (anonymous("self"), anonymous(server)), [0.0, 0.0]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.01):
            most[0] = max(most[0], anonymous("self") - before[0])
            most[1] = max(most[1], anonymous(server) - before[1])

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    try:
        broken = work()
    finally:
        over.set()
        watcher.join()
    assert [finding.check.name for finding in broken] == []
    return time.perf_counter() - start, most[0], most[1]


def at_size(transfers: int) -> dict[str, tuple[float, float, float]]:
    """Fills the books, and measures the run of the night, the first quick one and the next."""
    long_books.fill(transfers=transfers)
    return {
        "night": measured(ledger_watch.verify),
        "first quick": measured(ledger_watch.watch),
        "second quick": measured(ledger_watch.watch),  # what the first saw is settled when it ends
        "third quick": measured(ledger_watch.watch),
    }


def test_memory_is_flat_and_the_quick_run_does_not_grow(transactional_db: None) -> None:
    found = at_size(LARGE)
    for name, (seconds, here, there) in found.items():
        print(f"{LARGE:,} transfers, {name}: {seconds:.1f} s, {here:.1f} MB here, {there:.1f} MB there")
    for _seconds, here, there in found.values():
        assert here < 8
        assert there < MOST_MEGABYTES


def test_what_broke_far_back_is_found_by_night(transactional_db: None) -> None:
    long_books.fill(transfers=SMALL)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE wallet_movement SET actor = 'staff:1' WHERE key = 'order:7:cleared'")
        cursor.execute("UPDATE marketplace_order SET seller_id = seller_id + 1 WHERE id = 9")
    broken = {finding.check.name for finding in ledger_watch.verify()}
    assert {"wallet.seals", "payments.booked_as_sold", "payments.available"} <= broken
    assert verified.begin(["wallet_movement"]).since == {"wallet_movement": 0}
