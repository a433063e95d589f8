"""Every drawing that the demo adds to the market's own, by name."""

from __future__ import annotations

from banibs.dev.demo.art import cloths, house, larder, play, shelf, sounds, walls, worn
from banibs.dev.demo.art.strokes import Drawer, Framer

DRAWERS: dict[str, Drawer] = {}
for _module in (cloths, worn, house, larder, walls, shelf, sounds, play):
    DRAWERS.update(_module.DRAWERS)
FRAMERS: dict[str, Framer] = {**walls.FRAMERS, **shelf.FRAMERS}
