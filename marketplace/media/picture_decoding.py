"""An uploaded picture as a browser shows it: upright, its first frame, in sRGB, eight bits a channel.

Judged by what it decodes to, never by its name. Whatever a decoder raises ends here as a sentence for the seller.
"""

from __future__ import annotations

import io
import threading
from typing import Any

import pillow_heif
import structlog
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageCms, ImageMath, ImageOps, UnidentifiedImageError

from banibs.core.ui import quantities
from marketplace import policy

log = structlog.get_logger(__name__)

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# Only the picture itself is decoded: no depth map, no preview, by no threads of the decoder's own.
pillow_heif.options.THUMBNAILS = False
pillow_heif.options.DEPTH_IMAGES = False
pillow_heif.options.AUX_IMAGES = False
pillow_heif.options.DECODE_THREADS = 1
pillow_heif.register_heif_opener()

_SRGB = ImageCms.createProfile("sRGB")
# One at a time in each process: what the largest picture needs is what a process needs, however many are sent at once.
_one_at_a_time = threading.Lock()


class UnsupportedImage(Exception):
    """Nothing was kept. `message` says why; the API's code is `unsupported_image`."""

    code = "unsupported_image"

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


def decoded(upload: UploadedFile[Any], *, width: int) -> tuple[Image.Image, tuple[int, int]]:
    """An upload as RGB or RGBA, at least `width` wide where the original is, and the original's size, upright.

    Raises UnsupportedImage for anything that is not a JPEG, PNG, WebP or HEIC within policy's limits, and for
    everything that decoders find wrong with one.
    """
    if not upload.size:
        raise UnsupportedImage(_("That file is empty"))
    if upload.size > policy.IMAGE_MOST_BYTES:
        raise UnsupportedImage(
            _("A picture may have %(most)s at most") % {"most": quantities.size(policy.IMAGE_MOST_BYTES)}
        )
    try:
        with _one_at_a_time, Image.open(upload, formats=FORMATS) as picture:
            return _shown(picture, width=width)
    except UnsupportedImage:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        raise UnsupportedImage(_("Only JPEG, PNG, WebP and HEIC pictures can be shown")) from error
    except Exception as error:  # hostile input in four decoders: no list of what they raise is ever whole
        log.info("picture.damaged", error=type(error).__name__)
        raise UnsupportedImage(_("That picture is damaged")) from error


def _too_large() -> UnsupportedImage:
    return UnsupportedImage(
        _("A picture may have %(most)d megapixels at most") % {"most": policy.IMAGE_MOST_PIXELS // 1_000_000}
    )


def _shown(picture: Image.Image, *, width: int) -> tuple[Image.Image, tuple[int, int]]:
    # Known from the head, before a pixel is decoded.
    if picture.width * picture.height > policy.IMAGE_MOST_PIXELS:
        raise _too_large()
    if min(picture.size) < policy.IMAGE_LEAST_SIDE_PIXELS:
        raise UnsupportedImage(
            _("A picture needs at least %(least)d pixels on each side")
            % {"least": policy.IMAGE_LEAST_SIDE_PIXELS}
        )
    size = picture.size
    # Twice the width, so that the fine scaling still has something to choose from; either side may be the width.
    factor = max(1, min(size) // (2 * width))
    if picture.format in ("JPEG", "MPO") and factor > 1:  # the decoder skips what would be scaled away
        picture.draft(None, (picture.width // factor, picture.height // factor))
    if picture.info.get("default_image"):
        picture.seek(1)  # an animated PNG may carry a still for old programs; browsers begin with what moves
    picture.load()
    exif = picture.getexif()
    turned = exif.get(ExifTags.Base.Orientation) in (5, 6, 7, 8)
    smaller = _reduced(picture, at_least=2 * width)
    colours, alpha = _colours_and_alpha(smaller)
    profile = picture.info.get("icc_profile")
    shown = (_by_profile(colours, profile) if profile else None) or colours.convert("RGB")
    if alpha is not None:
        shown.putalpha(alpha)
    shown = _reduced(shown, at_least=2 * width)
    shown.info = {"exif": exif.tobytes()}
    return ImageOps.exif_transpose(shown), size[::-1] if turned else size


def _reduced(picture: Image.Image, *, at_least: int) -> Image.Image:
    """The picture at a whole fraction of its size, so that what follows needs little memory; palettes stay whole."""
    factor = min(picture.size) // at_least
    simple = picture.mode in ("L", "RGB", "RGBA", "CMYK") and "transparency" not in picture.info
    return picture.reduce(factor) if factor > 1 and simple else picture


def _colours_and_alpha(picture: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """The colours in L, RGB or CMYK, and how much of each pixel is seen (None: all)."""
    see_through = picture.info.get("transparency")
    if picture.mode.startswith("I"):  # sixteen bits of grey: scaled, where convert() would clip
        deep = picture.convert("I")
        grey = deep.point(lambda value: value * (1 / 256)).convert("L")
        return grey, None if see_through is None else _where_it_is_not(deep, see_through)
    whole = picture.convert("RGBA") if picture.mode in ("LA", "RGBA") or see_through is not None else picture
    alpha = whole.getchannel("A") if whole.mode == "RGBA" else None
    if picture.mode == "LA":
        return picture.getchannel("L"), alpha
    if picture.mode in ("L", "CMYK"):
        return picture, alpha
    return picture.convert("L") if picture.mode == "1" else whole.convert("RGB"), alpha


def _where_it_is_not(deep: Image.Image, value: int) -> Image.Image:
    """An alpha channel that hides one value alone."""
    differs = ImageMath.lambda_eval(lambda bands: bands["deep"] != value, deep=deep)
    alpha: Image.Image = differs.point(lambda one: one * 255).convert("L")
    return alpha


def _by_profile(picture: Image.Image, profile: bytes) -> Image.Image | None:
    """The picture in sRGB by its embedded profile; None when the profile is of another kind, or none at all."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        intent = ImageCms.Intent.RELATIVE_COLORIMETRIC  # as browsers choose
        transform = ImageCms.buildTransform(source, _SRGB, picture.mode, "RGB", renderingIntent=intent)
        shown: Image.Image = transform.apply(picture)
        return shown
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None  # browsers show such a picture as if it had none
