"""Asks ClamAV's daemon whether bytes hold a virus, by its INSTREAM command (clamd(8)); setting CLAMD_ADDRESS.

Three outcomes: clean, refused (a virus, or more than the scanner takes), unknown (no answer in time). Nothing is believed
about a file that the scanner did not answer for.
"""

from __future__ import annotations

import contextlib
import enum
import select
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)


class Verdict(enum.Enum):
    """How asking ended."""

    CLEAN = "clean"
    INFECTED = "infected"
    TOO_LARGE = "too_large"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scan:
    """The verdict, and the scanner's name of the virus when there is one."""

    verdict: Verdict
    virus: str = ""


def configured() -> bool:
    """Whether there is a scanner to ask."""
    return bool(settings.CLAMD_ADDRESS)


def scan(chunks: Iterable[bytes], *, seconds: float) -> Scan:
    """What the scanner says of these bytes, asked for this long at most. Raises nothing of the network's."""
    ends = time.monotonic() + seconds
    try:
        with _connection(seconds) as connection:
            # It hangs up on more than it takes, after saying so.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                _send(connection, chunks, ends=ends)
            answer = _answer(connection, ends=ends)
    except OSError as error:  # away, or too slow: TimeoutError is one
        log.warning("virus_scan.unknown", error=type(error).__name__)
        return Scan(Verdict.UNKNOWN)
    return _read(answer)


def _connection(seconds: float) -> socket.socket:
    address: str = settings.CLAMD_ADDRESS
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(seconds)
        try:
            connection.connect(address)
        except BaseException:
            connection.close()
            raise
        return connection
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=seconds)


def _limit(connection: socket.socket, *, ends: float) -> None:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    connection.settimeout(left)


def _send(connection: socket.socket, chunks: Iterable[bytes], *, ends: float) -> None:
    _limit(connection, ends=ends)
    connection.sendall(b"zINSTREAM\0")
    for chunk in chunks:
        if select.select([connection], [], [], 0)[0]:
            return  # it answers before the end: it has had enough
        if chunk:
            _limit(connection, ends=ends)
            connection.sendall(struct.pack(">I", len(chunk)) + chunk)
    _limit(connection, ends=ends)
    connection.sendall(struct.pack(">I", 0))


def _answer(connection: socket.socket, *, ends: float) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < 4096:
        _limit(connection, ends=ends)
        part = connection.recv(4096)
        if not part:
            break
        said += part
    return said.rstrip(b"\0\n").decode("utf-8", "replace")


def _read(answer: str) -> Scan:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Scan(Verdict.CLEAN)
    if said.endswith(" FOUND"):
        return Scan(Verdict.INFECTED, said.removesuffix(" FOUND")[:100])
    if "size limit exceeded" in said:
        return Scan(Verdict.TOO_LARGE)
    log.warning("virus_scan.unknown", answer=said[:200])
    return Scan(Verdict.UNKNOWN)
