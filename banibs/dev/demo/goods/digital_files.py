"""Files that the demo's digital listings sell: small, real, and made from their own words when the demo is loaded.

Always the same bytes for the same listing. What kind of file it is stands in its name: .pdf, .epub, .wav.zip, .svg.zip.
"""

from __future__ import annotations

import io
import math
import random
import wave
import zipfile

from django.utils.html import escape

from banibs.dev.demo.goods import pdf
from banibs.dev.demo.goods.reading import Listing, Shop
from marketplace.media.shop_patterns import PALETTES, weave

RATE = 8_000  # samples a second, 8 bit, one channel: enough to hear that it is a drum
STAMP = (2026, 1, 1, 0, 0, 0)


def make(name: str, *, shop: Shop, listing: Listing) -> bytes:
    """The content of a file of this name."""
    if name.endswith(".pdf"):
        return _book(name, shop, listing)
    if name.endswith(".epub"):
        return _epub(shop, listing)
    if name.endswith(".wav.zip"):
        return _zip(
            {f"loop-{n:02}-{96 + 4 * n}bpm.wav": _loop(f"{name}{n}", 96 + 4 * n) for n in range(1, 5)}
        )
    if name.endswith(".svg.zip"):
        strips = {
            f"pattern-{n:02}.svg": weave(f"{name}{n}", width=400, height=400, strips=4).encode()
            for n in range(1, 13)
        }
        return _zip({**strips, "licence.txt": _licence(shop).encode()})
    return _zip(
        {
            "notes.txt": f"{listing.title}\n\n{listing.description}\n".encode(),
            "licence.txt": _licence(shop).encode(),
        }
    )


def _book(name: str, shop: Shop, listing: Listing) -> bytes:
    chance = random.Random(name)  # nosec B311  # colours, not a secret
    subtitle = name.removesuffix(".pdf").replace("-", " ").capitalize()
    chapters = (
        ("What this is", listing.summary),
        (listing.title, listing.description),
        (f"From {shop.name}, {shop.city}", shop.story),
    )
    return pdf.booklet(
        listing.title, subtitle=subtitle, author=shop.maker, chapters=chapters, inks=chance.choice(PALETTES)
    )


def _epub(shop: Shop, listing: Listing) -> bytes:
    def page(body: str) -> str:
        head = f"<head><title>{escape(listing.title)}</title></head>"
        return f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">{head}<body>{body}</body></html>'

    text = "".join(
        f"<p>{escape(' '.join(block.split()))}</p>" for block in listing.description.strip().split("\n\n")
    )
    package = (
        '<?xml version="1.0" encoding="utf-8"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">banibs:{listing.slug}</dc:identifier>'
        f"<dc:title>{escape(listing.title)}</dc:title><dc:creator>{escape(shop.maker)}</dc:creator><dc:language>en-GB</dc:language>"
        '<meta property="dcterms:modified">2026-01-01T00:00:00Z</meta></metadata><manifest>'
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="text" href="text.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="text"/></spine></package>'
    )
    container = (
        '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": container,
        "book.opf": package,
        "nav.xhtml": page(
            f'<nav epub:type="toc"><ol><li><a href="text.xhtml">{escape(listing.title)}</a></li></ol></nav>'
        ),
        "text.xhtml": page(f"<h1>{escape(listing.title)}</h1>{text}"),
    }
    return _zip({name: content.encode() for name, content in files.items()}, plain=("mimetype",))


def _loop(seed: str, bpm: int) -> bytes:
    """A bar of drum beats, four to the floor and some beside it."""
    chance = random.Random(seed)  # nosec B311  # a rhythm, not a secret
    step = RATE * 60 // bpm // 4
    samples = bytearray(b"\x80" * (step * 16))
    for place in range(16):
        if place % 4 and chance.random() < 0.5:
            continue
        pitch, start = (70 if place % 8 == 0 else chance.choice((180, 220, 330))), place * step
        for n in range(min(step * 2, len(samples) - start)):
            value = samples[start + n] + int(
                90 * math.exp(-n / 500) * math.sin(2 * math.pi * pitch * n / RATE)
            )
            samples[start + n] = max(0, min(255, value))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        file.writeframes(bytes(samples))
    return out.getvalue()


def _licence(shop: Shop) -> str:
    return (
        f"Made by {shop.name}, {shop.city}. Use these files in anything you make, for yourself or for a customer.\n"
        "Do not sell the files themselves. Say where they come from when somebody asks.\n"
    )


def _zip(files: dict[str, bytes], *, plain: tuple[str, ...] = ()) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            kind = zipfile.ZIP_STORED if name in plain else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, STAMP), content, compress_type=kind)
    return out.getvalue()
