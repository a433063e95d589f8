"""A booklet as PDF, written by hand: a cover of coloured strips and pages of text in the fonts that every reader has."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 420, 595, 56  # A5, in points
LINES = 30  # on a page
_PLAIN = str.maketrans({"ɔ": "o", "ɛ": "e", "ŋ": "n", "ɓ": "b", "Ɔ": "O", "Ɛ": "E"})


def booklet(
    title: str, *, subtitle: str, author: str, chapters: Sequence[tuple[str, str]], inks: Sequence[str]
) -> bytes:
    """A cover and the chapters, each a heading and text with empty lines between paragraphs."""
    pages = [_cover(title, subtitle, author, inks)]
    for heading, text in chapters:
        pages += _chapter(heading, text)
    return _file(pages, title)


def _cover(title: str, subtitle: str, author: str, inks: Sequence[str]) -> str:
    strips = "".join(
        f"{_ink(inks[(row * 3 + column * 2) % len(inks)])} rg {column * 60} {200 + row * 40} 60 40 re f\n"
        for row in range(10)
        for column in range(7)
    )
    lines = [(f"F2 {22 if len(title) < 60 else 17} Tf", line) for line in textwrap.wrap(title, 30)]
    lines += [("F1 11 Tf", line) for line in textwrap.wrap(subtitle, 60)] + [("F1 11 Tf", author)]
    return strips + "0.09 0.09 0.17 rg\n" + _text(lines, top=160, leading=24)


def _chapter(heading: str, text: str) -> list[str]:
    lines: list[tuple[str, str]] = [("F2 15 Tf", line) for line in textwrap.wrap(heading, 42)] + [
        ("F1 11 Tf", "")
    ]
    for block in text.strip().split("\n\n"):
        lines += [("F1 11 Tf", line) for line in textwrap.wrap(" ".join(block.split()), 62)] + [
            ("F1 11 Tf", "")
        ]
    return [
        _text(lines[at : at + LINES], top=HEIGHT - MARGIN, leading=16) for at in range(0, len(lines), LINES)
    ]


def _text(lines: Sequence[tuple[str, str]], *, top: int, leading: int) -> str:
    body = "".join(f"/{font}\n({_escaped(line)}) Tj T*\n" for font, line in lines)
    return f"BT {leading} TL {MARGIN} {top} Td\n{body}ET\n"


def _escaped(text: str) -> str:
    kept = []
    for letter in text.translate(_PLAIN):
        try:
            letter.encode("cp1252")
        except UnicodeEncodeError:
            letter = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
        kept.append(letter)
    return "".join(kept).replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _ink(colour: str) -> str:
    return " ".join(f"{int(colour[n : n + 2], 16) / 255:.2f}" for n in (1, 3, 5))


def _file(pages: Sequence[str], title: str) -> bytes:
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(pages)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        font.format("Helvetica"),
        font.format("Helvetica-Bold"),
        f"<< /Title ({_escaped(title)}) /Producer (BANIBS) >>",
    ]
    for n, page in enumerate(pages):
        fonts = "<< /Font << /F1 3 0 R /F2 4 0 R >> >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources {fonts} /Contents {7 + 2 * n} 0 R >>"
        )
        objects.append(f"<< /Length {len(page.encode('cp1252'))} >>\nstream\n{page}endstream")
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode()
