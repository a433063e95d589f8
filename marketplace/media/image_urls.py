"""Where a listing's picture is found: each is kept as WebP in a few widths, named by its path and the width."""

from __future__ import annotations

import functools

from django.core.files.storage import default_storage

from marketplace import policy


@functools.lru_cache(maxsize=16_384)
def address(path: str, width: int) -> str:
    """The address of a picture at least this wide where there is one; drawings (.svg) have one size. "" for no picture."""
    if not path:
        return ""
    if path.endswith(".svg"):
        return default_storage.url(path)
    fitting = next(
        (kept for kept in policy.IMAGE_WIDTHS_PIXELS if kept >= width), policy.IMAGE_WIDTHS_PIXELS[-1]
    )
    return default_storage.url(f"{path}-{fitting}.webp")


@functools.lru_cache(maxsize=16_384)
def srcset(path: str, *widths: int) -> str:
    """What `srcset` says of these widths; "" for drawings and for no picture."""
    if not path or path.endswith(".svg"):
        return ""
    return ", ".join(f"{address(path, width)} {width}w" for width in widths)
