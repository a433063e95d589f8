"""The state of a local provider: one SQLite file. Every change is committed before it is answered."""

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
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id));
CREATE TABLE IF NOT EXISTS entries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL,
  what TEXT NOT NULL, subject TEXT NOT NULL, fee INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS chores (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, due REAL NOT NULL, verb TEXT NOT NULL, subject TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, due REAL, attempts INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'waiting', status INTEGER, note TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS calls (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT NOT NULL, path TEXT NOT NULL, status INTEGER NOT NULL,
  note TEXT NOT NULL);
"""
EMPTY = """
DELETE FROM settings; DELETE FROM objects; DELETE FROM entries; DELETE FROM chores; DELETE FROM events;
DELETE FROM deliveries; DELETE FROM calls
"""


class Store:
    """One connection behind one lock. `with store.unit():` is a transaction: all of it, or nothing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(folder / "state.sqlite3", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(SCHEMA)

    @contextmanager
    def unit(self) -> Iterator[None]:
        """A transaction; inside another one it belongs to that."""
        with self._lock:
            outer = self._depth == 0
            if outer:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                if outer:
                    self._db.execute("ROLLBACK")
                raise
            else:
                if outer:
                    self._db.execute("COMMIT")
            finally:
                self._depth -= 1

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Every row of a query."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def run(self, sql: str, *values: Any) -> int:
        """Change something; returns how many rows changed."""
        with self.unit():
            return self._db.execute(sql, values).rowcount

    def forget(self) -> None:
        """Everything goes, the clock and the switches too."""
        with self.unit():
            for statement in EMPTY.split(";"):
                self._db.execute(statement)

    # ---- objects
    def save(self, kind: str, object_id: str, body: Object) -> Object:
        """Insert or replace an object."""
        self.run(
            "INSERT INTO objects (kind, id, body) VALUES (?, ?, ?) "
            "ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            kind, object_id, json.dumps(body),
        )  # fmt: skip
        return body

    def get(self, kind: str, object_id: str) -> Object | None:
        """One object, or None."""
        found = self.rows("SELECT body FROM objects WHERE kind = ? AND id = ?", kind, object_id)
        return json.loads(found[0]["body"]) if found else None

    def all(self, kind: str) -> list[Object]:
        """All of a kind, oldest first."""
        return [
            json.loads(row["body"])
            for row in self.rows("SELECT body FROM objects WHERE kind = ? ORDER BY seq", kind)
        ]

    def next_number(self, kind: str, first: int) -> int:
        """A number that no object of this kind has."""
        return first + int(self.rows("SELECT count(*) AS n FROM objects WHERE kind = ?", kind)[0]["n"])

    # ---- our money there
    def enter(self, amount: int, currency: str, *, what: str, subject: str, fee: int = 0) -> None:
        """An entry of our balance: `amount` minor units, the fee inside it."""
        self.run(
            "INSERT INTO entries (at, currency, amount, what, subject, fee) VALUES (?, ?, ?, ?, ?, ?)",
            self.now(), currency, amount, what, subject, fee,
        )  # fmt: skip

    def balances(self) -> dict[str, int]:
        """What it holds for us, by currency."""
        found = self.rows(
            "SELECT currency, sum(amount) AS held FROM entries GROUP BY currency ORDER BY currency"
        )
        return {row["currency"]: int(row["held"]) for row in found}

    # ---- settings, clock, chores
    def setting(self, name: str, default: Any = None) -> Any:
        """A remembered setting, as JSON."""
        found = self.rows("SELECT value FROM settings WHERE name = ?", name)
        return json.loads(found[0]["value"]) if found else default

    def set(self, name: str, value: Any) -> None:
        """Remember a setting."""
        self.run(
            "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name, json.dumps(value),
        )  # fmt: skip

    def now(self) -> float:
        """Seconds since 1970 by this provider's clock: real time and as far as it was moved forward."""
        return time.time() + float(self.setting("clock_offset", 0))

    def later(self, seconds: float, verb: str, subject: str) -> None:
        """Note a chore, done when the clock has moved that far."""
        self.run(
            "INSERT INTO chores (due, verb, subject) VALUES (?, ?, ?)", self.now() + seconds, verb, subject
        )

    def take_chore(self) -> sqlite3.Row | None:
        """The oldest chore that is due, taken."""
        with self.unit():
            found = self.rows("SELECT * FROM chores WHERE due <= ? ORDER BY due, seq LIMIT 1", self.now())
            if found:
                self.run("DELETE FROM chores WHERE seq = ?", found[0]["seq"])
        return found[0] if found else None
