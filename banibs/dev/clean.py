"""`make clean`: removes what can be made again. The data of `make run` stays."""

import shutil
import sys
from pathlib import Path

from banibs.dev.engines import Busy, claim
from banibs.dev.home import CHECKOUT, home
from banibs.dev.postgres import Postgres

CACHES = (
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
    "staticfiles",
    "shots",
)


def main() -> int:
    """Removes the caches of the tools and the tests' engines. 1 when a test session holds some, and says so."""
    for name in CACHES:
        shutil.rmtree(CHECKOUT / name, ignore_errors=True)
    for cache in CHECKOUT.glob("[!.]*/**/__pycache__"):
        shutil.rmtree(cache, ignore_errors=True)
    busy = [trouble for folder in sorted(home().glob("tests-*")) if (trouble := remove(folder))]
    for trouble in busy:
        print(trouble, file=sys.stderr)
    return 1 if busy else 0


def remove(folder: Path) -> str:
    """Stops a PostgreSQL that was left over in a test session's folder and removes the folder; else says why not."""
    try:
        lock = claim(folder, name="make clean")
    except Busy as busy:
        return str(busy)
    with lock:
        Postgres(folder).end_left_over()
        shutil.rmtree(folder)
    return ""


if __name__ == "__main__":
    sys.exit(main())
