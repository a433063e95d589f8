"""What the local Stripe remembers: one SQLite file, one writer at a time, every change committed
before the answer.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Object = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, account TEXT NOT NULL,
  created INTEGER NOT NULL, body TEXT NOT NULL, private TEXT NOT NULL DEFAULT '{}');
CREATE INDEX IF NOT EXISTS objects_of_kind ON objects (kind, account, seq);
CREATE INDEX IF NOT EXISTS objects_by_intent ON objects (json_extract(body, '$.payment_intent'));
CREATE INDEX IF NOT EXISTS objects_by_charge ON objects (json_extract(body, '$.charge'));
CREATE INDEX IF NOT EXISTS objects_by_customer ON objects (json_extract(body, '$.customer'));
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS replies (
  account TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
  body TEXT NOT NULL,
  request_id TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS chores (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, due REAL NOT NULL, account TEXT NOT NULL, verb TEXT NOT NULL,
  subject TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS chores_due ON chores (due);
CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, endpoint TEXT NOT NULL, due REAL,
  attempts INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL, status INTEGER, note TEXT NOT NULL DEFAULT '', sent REAL);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due);
CREATE INDEX IF NOT EXISTS deliveries_event ON deliveries (event);
CREATE TABLE IF NOT EXISTS calls (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, at INTEGER NOT NULL, account TEXT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL, status INTEGER NOT NULL, key TEXT, note TEXT NOT NULL DEFAULT '');
"""


class Store:
    """One connection behind one lock. `with store.unit():` is a transaction: all of it, or nothing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(folder / "stripe.sqlite3", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    @contextmanager
    def unit(self) -> Iterator[None]:
        """A transaction. Inside another one it is a savepoint, so that a refused call can be undone alone."""
        with self._lock:
            outer, name = self._depth == 0, f"level{self._depth}"
            self._db.execute("BEGIN IMMEDIATE" if outer else f"SAVEPOINT {name}")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK" if outer else f"ROLLBACK TO {name}")
                if not outer:
                    self._db.execute(f"RELEASE {name}")
                raise
            else:
                self._db.execute("COMMIT" if outer else f"RELEASE {name}")
            finally:
                self._depth -= 1

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Every row of a query."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of a query, if any."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def run(self, sql: str, *values: Any) -> int:
        """Change something; returns how many rows changed."""
        with self.unit():
            return self._db.execute(sql, values).rowcount

    # ---- objects -------------------------------------------------------------------------------------------
    def save(self, body: Object, *, account: str, private: Object | None = None) -> None:
        """Insert or replace an object. `private` is what only we know of it (how its card behaves,
        for one).
        """
        with self.unit():
            self._db.execute(
                "INSERT INTO objects (id, kind, account, created, body, private) VALUES (?,?,?,?,?,?) "
                "ON CONFLICT (id) DO UPDATE SET body = excluded.body, "
                "private = CASE WHEN ? THEN excluded.private ELSE private END",
                (body["id"], body["object"], account, body.get("created") or 0, json.dumps(body),
                 json.dumps(private or {}), private is not None),
            )  # fmt: skip

    def get(self, object_id: str, *, kind: str, account: str) -> Object | None:
        """One object of this account, or None."""
        row = self.row(
            "SELECT body FROM objects WHERE id = ? AND kind = ? AND account = ?", object_id, kind, account
        )
        return json.loads(row["body"]) if row else None

    def private(self, object_id: str) -> Object:
        """What only we know of an object."""
        row = self.row("SELECT private FROM objects WHERE id = ?", object_id)
        return json.loads(row["private"]) if row else {}

    def account_of(self, object_id: str) -> str | None:
        """The account to which an object belongs."""
        row = self.row("SELECT account FROM objects WHERE id = ?", object_id)
        return str(row["account"]) if row else None

    def find(self, kind: str, *, account: str, where: dict[str, str]) -> list[Object]:
        """Objects of a kind whose fields equal `where`, oldest first. Field names come from our code alone."""
        clauses = "".join(f" AND json_extract(body, '$.{name}') = ?" for name in where)
        sql = f"SELECT body FROM objects WHERE kind = ? AND account = ?{clauses} ORDER BY seq"  # nosec B608  # our names
        return [json.loads(row["body"]) for row in self.rows(sql, kind, account, *where.values())]

    def delete(self, object_id: str) -> None:
        """Forget an object."""
        self.run("DELETE FROM objects WHERE id = ?", object_id)

    # ---- settings ------------------------------------------------------------------------------------------
    def setting(self, name: str, default: Any = None) -> Any:
        """A remembered setting, as JSON."""
        row = self.row("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(row["value"]) if row else default

    def set(self, name: str, value: Any) -> None:
        """Remember a setting."""
        self.run(
            "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name, json.dumps(value),
        )  # fmt: skip

    def now(self) -> float:
        """Seconds since 1970 by the local Stripe's clock: real time and as far as it was moved forward."""
        return time.time() + float(self.setting("clock_offset", 0))

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()
