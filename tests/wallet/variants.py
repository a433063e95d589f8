"""The posting function with a guard taken out, or made slow, to see what the guard was for."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

VERSIONS = sorted((Path(settings.BASE_DIR) / "wallet/sql").glob("*_ledger_post.sql"))
SOURCE = VERSIONS[-1].read_text()  # the newest: the numbers are those of the migrations
MANY = (Path(settings.BASE_DIR) / "wallet/sql/0010_ledger_post_many.sql").read_text()
MOVE_CHECKPOINTS = (Path(settings.BASE_DIR) / "wallet/sql/0008_ledger_move_checkpoints.sql").read_text()
PAUSE = "  -- 6. Written."  # where a pause makes every race certain instead of likely
NO_LOCK = (" FOR NO KEY UPDATE", "")
NO_FLOOR = ("IF (floors[i] AND balances[i] < 0) OR (caps[i] AND balances[i] > 0) THEN", "IF false THEN")
FOUND = """  IF FOUND THEN
    outcome := CASE WHEN first_print = print THEN 'replayed' ELSE 'key_reused' END;
    RETURN;
  END IF;

"""
NO_SECOND_LOOK = (f"{FOUND}  -- 4.", "\n  -- 4.")
NO_KEY = ("ON CONFLICT (key) DO NOTHING ", "")


def run(sql: str) -> None:
    """Says something to the database, in the transaction that is open or in one of its own."""
    with connection.cursor() as cursor:
        cursor.execute(sql)


@contextmanager
def ledger_post(*changes: tuple[str, str], pause: float = 0.05) -> Iterator[None]:
    """The posting function with something in it replaced, and slow by seconds; the real one again
    afterwards.
    """
    with _changed(SOURCE, changes, pause):
        yield


@contextmanager
def ledger_post_many(*changes: tuple[str, str], pause: float = 0.05) -> Iterator[None]:
    """The same of the function that posts many."""
    with _changed(MANY, changes, pause):
        yield


@contextmanager
def _changed(real: str, changes: tuple[tuple[str, str], ...], pause: float) -> Iterator[None]:
    source = real.replace(PAUSE, f"  PERFORM pg_sleep({pause});\n{PAUSE}")
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    run(source)
    try:
        yield
    finally:
        run(real)


@contextmanager
def without(table: str, constraint: str) -> Iterator[None]:
    """A table that has lost a constraint; afterwards the books are emptied and it is back as it was, to the letter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [constraint])
        (definition,) = cursor.fetchone()
    run(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    try:
        yield
    finally:
        run("SET session_replication_role = replica")
        run("DELETE FROM wallet_transfer; DELETE FROM wallet_movement; DELETE FROM wallet_account")
        run("SET session_replication_role = origin")
        run(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}")
