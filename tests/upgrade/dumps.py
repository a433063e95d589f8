"""A database as one gzipped file of SQL: written by pg_dump, read back through psycopg.

The file is pg_dump's plain text: statements, and COPY blocks whose rows end with a line `\\.`. No psql is needed to
read it.
"""

from __future__ import annotations

import gzip
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from banibs.dev.postgres import binaries

COPY = re.compile(r"^COPY public\.(\S+) .*FROM stdin;$")
END = "\\.\n"
UNKNOWN_BEFORE_17 = "SET transaction_timeout"


@dataclass(frozen=True)
class Block:
    """What is sent at once: statements, or one COPY with its rows. `table` is empty for statements."""

    statement: str
    table: str = ""
    rows: tuple[str, ...] = ()


def write(url: str, path: Path, *, folder: Path) -> None:
    """Dumps the database at `url`, schema and rows, without owners and privileges. `folder` is the engine's.

    Raises subprocess.CalledProcessError with pg_dump's own words.
    """
    command = [str(binaries(folder) / "pg_dump"), "--no-owner", "--no-privileges", "--dbname", url]
    done = subprocess.run(command, capture_output=True, check=True, timeout=300)
    path.write_bytes(gzip.compress(done.stdout, 9, mtime=0))


def load(path: Path, url: str) -> dict[str, int]:
    """Writes the dump into the empty database at `url`. Returns how many rows each table was given."""
    counts = {}
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for block in blocks(path):
            if not block.table:
                cursor.execute(block.statement.encode())
                continue
            with cursor.copy(block.statement.encode()) as copy:
                copy.write("".join(block.rows))
            counts[block.table] = len(block.rows)
    return counts


def blocks(path: Path) -> Iterator[Block]:
    """The dump in order, without the lines for psql alone (`\\restrict`) and for newer servers alone."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        statements: list[str] = []
        for line in lines:
            found = COPY.match(line)
            if found is None:
                if not line.startswith(("\\", UNKNOWN_BEFORE_17)):
                    statements.append(line)
                continue
            yield Block("".join(statements))
            statements = []
            yield Block(line, table=found[1], rows=tuple(iter(lambda: next(lines), END)))
        yield Block("".join(statements))
