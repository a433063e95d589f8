"""`python -m tests.upgrade.make_baseline NAME` writes `baseline-NAME.sql.gz`: this version's database, with rows in it.

It holds the whole schema as `migrate` makes it, the demo's half year, and what the demo has not: cards through the local
Stripe, orders that wait for their money, carts, a top-up. Nothing is written unless `verify_ledger` holds.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import django
import psycopg
from psycopg import sql

from tests import environment

HERE = Path(__file__).resolve().parent
DATABASE = "baseline"


def main(name: str) -> None:
    """Makes the database in an engine of its own and dumps it."""
    environment.prepare()
    engines = environment.folder()
    try:
        with tempfile.TemporaryDirectory() as home:
            os.environ["BANIBS_HOME"] = home
            os.environ["DATABASE_URL"] = _empty_database()
            django.setup()
            _fill(Path(home))
            path = HERE / (f"baseline-{name}.sql.gz" if name else "baseline.sql.gz")
            _dump(path, engines)
            print(f"{path.name}: {path.stat().st_size:,} bytes")
    finally:
        environment.release()


def _empty_database() -> str:
    with psycopg.connect(environment.url_of("postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    return environment.url_of(DATABASE)


def _fill(home: Path) -> None:
    """Tables, the demo, the story beside it. Exits when the books do not hold."""
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from tests.upgrade import story

    setup_test_environment(debug=False)  # Stripe's events come to "testserver"; no mail leaves
    call_command("migrate", verbosity=0)
    call_command("demo_data")
    story.tell(home)
    call_command("verify_ledger")


def _dump(path: Path, engines: Path) -> None:
    from django.db import connections

    from tests.upgrade import dumps

    connections.close_all()
    dumps.write(environment.url_of(DATABASE), path, folder=engines)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
