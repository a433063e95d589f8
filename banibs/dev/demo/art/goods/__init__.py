"""Pictures of goods, drawn: a thing, the colours it comes in, and how near the eye stands. Pure; the same words, the same SVG.

    draw("basket", palette="hibiscus", view="close")

Used for the demo market and for tiles. Presentation attributes only, so a drawing may stand in any page under our CSP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from banibs.dev.demo.art.goods import home, pantry, paper, wear
from banibs.dev.demo.art.goods.pen import PALETTES, Palette

THINGS: Mapping[str, Callable[[Palette], str]] = {
    # home
    "basket": home.basket,
    "jug": home.jug,
    "mug": home.mug,
    "bowl": home.bowl,
    "blanket": home.blanket,
    "stool": home.stool,
    "candle": home.candle,
    "lamp": home.lamp,
    # to wear, for skin and hair
    "scarf": wear.scarf,
    "earrings": wear.earrings,
    "necklace": wear.necklace,
    "tote": wear.tote,
    "hat": wear.hat,
    "shirt": wear.shirt,
    "jar": wear.jar,
    "dropper": wear.dropper,
    "soap": wear.soap,
    "comb": wear.comb,
    # to eat and drink
    "coffee": pantry.coffee,
    "sauce": pantry.sauce,
    "tea": pantry.tea,
    "honey": pantry.honey,
    "spice": pantry.spice,
    "chocolate": pantry.chocolate,
    # to read, hear, hang up and download
    "zine": paper.zine,
    "book": paper.book,
    "print": paper.print_,
    "portrait": paper.portrait,
    "record": paper.record,
    "drum": paper.drum,
    "patterns": paper.patterns,
    "course": paper.course,
    "sound": paper.sound,
    "type": paper.type_,
    "blocks": paper.blocks,
}

# What of the 400 × 500 drawing is seen: x, y, width, height.
VIEWS = {
    "whole": (0, 0, 400, 500),
    "close": (98, 190, 200, 250),
    "high": (90, 60, 208, 260),
    "far": (-60, -70, 520, 650),
    "wide": (-90, 92, 580, 372),
    "tile": (30, 110, 340, 340),
}


def draw(thing: str, *, palette: str = "hibiscus", view: str = "whole") -> str:
    """The picture as SVG text. Raises KeyError for a thing, palette or view that is not in the tables."""
    x, y, width, height = VIEWS[view]
    shown = 400 / min(width, 400)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{x} {y} {width} {height}" '
        f'width="{width * shown:.0f}" height="{height * shown:.0f}">{THINGS[thing](PALETTES[palette])}</svg>'
    )
