"""What a document of ours must be as a file: PDF/A, read by pikepdf. And qpdf's own opinion."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf

from tests.accountants import SYSTEM

NAMED = ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToR", "/Movie", "/Sound", "/RichMedia")


def faults(data: bytes) -> list[str]:
    """What is wrong with a file, in words; nothing when it is right."""
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            return [*_described(pdf), *_coloured(pdf), *_lettered(pdf), *_harmless(pdf)]
    except pikepdf.PasswordError:
        return ["it is encrypted"]


def _described(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/Metadata" not in pdf.Root:
        yield "it has no XMP"
        return
    xmp = pdf.Root.Metadata.read_bytes().decode()
    if not re.search(r'pdfaid:part(="|>)3', xmp):
        yield "it does not say which part of PDF/A it keeps"
    if not re.search(r'pdfaid:conformance(="|>)[BU]', xmp):
        yield "it does not say how far it conforms"


def _coloured(pdf: pikepdf.Pdf) -> Iterator[str]:
    intents = [one for one in pdf.Root.get("/OutputIntents", []) if one.get("/S") == "/GTS_PDFA1"]
    if not intents:
        yield "it has no OutputIntent"
    for one in intents:
        profile = one.get("/DestOutputProfile")
        if profile is None or profile.read_bytes()[36:40] != b"acsp":
            yield "its OutputIntent has no ICC profile"


def _lettered(pdf: pikepdf.Pdf) -> Iterator[str]:
    fonts = [
        thing
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font"
    ]
    drawing = [font for font in fonts if font.get("/Subtype") == "/Type0"]
    if not drawing:
        yield "it has no font"
    for font in drawing:
        if "/ToUnicode" not in font:
            yield f"{font.BaseFont} has no ToUnicode"
        descriptor = font.DescendantFonts[0].FontDescriptor
        if not {"/FontFile2", "/FontFile3"} & set(descriptor.keys()):
            yield f"{font.BaseFont} is not embedded"
    if {font.get("/Subtype") for font in fonts} - {"/Type0", "/CIDFontType0", "/CIDFontType2"}:
        yield "it has a font that is not embedded"


def _harmless(pdf: pikepdf.Pdf) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "it is encrypted"
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            continue
        if thing.get("/S") in NAMED or "/JS" in thing or "/JavaScript" in thing:
            yield "it holds a script or an action"
        if isinstance(thing, pikepdf.Stream) and "/F" in thing:
            yield "a stream of it is in another file"


def qpdf_check(data: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    """What `qpdf --check` says of a file."""
    if shutil.which("qpdf") is None:  # a system part, as the browser is
        subprocess.run([SYSTEM, "qpdf"], check=True, timeout=600)
    file = folder / "document.pdf"
    file.write_bytes(data)
    return subprocess.run(["qpdf", "--check", file], capture_output=True, text=True, timeout=60, check=False)
