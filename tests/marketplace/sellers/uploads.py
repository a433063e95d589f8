"""Uploads as sellers, and others, send them."""

from __future__ import annotations

import io
import struct
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(
    *, size: tuple[int, int] = (600, 750), form: str = "JPEG", name: str = "basket.jpg", **save: object
) -> SimpleUploadedFile:
    """A picture as a camera makes it."""
    file = io.BytesIO()
    Image.new("RGB", size, "#c9552e").save(file, form, **save)
    return SimpleUploadedFile(name, file.getvalue(), content_type="image/jpeg")


def file(content: bytes, name: str = "zine.pdf") -> SimpleUploadedFile:
    """Any bytes under any name."""
    return SimpleUploadedFile(name, content)


def huge_png(width: int, height: int) -> SimpleUploadedFile:
    """A PNG whose head promises this many pixels, in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return SimpleUploadedFile("large.png", b"\x89PNG\r\n\x1a\n" + body)


def pdf(size: int = 20) -> SimpleUploadedFile:
    """As much of a PDF as libmagic looks at, so many bytes of it."""
    return file(b"%PDF-1.7 ".ljust(size, b"x"), "zine.pdf")
