"""What several drawings share: woven cloth, brass, a frame with another drawing in it."""

from __future__ import annotations

import random
from collections.abc import Callable

from banibs.dev.demo.art.goods.pen import COTTON, NIGHT, Palette, circle, group, path, rect
from marketplace.media.shop_patterns import strip

GOLD, DARK_GOLD = "#F4B21B", "#C98A06"
WOOD, DARK_WOOD, PALE_WOOD = "#6B3720", "#4E2614", "#D9A066"
BROWN, DEEP_BROWN = "#7A4A2B", "#4A2A17"
Drawer = Callable[[Palette, int], str]
Framer = Callable[[Palette, str], str]


def fabric(p: Palette, seed: int, *, box: tuple[float, float, float, float], strips: int) -> str:
    """Strip-woven cloth that fills a box: x, y, width, height."""
    x, y, width, height = box
    chance = random.Random(f"{p.wall}{p.first}{seed}")  # nosec B311  # a pattern, not a secret
    colours = (p.first, p.second, p.third, COTTON, NIGHT)
    each = width / strips
    drawn = "".join(
        strip(chance, x=n * each, width=each + 0.4, height=height, palette=colours) for n in range(strips)
    )
    return group(drawn, f"translate({x:g} {y:g})")


def sprigs(colour: str, *, box: tuple[float, float, float, float], step: float, size: float) -> str:
    """A small print: staggered dots over a box, as one path."""
    x, y, width, height = box
    marks = []
    for row in range(int(height / step) + 1):
        for column in range(int(width / step) + 1):
            cx, cy = x + column * step + (step / 2 if row % 2 else 0), y + row * step
            marks.append(
                f"M{cx - size:.1f} {cy:.1f}a{size:g} {size:g} 0 1 0 {2 * size:g} 0a{size:g} {size:g} 0 1 0-{2 * size:g} 0"
            )
    return path("".join(marks), colour)


def zigzag(x: float, y: float, width: float, height: float, colour: str, *, teeth: int) -> str:
    """A row of teeth standing on a line."""
    each = width / teeth
    return path(
        f"M{x:g} {y + height:g}"
        + "".join(f"l{each / 2:g}-{height:g}l{each / 2:g} {height:g}" for _ in range(teeth))
        + "Z",
        colour,
    )


def picture(box: tuple[float, float, float, float], inner: str, *, shown: str = "20 40 360 450") -> str:
    """Another drawing, seen inside a frame: filled and cut to it."""
    x, y, width, height = box
    return (
        f'<svg x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" viewBox="{shown}" '
        f'preserveAspectRatio="xMidYMid slice">{inner}</svg>'
    )


def lines(x: float, y: float, width: float, colour: str, *, count: int, step: float = 11) -> str:
    """Lines of type, the last of each four shorter."""
    return "".join(
        rect(x, y + n * step, width * (0.62 if n % 4 == 3 else 1), 4, colour, opacity=0.75)
        for n in range(count)
    )


def ring(x: float, y: float, radius: float, width: float, colour: str = GOLD) -> str:
    """A band seen from the front."""
    return circle(x, y, radius, "none", stroke=colour, stroke_width=width)
