"""Every drawing that the demo adds to the market's own, by name."""

from __future__ import annotations

from banibs.dev.demo.art import books, clothing, cloths, food, household, sounds, toys, wall_art
from banibs.dev.demo.art.strokes import Drawer, Framer

DRAWERS: dict[str, Drawer] = {}
for _module in (cloths, clothing, household, food, wall_art, books, sounds, toys):
    DRAWERS.update(_module.DRAWERS)
FRAMERS: dict[str, Framer] = {**wall_art.FRAMERS, **books.FRAMERS}
