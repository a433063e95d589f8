"""Pictures that sellers upload: judged by what they decode to, never by their name, and always written anew.

What is kept is our own WebP in four widths: no EXIF, no trailing bytes, nothing that was hidden in the upload
(docs "Faults", Hostile input). `marketplace.media.image_urls` says where they are found.
"""

from __future__ import annotations

import io
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from banibs.core.ui import quantities
from marketplace import policy

FORMATS = ("JPEG", "PNG", "WEBP")


class UnsupportedImage(Exception):
    """Nothing was kept. `message` says why; the API's code is `unsupported_image`."""

    code = "unsupported_image"

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Stored:
    """A picture as it is kept: `path` without width and ending, and the size of the original, upright."""

    path: str
    width: int
    height: int


def store(upload: UploadedFile[Any], *, folder: str) -> Stored:
    """Decodes an upload, writes its four widths below `folder`, and says where.

    Raises UnsupportedImage for anything that is not a JPEG, PNG or WebP of at most 40 megapixels; OSError
    when the storage is full, with nothing left behind.
    """
    picture = _decoded(upload)
    path = f"{folder}/{uuid.uuid4().hex}"
    try:
        for width in policy.IMAGE_WIDTHS_PIXELS:
            default_storage.save(f"{path}-{width}.webp", ContentFile(_encoded(picture, width=width)))
    except OSError:
        forget(path)
        raise
    return Stored(path, picture.width, picture.height)


def forget(path: str) -> None:
    """Deletes the widths of a picture that no row names any more."""
    for width in policy.IMAGE_WIDTHS_PIXELS:
        default_storage.delete(f"{path}-{width}.webp")


def _decoded(upload: UploadedFile[Any]) -> Image.Image:
    if not upload.size:
        raise UnsupportedImage(_("That file is empty"))
    if upload.size > policy.IMAGE_MOST_BYTES:
        raise UnsupportedImage(
            _("A picture may have %(most)s at most") % {"most": quantities.size(policy.IMAGE_MOST_BYTES)}
        )
    try:
        picture = Image.open(upload, formats=FORMATS)
        if (
            picture.width * picture.height > policy.IMAGE_MOST_PIXELS
        ):  # known from the head, before a pixel is decoded
            raise UnsupportedImage(
                _("A picture may have %(most)d megapixels at most")
                % {"most": policy.IMAGE_MOST_PIXELS // 1_000_000}
            )
        if min(picture.size) < policy.IMAGE_LEAST_SIDE_PIXELS:
            raise UnsupportedImage(
                _("A picture needs at least %(least)d pixels on each side")
                % {"least": policy.IMAGE_LEAST_SIDE_PIXELS}
            )
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    except UnsupportedImage:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise UnsupportedImage(_("Only JPEG, PNG and WebP pictures can be shown")) from error
    except (
        OSError,
        ValueError,
        SyntaxError,
        TypeError,
        EOFError,
    ) as error:  # what Pillow raises for broken files
        raise UnsupportedImage(_("That picture is damaged")) from error
    return upright.convert("RGBA" if upright.mode in ("RGBA", "LA", "PA", "P") else "RGB")


def _encoded(picture: Image.Image, *, width: int) -> bytes:
    smaller = picture
    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        smaller = picture.resize((width, height), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    smaller.save(file, "WEBP", quality=policy.IMAGE_QUALITY_PERCENT, method=4, exif=b"", icc_profile=None)
    return file.getvalue()


def square(upload: UploadedFile[Any], *, side: int) -> bytes:
    """An upload as a square WebP, cut from its middle. Raises UnsupportedImage like `store`."""
    picture = ImageOps.fit(_decoded(upload), (side, side), Image.Resampling.LANCZOS)
    return _encoded(picture, width=side)
