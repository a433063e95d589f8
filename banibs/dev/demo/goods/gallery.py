"""The demo's pictures: drawn once (`python -m banibs.dev.demo.art`), kept as WebP, published like any seller's."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from marketplace import policy

FOLDER = Path(__file__).parent.parent / "pictures"
SIZE = (960, 1200)


def path(name: str) -> str:
    """Where the picture lies in the public storage, without its width."""
    return f"demo/{name}"


def publish(names: Iterable[str]) -> None:
    """Puts the pictures of these names into the public storage in every width. What is there already stays."""
    missing = [
        name
        for name in dict.fromkeys(names)
        if not default_storage.exists(f"{path(name)}-{policy.IMAGE_WIDTHS_PIXELS[0]}.webp")
    ]
    with ThreadPoolExecutor(2) as pool:  # the encoder works outside Python's lock
        list(pool.map(_publish, missing))


def _publish(name: str) -> None:
    original = (FOLDER / f"{name}.webp").read_bytes()
    with Image.open(BytesIO(original)) as opened:
        picture: Image.Image = opened.copy()
    for width in sorted(
        policy.IMAGE_WIDTHS_PIXELS, reverse=True
    ):  # the smallest last: it marks the picture as complete
        while picture.width >= 2 * width:
            picture = picture.reduce(
                2
            )  # half by half: twice as fast as a finer filter, and these are flat drawings
        data = original if width >= SIZE[0] else _encoded(picture)
        default_storage.save(f"{path(name)}-{width}.webp", ContentFile(data))


def _encoded(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "WEBP", quality=82, method=2)
    return out.getvalue()
