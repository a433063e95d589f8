"""What is sold is what its name says."""

from __future__ import annotations

import io
import subprocess
import sys
import wave
import zipfile

import pytest
from django.urls import reverse
from PIL import Image

from banibs.dev.demo.goods import catalogue
from banibs.dev.home import CHECKOUT
from marketplace.media import digital_files, file_types
from marketplace.models import DigitalFile
from tests import market as scene
from tests.marketplace.media import samples
from tests.marketplace.sellers import uploads
from tests.seller_scene import at_desk

PAGE = b"<!DOCTYPE html><html><head><title>Receipt</title></head><body>Thank you</body></html>"
PROGRAM = b"MZ" + b"\0" * 62 + b"PE\0\0" + b"\0" * 200
PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture(scope="module", autouse=True)
def libmagic() -> None:
    """Installed first where it is missing and that is allowed."""
    subprocess.run([CHECKOUT / ".ci" / "system", "libmagic"], check=True, stdin=subprocess.DEVNULL)


def packed(**entries: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as into:
        for name, content in entries.items():
            into.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def sound() -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as into:
        into.setparams((1, 1, 8000, 0, "NONE", ""))
        into.writeframes(b"\x80" * 800)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("zine.pdf", PDF),
        ("ZINE.PDF", PDF),
        ("printed.pdf", b"\r\n" + PDF + b"\xff\0" * 20),  # readers take a PDF that begins a little later
        ("book.epub", packed(mimetype=b"application/epub+zip", a__b=b"x")),
        ("loops.wav.zip", packed(a=b"x")),
        ("plan.docx", packed(**{"[Content_Types].xml": b"<x/>", "word__document.xml": b"<x/>"})),
        ("loop.wav", sound()),
        ("song.mp3", b"ID3\x03\0\0" + b"\0" * 50),
        ("song.mp3", b"\xff\xfb\x90d" + b"\0" * 400),
        ("print.png", samples.written(Image.new("RGB", (9, 9)), "PNG")),
        ("print.jpg", samples.written(Image.new("RGB", (9, 9)), "JPEG")),
        ("pattern.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("notes.txt", "Àdìrẹ".encode()),
        ("notes.txt", "Àdìrẹ".encode("utf-16")),
        ("a.txt", b"x"),
        ("template.html", PAGE),
        ("prices.csv", b"a,b\r\n1,2\r\n"),
        ("setup.exe", PROGRAM),
        ("brushes.brushset", b"\1\2\3 whatever that is"),
        ("README", b"no ending, no promise"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(name: str, content: bytes) -> None:
    assert file_types.mismatch(name, content) is None


@pytest.mark.parametrize(
    ("name", "content", "held"),
    [
        ("receipt.pdf", PAGE, "a web page"),
        ("receipt.pdf", b"%PDF is what I am, says this text", "text"),
        ("book.epub", PDF, "a PDF"),
        ("loops.zip", PAGE, "a web page"),
        ("print.jpg", PAGE, "a web page"),
        ("print.png", samples.written(Image.new("RGB", (9, 9)), "JPEG"), "a picture"),
        ("song.mp3", PAGE, "a web page"),
        ("film.mp4", packed(a=b"x"), "packed files"),
        ("notes.txt", PDF, "a PDF"),
        ("notes.txt", b"\0\1\2\3" * 40, "something else"),
        ("zine.pdf", PROGRAM, "a program"),
        ("brushes.brushset", PROGRAM, "a program"),
        ("README", PROGRAM, "a program"),
        ("zine.pdf", b"x", "something else"),
    ],
)
def test_a_file_that_is_not_is_found_out_in_words(name: str, content: bytes, held: str) -> None:
    assert file_types.mismatch(name, content) == held


@pytest.mark.django_db
def test_zuri_is_told_beside_the_field_and_nothing_is_kept() -> None:
    market = scene.opened()
    product = market.zine.product
    client, url = at_desk(market.zuri), reverse("seller:listing_edit", args=[product.pk])

    answer = client.post(
        url, {"do": "files", "title": "My long words", "files": uploads.file(PAGE, "receipt.pdf")}
    )

    page = answer.content.decode()
    assert answer.status_code == 400
    beside = page.partition('id="files-error"')[2].partition("</div>")[0]
    assert "receipt.pdf: Its name says .pdf, but it holds a web page." in beside
    assert 'href="#files-in"' in page
    assert "My long words" in page
    assert not DigitalFile.objects.exists()

    taken = client.post(url, {"do": "files", "files": uploads.file(PDF, "receipt.pdf")})
    assert taken.status_code == 200
    assert "files-error" not in taken.content.decode()
    assert DigitalFile.objects.get().name == "receipt.pdf"


def test_whoever_brings_files_in_by_the_hundred_asks_the_same() -> None:
    with pytest.raises(digital_files.FileRefused, match="holds a web page"):
        catalogue._file(None, "receipt.pdf", PAGE, position=0)  # type: ignore[arg-type]  # never reached


def test_without_the_systems_library_files_are_taken_as_before_and_it_is_said() -> None:
    """On a bare machine where nobody may install it; a process of its own, whose loader finds nothing."""
    script = (
        "import ctypes, ctypes.util\n"
        "ctypes.util.find_library = lambda name: None\n"
        "real = ctypes.CDLL\n"
        "def none(name, *a, **k):\n"
        "    if name and 'magic' in str(name): raise OSError(name)\n"
        "    return real(name, *a, **k)\n"
        "ctypes.CDLL = none\n"
        "import django; django.setup()\n"
        "from banibs import checks\n"
        "from marketplace.media import file_types\n"
        "print(file_types.mismatch('a.pdf', b'<html>'), [one.id for one in checks.files_are_looked_at()])\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True, timeout=120
    )
    assert "None ['BANIBS.W002']" in said.stdout
    assert "libmagic.missing" in said.stdout + said.stderr
