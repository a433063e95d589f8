"""Pictures that sellers upload: judged by what they decode to, never by their name, and always written anew.

What is kept is our own WebP in four widths: no EXIF, no trailing bytes, nothing that was hidden in the upload
(docs "Faults", Hostile input). `marketplace.media.image_urls` says where they are found.
"""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from marketplace import policy
from marketplace.media.picture_decoding import UnsupportedImage, decoded

__all__ = ["Stored", "UnsupportedImage", "forget", "single", "square", "store"]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Stored:
    """A picture as it is kept: `path` without width and ending, and the size of the original, upright."""

    path: str
    width: int
    height: int


def store(upload: UploadedFile[Any], *, folder: str) -> Stored:
    """Decodes an upload, writes its four widths below `folder`, and says where.

    Raises UnsupportedImage as `decoded` does, and for what cannot be written as WebP; OSError when the storage is
    full. Whatever is raised, nothing is left behind.
    """
    picture, size = decoded(upload, width=policy.IMAGE_WIDTHS_PIXELS[-1])
    contents = {width: _encoded(picture, width=width) for width in policy.IMAGE_WIDTHS_PIXELS}
    path = f"{folder}/{uuid.uuid4().hex}"
    try:
        for width, content in contents.items():
            default_storage.save(f"{path}-{width}.webp", ContentFile(content))
    except BaseException:
        forget(path)
        raise
    return Stored(path, *size)


def forget(path: str) -> None:
    """Deletes the widths of a picture that no row names any more."""
    for width in policy.IMAGE_WIDTHS_PIXELS:
        default_storage.delete(f"{path}-{width}.webp")


def _encoded(picture: Image.Image, *, width: int) -> bytes:
    """The picture at most this wide, and no higher than a WebP can be: a long one becomes narrower."""
    scale = min(1, width / picture.width, policy.IMAGE_MOST_SIDE_PIXELS / picture.height)
    smaller = picture
    if scale < 1:
        fitting = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        smaller = picture.resize(fitting, Image.Resampling.LANCZOS)
    file = io.BytesIO()
    try:
        smaller.save(file, "WEBP", quality=policy.IMAGE_QUALITY_PERCENT, method=4, exif=b"", icc_profile=None)
    except Exception as error:  # the encoder's own limits, memory among them
        log.warning("picture.not_written", size=smaller.size, error=type(error).__name__)
        raise UnsupportedImage(_("That picture cannot be kept. Try a smaller one")) from error
    return file.getvalue()


def single(upload: UploadedFile[Any], *, width: int) -> bytes:
    """An upload as one WebP, at most this wide. Raises UnsupportedImage like `store`."""
    picture, _size = decoded(upload, width=width)
    return _encoded(picture, width=width)


def square(upload: UploadedFile[Any], *, side: int) -> bytes:
    """An upload as a square WebP, cut from its middle. Raises UnsupportedImage like `store`."""
    picture, _size = decoded(upload, width=side)
    return _encoded(ImageOps.fit(picture, (side, side), Image.Resampling.LANCZOS), width=side)
