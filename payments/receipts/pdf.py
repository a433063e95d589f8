"""HTML into PDF/A by a process of its own that has no files and no network (`pdf_process`)."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from payments import policy

PROGRAM = Path(__file__).with_name("pdf_process.py")
FONTS = Path(settings.BASE_DIR) / "static" / "fonts" / "pdf"


class RenderingFailed(Exception):
    """The process made no PDF, or ended: the document is tried again."""


@dataclass(frozen=True)
class Page:
    """A document as HTML, and the pictures that it names as "art:<name>". `id` is its mark in the file: 16 bytes."""

    html: str
    art: Mapping[str, bytes]
    id: bytes


class Renderer:
    """A process that makes one PDF after another; one that ended is followed by another. Close it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.process: _Process | None = None

    def make(self, page: Page) -> bytes:
        """The PDF of a page: the same bytes for the same page, on machines with the same versions of the libraries.

        Raises RenderingFailed, also when it takes longer than `policy.DOCUMENT_RENDER_SECONDS`.
        """
        job = {
            "html": page.html,
            "art": {name: base64.b64encode(data).decode() for name, data in page.art.items()},
            "id": page.id.hex(),
        }
        answer = json.loads(self._asked(json.dumps(job).encode() + b"\n"))
        if "error" in answer:
            raise RenderingFailed(answer["error"])
        return base64.b64decode(answer["pdf"])

    def _asked(self, job: bytes) -> bytes:
        if self.process is None:
            self.process = _Process(self.folder)
        timer = threading.Timer(policy.DOCUMENT_RENDER_SECONDS, self.process.kill)
        timer.start()
        try:
            answer = self.process.ask(job)
        except OSError:
            answer = b""
        finally:
            timer.cancel()
        if not answer:
            said = self.process.end()
            self.process = None
            raise RenderingFailed(f"the process ended: {said}")
        return answer

    def close(self) -> None:
        """Ends the process."""
        if self.process is not None:
            self.process.end()


class _Process:
    """`pdf_process`, with a pipe in and a pipe out. Nothing of our environment is handed in, and no open file."""

    def __init__(self, folder: str) -> None:
        self.errors = Path(folder, "errors.txt")
        its_in, ours_out = os.pipe()
        ours_in, its_out = os.pipe()
        memory = str(policy.DOCUMENT_MOST_MEMORY_BYTES)
        try:
            self.pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-I", str(PROGRAM), str(FONTS), folder, memory],
                {"PATH": os.defpath, "LANG": "C.UTF-8"},
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, its_in, 0),
                    (os.POSIX_SPAWN_DUP2, its_out, 1),
                    (os.POSIX_SPAWN_OPEN, 2, str(self.errors), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                ],
                setsigmask=[],
                setsigdef=[signal.SIGINT, signal.SIGTERM, signal.SIGPIPE],
            )
        finally:
            os.close(its_in)
            os.close(its_out)
        self.jobs, self.answers = os.fdopen(ours_out, "wb"), os.fdopen(ours_in, "rb")

    def ask(self, job: bytes) -> bytes:
        """The answer to a job; nothing when the process has ended. Raises OSError when it had before."""
        self.jobs.write(job)
        self.jobs.flush()
        return self.answers.readline()

    def kill(self) -> None:
        """Ends it at once; it is waited for by `end`."""
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> str:
        """Ends it, waits for it, and returns the last of what it complained of."""
        self.kill()
        os.waitpid(self.pid, 0)
        self.answers.close()
        with contextlib.suppress(OSError):  # what was still in the buffer has nobody to read it
            self.jobs.close()
        return self.errors.read_text(errors="replace")[-2000:] if self.errors.exists() else ""


@contextlib.contextmanager
def renderer() -> Iterator[Renderer]:
    """A renderer for as long as the block lasts; its folder goes with it."""
    with tempfile.TemporaryDirectory(prefix="banibs-pdf-") as folder, closing(Renderer(folder)) as made:
        yield made
