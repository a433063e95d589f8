"""Every shop has its own cloth: narrow woven strips, drawn from its slug, always the same for the same slug.

Pure: text in, SVG out, presentation attributes only, so that it may stand in any page under our CSP.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Sequence

INDIGO, NIGHT, MARIGOLD, HIBISCUS, LATERITE = "#2A2C86", "#16182B", "#F4B21B", "#B3184E", "#C9552E"
LEAF, SKY, COTTON, SAND, BLUSH, LILAC = "#2E7D4F", "#A9C7EA", "#F5EFE4", "#E6CFA4", "#F3CDBF", "#CFCDF3"

PALETTES = (
    (INDIGO, MARIGOLD, COTTON, HIBISCUS, NIGHT),
    (LATERITE, COTTON, INDIGO, SAND, NIGHT),
    (LEAF, MARIGOLD, COTTON, NIGHT, SKY),
    (HIBISCUS, BLUSH, MARIGOLD, INDIGO, COTTON),
    (INDIGO, SKY, COTTON, LILAC, MARIGOLD),
    (NIGHT, MARIGOLD, LATERITE, COTTON, LEAF),
)


@functools.lru_cache(maxsize=512)
def square(slug: str) -> str:
    """The square cloth of a shop: logo, avatar, empty picture."""
    return weave(slug, width=400, height=400, strips=8)


@functools.lru_cache(maxsize=512)
def band(slug: str) -> str:
    """The long strip of the same cloth: the edge of a shop's page, receipt or letter."""
    return weave(slug, width=1600, height=72, strips=18)


def weave(slug: str, *, width: int, height: int, strips: int) -> str:
    """An SVG of `strips` strips side by side. The same arguments always give the same text."""
    chance = random.Random(slug)  # nosec B311  # a pattern, not a secret
    palette = PALETTES[chance.randrange(len(PALETTES))]
    each = width / strips
    size = f'width="{width}" height="{height}"'
    body = "".join(
        strip(chance, x=i * each, width=each, height=height, palette=palette) for i in range(strips)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size} '
        f'preserveAspectRatio="xMidYMid slice"><defs><clipPath id="c"><rect {size}/></clipPath></defs>'
        f'<g clip-path="url(#c)">{body}</g></svg>'
    )


def strip(chance: random.Random, *, x: float, width: float, height: float, palette: Sequence[str]) -> str:
    """One woven strip: a ground and blocks of pattern from top to bottom."""
    ground, colour, accent = chance.sample(palette, 3)
    favourite = chance.choice(list(_BLOCKS))
    parts = [rect(x, 0, width, height, ground)]
    y = 0.0
    while y < height:
        pattern = favourite if chance.random() < 0.72 else chance.choice(["solid", "ladder", "check", "bar"])
        block = width / 4 * chance.choice([3, 4, 5, 6])
        if pattern == "bar":
            parts.append(rect(x, y, width, block, accent))
        else:
            parts.append(_BLOCKS[pattern](x, y, width, block, colour, accent))
        y += block
    return "".join(parts)


def rect(x: float, y: float, width: float, height: float, fill: str) -> str:
    """A rectangle."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"/>'


def _solid(x: float, y: float, width: float, height: float, colour: str, accent: str) -> str:
    return ""


def _ladder(x: float, y: float, width: float, height: float, colour: str, accent: str) -> str:
    rungs = max(2, int(height // (width / 4 * 0.8)))
    step = height / rungs
    return "".join(rect(x, y + i * step, width, step, colour) for i in range(0, rungs, 2))


def _check(x: float, y: float, width: float, height: float, colour: str, accent: str) -> str:
    cell = width / 4
    rows = max(1, round(height / cell))
    tall = height / rows
    return "".join(
        rect(x + column * cell, y + row * tall, cell, tall, colour)
        for row in range(rows)
        for column in range(4)
        if (row + column) % 2 == 0
    )


def _chevron(x: float, y: float, width: float, height: float, colour: str, accent: str) -> str:
    count = max(1, round(height / (width / 2)))
    step = height / count
    middle, right = x + width / 2, x + width
    return "".join(
        f'<path d="M{x:g} {top + step / 2:g}L{middle:g} {top:g}L{right:g} {top + step / 2:g}V{top + step:g}'
        f'L{middle:g} {top + step / 2:g}L{x:g} {top + step:g}Z" fill="{colour}"/>'
        for top in (y + i * step for i in range(count))
    )


def _dots(x: float, y: float, width: float, height: float, colour: str, accent: str) -> str:
    count = max(1, round(height / (width / 2)))
    step = height / count
    size = min(step, width)
    return "".join(
        f'<circle cx="{x + width / 2:g}" cy="{y + (i + 0.5) * step:g}" r="{size * radius:g}" fill="{fill}"/>'
        for i in range(count)
        for radius, fill in ((0.3, colour), (0.12, accent))
    )


def _steps(x: float, y: float, width: float, height: float, colour: str, accent: str) -> str:
    return "".join(rect(x, y + i * height / 4, width * (i + 1) / 4, height / 4, colour) for i in range(4))


_BLOCKS: dict[str, Callable[[float, float, float, float, str, str], str]] = {
    "ladder": _ladder,
    "check": _check,
    "chevron": _chevron,
    "solid": _solid,
    "dots": _dots,
    "steps": _steps,
}
