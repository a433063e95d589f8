"""`python -m tests.upgrade.make_baseline NAME` writes `baseline-NAME.sql.gz`: this version's database, with rows in it.

It holds the whole schema as `migrate` makes it, the demo's half year, and what the demo has not (`story.py`). Nothing is
written unless `verify_ledger` holds.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import django

from tests import environment
from tests.upgrade import databases, dumps

HERE = Path(__file__).resolve().parent


def main(name: str) -> None:
    """Makes the database in an engine of its own and dumps it. Takes about two minutes."""
    environment.prepare()
    try:
        engines = environment.folder()
        with databases.made("baseline") as url, tempfile.TemporaryDirectory() as home:
            os.environ.update(DATABASE_URL=url, BANIBS_HOME=home)
            django.setup()
            _fill(Path(home))
            path = HERE / f"baseline-{name}.sql.gz"
            dumps.write(url, path, folder=engines)
            print(f"{path.name}: {path.stat().st_size:,} bytes")
    finally:
        environment.release()


def _fill(home: Path) -> None:
    """Tables, the demo, the story beside it. Exits when the books do not hold."""
    # Django was not ready when this file was read.
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from tests.upgrade import story

    setup_test_environment(debug=False)  # Stripe's events come to "testserver"; no mail leaves
    call_command("migrate", verbosity=0)
    call_command("demo_data")
    story.tell(home)
    call_command("verify_ledger")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
