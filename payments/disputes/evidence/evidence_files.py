"""Files of evidence as PDFs: an upload becomes one, and all of a dispute become one packet.

Stripe takes one file for all that is not text, and a bank reads no other kind. What a PDF could do (scripts, links,
attachments) does not go along: its pages alone are kept.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image
from pypdf import PdfReader, PdfWriter

from marketplace import policy as market_policy
from marketplace.media import digital_files, picture_decoding, virus_scan
from payments import policy

_PAGES_KEEP = ("/Type", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents", "/UserUnit")
ENDINGS = {"pdf": "pdf", "jpg": "picture", "jpeg": "picture", "png": "picture"}


class FileRefused(Exception):
    """Nothing was kept. `message` says why."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True)
class Pdf:
    """A PDF in memory, and how many pages it has."""

    content: bytes
    pages: int


def from_upload(upload: UploadedFile[bytes]) -> tuple[str, Pdf]:
    """The name to show, and the upload as the PDF that goes to the bank.

    Raises FileRefused for what is no PDF, JPEG or PNG whatever its name says, for a virus, and for more than policy allows.
    """
    name = digital_files.name_of(upload.name or "")
    kind = ENDINGS.get(name.rpartition(".")[2].lower()) if "." in name else None
    if kind is None:
        raise FileRefused(_("Banks read PDF, JPEG and PNG files. This is none of them"))
    if not upload.size:
        raise FileRefused(_("That file is empty"))
    if upload.size > policy.EVIDENCE_UPLOAD_MOST_BYTES:
        most = filesizeformat(policy.EVIDENCE_UPLOAD_MOST_BYTES)
        raise FileRefused(_("A file may have %(most)s at most") % {"most": most})
    upload.seek(0)
    content = upload.read()
    try:
        digital_files.check_content(name, content[: market_policy.FILE_HEAD_BYTES])
    except digital_files.FileRefused as refused:
        raise FileRefused(refused.message) from refused
    if virus_scan.configured():
        upload.seek(0)
        refusal = digital_files.refused_by(
            virus_scan.scan(upload.chunks(), seconds=market_policy.SCAN_SECONDS)
        )
        if refusal:
            raise FileRefused(refusal)
    return name, _from_pdf(content) if kind == "pdf" else _from_picture(upload)


def pages_of(content: bytes) -> int:
    """How many pages a PDF of ours has."""
    return len(PdfReader(io.BytesIO(content)).pages)


def merged(files: Iterable[bytes]) -> Pdf:
    """One packet of PDFs of our own making, in this order; nothing of nothing."""
    files = list(files)
    if not files:
        return Pdf(b"", 0)
    writer = PdfWriter()
    for content in files:
        writer.append(io.BytesIO(content), import_outline=False)
    return _written(writer)


def _from_pdf(content: bytes) -> Pdf:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise FileRefused(_("That PDF is locked with a password. Save it without one"))
        if len(reader.pages) > policy.EVIDENCE_MOST_PAGES:
            raise FileRefused(
                _("That PDF has %(pages)d pages. A bank reads %(most)d in all: keep those that matter")
                % {"pages": len(reader.pages), "most": policy.EVIDENCE_MOST_PAGES}
            )
        writer = PdfWriter()
        for page in reader.pages:
            for key in [key for key in page if key not in (*_PAGES_KEEP, "/Parent")]:
                del page[key]
            writer.add_page(page)
        pdf = _written(writer)
    except FileRefused:
        raise
    except Exception as error:  # what a broken PDF makes the library raise has many names
        raise FileRefused(_("That PDF cannot be read. Save it anew and try again")) from error
    if not pdf.pages:
        raise FileRefused(_("That PDF has no pages"))
    return pdf


def _from_picture(upload: UploadedFile[bytes]) -> Pdf:
    most = policy.EVIDENCE_PICTURE_MOST_PIXELS
    upload.seek(0)
    try:
        picture, _size = picture_decoding.decoded(upload, width=most)
    except picture_decoding.UnsupportedImage as refused:
        raise FileRefused(refused.message) from refused
    if picture.mode != "RGB":
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
        picture = ground
    picture.thumbnail((most, most))
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=150.0, quality=80)
    return Pdf(out.getvalue(), 1)


def _written(writer: PdfWriter) -> Pdf:
    writer.metadata = None
    writer.compress_identical_objects()
    out = io.BytesIO()
    writer.write(out)
    return Pdf(out.getvalue(), len(writer.pages))
