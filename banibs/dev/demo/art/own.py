"""The drawings of the demo alone, by name."""

from __future__ import annotations

import random

from marketplace.art.pen import Palette, group
from marketplace.cloth import strip

from banibs.dev.demo.art.drawing import Drawer


def weave(p: Palette, number: int) -> str:
    """A cloth laid flat: eight strips sewn side by side."""
    chance = random.Random(f"{p.wall}{number}")  # noqa: S311  # nosec B311: a pattern, not a secret
    colours = (p.first, p.second, p.third, p.wall, p.table)
    return "".join(strip(chance, x=n * 50, width=50, height=500, palette=colours) for n in range(8))


DRAWERS: dict[str, Drawer] = {"weave": weave}
_ = group
