"""The process that turns HTML into PDF. It is a program of its own, knows nothing of BANIBS, and imports none of it.

It reads the fonts, then shuts itself in: from then on it opens nothing but its own temporary folder and Python's own
code, no socket and no other program, and where the machine allows it stands in a network namespace without a network.
Fontconfig and Pango read files in C, which Python does not see: their configuration names no folder at all, so that they
know the fonts handed in alone, on every machine the same ones.

    python -I pdf_process.py FONTS FOLDER MEMORY     jobs on standard input, answers on standard output, a line each
    job     {"html", "art": {name: base64}, "id": hex}
    answer  {"pdf": base64} or {"error": text}
"""

import base64
import contextlib
import ctypes
import io
import json
import os
import resource
import sys
import sysconfig
import tempfile
import traceback
from pathlib import Path
from typing import TypedDict

FONTCONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><cachedir>{folder}</cachedir></fontconfig>"""
KINDS = {"font": "font/ttf", "art": "image/svg+xml"}
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
REFUSED = (
    "ctypes.dlopen", "ftplib.", "http.client.", "os.chmod", "os.chown", "os.exec", "os.fork", "os.forkpty", "os.link",
    "os.posix_spawn", "os.rename", "os.spawn", "os.startfile", "os.symlink", "os.system", "os.truncate", "pty.spawn",
    "smtplib.", "socket.", "subprocess.Popen", "urllib.Request",
)  # fmt: skip
WRITES = ("os.mkdir", "os.remove", "os.rmdir")


class Job(TypedDict):
    """A document to make."""

    html: str
    art: dict[str, str]
    id: str


class Refused(PermissionError):
    """What was asked for is outside. The libraries take it for what an operating system says."""


def leave_network() -> None:
    """Goes where there is no network. A machine that forbids it leaves the hook alone to stand guard."""
    libc = ctypes.CDLL(None, use_errno=True)
    for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET):
        if libc.unshare(flags) == 0:
            return


def shut_in(folder: str) -> None:
    """From here on nothing outside can be opened. There is no way back."""
    paths = sysconfig.get_paths()
    libraries = {os.path.realpath(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    code = (os.path.realpath(__file__), *(library + os.sep for library in libraries))
    own = os.path.realpath(folder) + os.sep
    flags_that_write = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    def may_open(path: object, flags: object) -> bool:
        if isinstance(path, int):
            return True
        if not isinstance(path, (str, bytes, os.PathLike)):
            return False
        real = os.path.realpath(os.fsdecode(path))
        if (real + os.sep).startswith(own):
            return True
        writes = isinstance(flags, int) and bool(flags & flags_that_write)
        return not writes and real.startswith(code)

    def placed(path: object, folder_fd: object) -> object:
        """A path, which may be one within an open folder."""
        if isinstance(folder_fd, int) and folder_fd >= 0 and isinstance(path, str):
            return os.path.join(os.readlink(f"/proc/self/fd/{folder_fd}"), path)
        return path

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event.startswith(REFUSED):
            raise Refused(f"{event} is refused here")
        if event == "open" and not may_open(args[0], args[2]):
            raise Refused(f"opening {args[0]!r} is refused here")
        if event in WRITES and not may_open(placed(args[0], args[-1]), os.O_WRONLY):
            raise Refused(f"{event} of {args[0]!r} is refused here")

    sys.addaudithook(hook)


def main(fonts_folder: str, folder: str, memory: int) -> None:
    """Reads the fonts, shuts itself in, and works on jobs until there are no more."""
    Path(folder, "fonts.conf").write_text(FONTCONFIG.format(folder=folder))
    os.environ.update(FONTCONFIG_FILE=str(Path(folder, "fonts.conf")), TMPDIR=folder, HOME=folder)
    tempfile.tempdir = folder
    leave_network()
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import warnings

    warnings.simplefilter("ignore")
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    fonts = {one.name: one.read_bytes() for one in sorted(Path(fonts_folder).iterdir())}

    class Handed(URLFetcher):
        """Gives fonts and pictures that were handed in, by name. Nothing else has an address here."""

        def __init__(self, art: dict[str, bytes]) -> None:
            super().__init__()
            self.known = {"font": fonts, "art": art}

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            """What this address stands for. Raises Refused."""
            kind, _, name = url.partition(":")
            found = self.known.get(kind, {}).get(name)
            if found is None:
                raise Refused(f"{url!r} is refused here")
            return URLFetcherResponse(url, found, {"Content-Type": KINDS[kind]})

    def made(job: Job) -> bytes:
        art = {name: base64.b64decode(data) for name, data in job["art"].items()}
        html = weasyprint.HTML(string=job["html"], url_fetcher=Handed(art))
        out = io.BytesIO()
        html.write_pdf(
            out,
            font_config=FontConfiguration(),
            pdf_variant="pdf/a-3u",
            pdf_identifier=bytes.fromhex(job["id"]),
            pdf_tags=True,
        )
        return out.getvalue()

    shut_in(folder)
    answers = sys.stdout
    for line in sys.stdin:
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                answer = {"pdf": base64.b64encode(made(json.loads(line))).decode()}
        except Exception:
            answer = {"error": traceback.format_exc()[-4000:]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
