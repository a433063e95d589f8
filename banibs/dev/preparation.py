"""What a database needs before the first page: its tables, and once the demo shops."""

import hashlib
import subprocess  # nosec B404  # starts our own manage.py
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg

from banibs.dev.home import CHECKOUT
from banibs.dev.processes import Trouble

Step = Callable[[str], AbstractContextManager[None]]
MARKS = "CREATE TABLE IF NOT EXISTS dev_marks (name text PRIMARY KEY, value text NOT NULL)"


def migrate(environment: dict[str, str], *, step: Step) -> None:
    """Brings the tables up to date. The same migrations are not looked through twice."""
    digest = _migrations_digest()
    if _mark(environment, "migrations") == digest:
        return
    with step("Tables"):
        _manage(environment, "dev_tables")
    _remember(environment, "migrations", digest)


def load_demo(environment: dict[str, str], *, step: Step) -> None:
    """Loads the demo shops into a database that has none, once."""
    command = CHECKOUT / "banibs" / "dev" / "management" / "commands" / "demo_data.py"
    if not command.exists() or _mark(environment, "demo") or environment.get("BANIBS_DEMO") == "0":
        return
    with _connected(environment) as connection:
        row = connection.execute("SELECT EXISTS (SELECT FROM marketplace_seller)").fetchone()
    if row is not None and row[0] and not _mark(environment, "demo-began"):
        return  # somebody's own shops
    with step("Demo shops, the first time only"):
        _remember(environment, "demo-began", "yes")
        _manage(environment, "demo_data")
    _remember(environment, "demo", "loaded")


def _manage(environment: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(  # nosec B603  # a list, no shell
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if done.returncode != 0:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise Trouble(
            f"`manage.py {' '.join(arguments)}` failed: {lines[-1] if lines else 'it said nothing'}"
        )


def _connected(environment: dict[str, str]) -> psycopg.Connection:
    """As the owner: the servers' role makes no tables."""
    url = environment.get("DATABASE_OWNER_URL") or environment["DATABASE_URL"]
    return psycopg.connect(url, connect_timeout=5)


def _mark(environment: dict[str, str], name: str) -> str | None:
    with _connected(environment) as connection:
        connection.execute(MARKS)
        row = connection.execute("SELECT value FROM dev_marks WHERE name = %s", [name]).fetchone()
    return str(row[0]) if row is not None else None


def _remember(environment: dict[str, str], name: str, value: str) -> None:
    with _connected(environment) as connection:
        connection.execute(
            "INSERT INTO dev_marks VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name, value],
        )


def _migrations_digest() -> str:
    digest = hashlib.sha256((CHECKOUT / "requirements.txt").read_bytes())
    rights = CHECKOUT / "banibs" / "management" / "web_role.py"
    for path in [rights, *sorted(CHECKOUT.glob("[!.]*/**/migrations/*.py"))]:
        digest.update(path.read_bytes())
    return digest.hexdigest()
