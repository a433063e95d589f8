"""The files: PDF/A by every rule, each rule seen to fail on a spoilt file, the same bytes again, small, and shut in."""

from __future__ import annotations

import hashlib
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from payments import policy
from payments.receipts import pdf
from payments.receipts.pdf import Page
from tests.payments.receipts.pdf_rules import faults, qpdf_check
from tests.payments.receipts.scenes import says, text

PROGRAM = Path(pdf.PROGRAM)
FACES = """<style>
@font-face { font-family: Inter; src: url(font:Inter-400.ttf); }
@font-face { font-family: Ethiopic; src: url(font:noto-sans-ethiopic-ethiopic-400-normal.woff2); }
html { font-family: Inter, Ethiopic; }</style>"""
WORDS = "₦ 1,200 GH₵ 40.50 Abẹ́òkúta Ọṣun አበበ ቢቂላ"


def page(body: str = f"<p>{WORDS}</p>", head: str = "") -> Page:
    html = f'<html lang="en"><head><title>A</title>{FACES}{head}</head><body>{body}</body></html>'
    return Page(html, {}, b"0123456789abcdef")


@pytest.fixture(scope="module")
def made() -> Iterator[bytes]:
    with pdf.renderer() as process:
        yield process.make(page())


def test_a_file_keeps_every_rule(made: bytes, tmp_path: Path) -> None:
    assert faults(made) == []
    checked = qpdf_check(made, tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert says(WORDS, text(made))


def test_qpdf_finds_half_a_file(made: bytes, tmp_path: Path) -> None:
    assert qpdf_check(made[: len(made) // 2], tmp_path).returncode != 0


def no_xmp(file: pikepdf.Pdf) -> None:
    del file.Root.Metadata


def other_part(file: pikepdf.Pdf) -> None:
    xmp = file.Root.Metadata.read_bytes()
    file.Root.Metadata.write(xmp.replace(b'pdfaid:part="3"', b'pdfaid:part="9"'))


def no_conformance(file: pikepdf.Pdf) -> None:
    xmp = file.Root.Metadata.read_bytes()
    file.Root.Metadata.write(re.sub(rb'pdfaid:conformance="."', b"", xmp))


def no_intent(file: pikepdf.Pdf) -> None:
    del file.Root.OutputIntents


def no_profile(file: pikepdf.Pdf) -> None:
    file.Root.OutputIntents[0].DestOutputProfile.write(b"no profile" * 20)


def font_outside(file: pikepdf.Pdf) -> None:
    font = next(iter(file.pages[0].Resources.Font.values()))
    del font.DescendantFonts[0].FontDescriptor["/FontFile2"]


def no_letters(file: pikepdf.Pdf) -> None:
    font = next(iter(file.pages[0].Resources.Font.values()))
    del font["/ToUnicode"]


def standard_font(file: pikepdf.Pdf) -> None:
    plain = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    file.pages[0].Resources.Font["/Plain"] = file.make_indirect(plain)


def script(file: pikepdf.Pdf) -> None:
    run = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    file.Root.OpenAction = file.make_indirect(run)


def launches(file: pikepdf.Pdf) -> None:
    file.Root.OpenAction = file.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Launch))


def stream_outside(file: pikepdf.Pdf) -> None:
    outside = pikepdf.Stream(file, b"")
    outside["/F"] = pikepdf.String("/etc/passwd")
    file.Root["/Further"] = file.make_indirect(outside)


SPOILT: list[tuple[Callable[[pikepdf.Pdf], None], str]] = [
    (no_xmp, "it has no XMP"),
    (other_part, "it does not say which part of PDF/A it keeps"),
    (no_conformance, "it does not say how far it conforms"),
    (no_intent, "it has no OutputIntent"),
    (no_profile, "its OutputIntent has no ICC profile"),
    (font_outside, "is not embedded"),
    (no_letters, "has no ToUnicode"),
    (standard_font, "it has a font that is not embedded"),
    (script, "it holds a script or an action"),
    (launches, "it holds a script or an action"),
    (stream_outside, "a stream of it is in another file"),
]


@pytest.mark.parametrize(("spoil", "fault"), SPOILT, ids=lambda one: getattr(one, "__name__", ""))
def test_each_rule_fails_on_a_spoilt_file(
    spoil: Callable[[pikepdf.Pdf], None], fault: str, made: bytes
) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(made)) as file:
        spoil(file)
        file.save(out)
    assert [one for one in faults(out.getvalue()) if one.endswith(fault)]


def test_a_locked_file_is_found(made: bytes) -> None:
    for user in ("", "secret"):
        out = BytesIO()
        with pikepdf.open(BytesIO(made)) as file:
            file.save(out, encryption=pikepdf.Encryption(owner="owner", user=user))
        assert faults(out.getvalue()) == ["it is encrypted"]


def test_another_process_makes_the_same_bytes(made: bytes) -> None:
    with pdf.renderer() as process:
        assert hashlib.sha256(process.make(page())).digest() == hashlib.sha256(made).digest()
        assert process.make(page("<p>Another</p>")) != made
        assert process.make(page()) == made


def test_nothing_from_outside_gets_into_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the till's password")
    picture = tmp_path / "secret.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text>the till</text></svg>')
    with socket.create_server(("127.0.0.1", 0)) as server:
        web = f"http://127.0.0.1:{server.getsockname()[1]}"
        server.settimeout(0.5)
        body = (
            f'<p>Receipt</p><img src="{picture.as_uri()}"><img src="{web}/a.png"><object data="{web}/b.svg"></object>'
            f'<a rel="attachment" href="{secret.as_uri()}">file</a><embed src="{secret.as_uri()}">'
        )
        head = (
            f'<link rel="stylesheet" href="{web}/c.css"><style>@import url({secret.as_uri()});'
            f"body {{ background: url({web}/d.png) }}</style>"
            f'<link rel="attachment" href="{secret.as_uri()}">'
        )
        with pdf.renderer() as process:
            data = process.make(page(body, head))
        with pytest.raises(TimeoutError):
            server.accept()
    assert says("Receipt", text(data))
    assert "till" not in text(data)
    with pikepdf.open(BytesIO(data)) as file:
        assert list(file.attachments) == []


TRIES = {
    "file": "open('/etc/passwd')",
    "settings": f"open({str(Path(__file__))!r})",
    "writing": "open('/tmp/banibs-never', 'w')",
    "writing code": "open(os.__file__, 'a')",
    "directory": "os.mkdir('/tmp/banibs-never')",
    "removing": "os.remove('/etc/passwd')",
    "socket": "socket.socket()",
    "name": "socket.getaddrinfo('localhost', 80)",
    "program": "subprocess.Popen(['true'])",
    "shell": "os.system('true')",
    "library": "ctypes.CDLL('libm.so.6')",
}


def attempt(code: str, folder: Path, *, shut: bool = True) -> str:
    """What becomes of this code where documents are made; "done" when nothing keeps it from its work."""
    program = f"""
import ctypes, os, socket, subprocess, sys
sys.path.insert(0, {str(PROGRAM.parent)!r})
import pdf_process
{"pdf_process.shut_in(sys.argv[1])" if shut else ""}
try:
    {code}
except pdf_process.Refused:
    print("refused")
else:
    print("done")
"""
    run = subprocess.run(
        [sys.executable, "-I", "-c", program, folder], capture_output=True, text=True, timeout=60, check=False
    )
    return run.stdout.strip() or run.stderr


@pytest.mark.parametrize("wanted", TRIES)
def test_the_process_opens_no_file_no_socket_and_no_program(wanted: str, tmp_path: Path) -> None:
    assert attempt(TRIES[wanted], tmp_path) == "refused"
    assert attempt("open(os.path.join(sys.argv[1], 'own'), 'w').close()", tmp_path) == "done"


def test_without_the_guard_it_would(tmp_path: Path) -> None:
    """The guard off."""
    for wanted in ("file", "settings", "socket", "program", "library"):
        assert attempt(TRIES[wanted], tmp_path, shut=False) == "done"


def test_where_the_machine_allows_there_is_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        reach = f"socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 2)"
        code = f"""here = os.readlink('/proc/self/ns/net'); pdf_process.leave_network()
    left = os.readlink('/proc/self/ns/net') != here
    try:
        {reach}
        reached = True
    except OSError:
        reached = False
    assert left is not reached, (left, reached)"""
        assert attempt(code, tmp_path, shut=False) == "done"


def test_a_process_that_takes_too_long_is_ended_and_the_next_one_works(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pdf.renderer() as process:
        with monkeypatch.context() as hurried:
            hurried.setattr(policy, "DOCUMENT_RENDER_SECONDS", 0.05)
            with pytest.raises(pdf.RenderingFailed, match="ended"):
                process.make(page())
        assert process.make(page()).startswith(b"%PDF")
