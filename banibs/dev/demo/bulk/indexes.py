"""Indexes left out while many rows go in, and built from the whole table afterwards: several times faster, and smaller."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

_PLAIN = """
SELECT i.indexname, i.indexdef FROM pg_indexes i
 WHERE i.schemaname = current_schema() AND i.tablename = ANY(%s)
   AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)
 ORDER BY i.indexname
"""
_FOREIGN = """
SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
 WHERE c.contype = 'f' AND c.conrelid = ANY(%s::regclass[]) ORDER BY c.conname
"""


@contextmanager
def built_afterwards(tables: Sequence[str]) -> Iterator[None]:
    """Takes the indexes and foreign keys of these tables away, and puts them back when the rows are in.

    In the caller's transaction: when anything fails, they were never gone. The tables are locked meanwhile. A foreign
    key put back checks every row.
    """
    if not tables:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN, [list(tables)])
        plain = cursor.fetchall()
        cursor.execute(_FOREIGN, [list(tables)])
        foreign = cursor.fetchall()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with a check still owed cannot be altered
        for table, name, _ in foreign:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _ in plain:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for _, definition in plain:
            cursor.execute(definition)
        for table, name, definition in foreign:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")  # as they began
