"""Databases of these tests alone: empty, copied, migrated. Each is dropped when its story ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tests import environment

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def made(name: str, *, template: str = "template0") -> Iterator[str]:
    """The address of a new database, a copy of `template`; dropped at the end."""
    name = f"{name}_{environment.worker()}"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
    with psycopg.connect(environment.url_of("postgres"), autocommit=True) as admin:
        admin.execute(drop)
        admin.execute(create)
        try:
            yield environment.url_of(name)
        finally:
            admin.execute(drop)


def number(url: str, query: str) -> int:
    """The one number that a query of ours finds."""
    with psycopg.connect(url) as there:
        row = there.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def name_of(url: str) -> str:
    """The name of the database at an address."""
    return str(psycopg.conninfo.conninfo_to_dict(url)["dbname"])


def manage(url: str, *arguments: str, **more: str) -> str:
    """What `manage.py` says on the database at `url`, as an operator would run it. Fails with its words."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url, "DATABASE_POOL": "1", **more},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
