"""Handing out a private file over HTTP: whole or one range of it, under its own name, never to be run by a browser."""

from __future__ import annotations

import re
from typing import IO, Any

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import content_disposition_header

from banibs.core.text import shown_line
from marketplace import policy
from marketplace.models import DigitalFile
from marketplace.storage import private_files

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class Slice:
    """The bytes `first` to `last` of an open file, read like a file of their own."""

    def __init__(self, file: IO[bytes], *, first: int, last: int) -> None:
        file.seek(first)
        self.file = file
        self.left = last - first + 1

    def read(self, size: int = -1) -> bytes:
        """The next bytes; none at the end."""
        wanted = self.left if size < 0 else min(size, self.left)
        chunk = self.file.read(wanted) if wanted else b""
        self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        """Closes the file."""
        self.file.close()


def wanted_range(header: str, size: int) -> tuple[int, int] | None:
    """The first and last byte that a Range header asks for, both included; None when the whole file is to be sent.

    Several ranges at once, other units and nonsense are answered with the whole file, as RFC 9110 allows.
    Raises ValueError for a range that lies outside the file.
    """
    asked = _RANGE.fullmatch(header.strip())
    if asked is None or asked.groups() == ("", ""):
        return None
    first, last = asked.groups()
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise ValueError(header)
        return size - length, size - 1
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    if start >= size:
        raise ValueError(header)
    return start, end


def serve(file: DigitalFile, *, range_header: str = "", if_range: str = "") -> HttpResponseBase:
    """The answer that carries the file: 200, 206 or 416. From a bucket: a redirect to a link of five minutes.

    Raises FileNotFoundError when the storage has lost it.
    """
    disposition = content_disposition_header(as_attachment=True, filename=clean(file.name)) or "attachment"
    name = file.file.name or ""
    if settings.S3_PRIVATE_BUCKET:
        parameters = {
            "ResponseContentDisposition": disposition,
            "ResponseContentType": "application/octet-stream",
        }
        bucket: Any = private_files()
        return HttpResponseRedirect(
            bucket.url(name, parameters=parameters, expire=int(policy.BUCKET_LINK_GOOD_FOR.total_seconds()))
        )
    opened = private_files().open(name)
    size, tag = opened.size, f'"{file.sha256}"'
    try:
        part = wanted_range(range_header, size) if if_range in ("", tag) else None
    except ValueError:
        opened.close()
        return _headed(
            HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"}), tag, disposition
        )
    if part is None:
        response: HttpResponseBase = FileResponse(opened, content_type="application/octet-stream")
        response.headers["Content-Length"] = str(size)
        return _headed(response, tag, disposition)
    first, last = part
    response = FileResponse(
        Slice(opened, first=first, last=last), status=206, content_type="application/octet-stream"
    )
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _headed(response, tag, disposition)


def clean(name: str) -> str:
    """A file's name as it may stand in a header: no path, no control or direction characters, not endless."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = shown_line(last).strip(". ")
    stem, dot, suffix = printable.rpartition(".")
    if not dot:
        return printable[:120] or "download"
    return f"{stem[:100]}.{suffix[:16]}"


def _headed(response: HttpResponseBase, tag: str, disposition: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = disposition
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
