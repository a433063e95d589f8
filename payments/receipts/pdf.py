"""HTML into PDF/A by a process of its own that has no files and no network (`pdf_process`)."""

from __future__ import annotations

import base64
import json
import os
import subprocess  # nosec B404  # our own program, no shell
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
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
        self.process: subprocess.Popen[str] | None = None

    def make(self, page: Page) -> bytes:
        """The PDF of a page: the same bytes for the same page, on machines with the same versions of the libraries.

        Raises RenderingFailed, also when it takes longer than `policy.DOCUMENT_RENDER_SECONDS`.
        """
        job = {
            "html": page.html,
            "art": {name: base64.b64encode(data).decode() for name, data in page.art.items()},
            "id": page.id.hex(),
        }
        answer = json.loads(self._asked(json.dumps(job) + "\n"))
        if "error" in answer:
            raise RenderingFailed(answer["error"])
        return base64.b64decode(answer["pdf"])

    def _asked(self, job: str) -> str:
        process = self._running()
        if process.stdin is None or process.stdout is None:  # both are asked for
            raise RenderingFailed("the process has no pipes")
        timer = threading.Timer(policy.DOCUMENT_RENDER_SECONDS, process.kill)
        timer.start()
        try:
            process.stdin.write(job)
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError:
            answer = ""
        finally:
            timer.cancel()
        if not answer:
            process.kill()
            raise RenderingFailed(f"the process ended: {process.communicate()[1][-2000:]}")
        return answer

    def _running(self) -> subprocess.Popen[str]:
        """The process; nothing of our environment is handed in."""
        if self.process is None or self.process.poll() is not None:
            memory = str(policy.DOCUMENT_MOST_MEMORY_BYTES)
            self.process = subprocess.Popen(  # nosec B603  # fixed arguments
                [sys.executable, "-I", PROGRAM, FONTS, self.folder, memory],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                cwd=self.folder,
                env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            )
        return self.process

    def close(self) -> None:
        """Ends the process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()


@contextmanager
def renderer() -> Iterator[Renderer]:
    """A renderer for as long as the block lasts; its folder goes with it."""
    with tempfile.TemporaryDirectory(prefix="banibs-pdf-") as folder, closing(Renderer(folder)) as made:
        yield made
