"""From a picture's name to its SVG: "mug-sky-2-close" is the second mug, on the sky ground, seen from near.

A name is an object, a palette, then a number that varies colours and marks, or for a thing that shows another (a page,
a screen) that other's name; and a view: the whole (none), `close` or `two`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from banibs.dev.demo.art.goods import THINGS
from banibs.dev.demo.art.goods.pen import PALETTES, Palette, group, rect, scene
from banibs.dev.demo.art.own import DRAWERS, FRAMERS

WIDTH, HEIGHT = 400, 500
WHOLE, CLOSE = (0, 0, WIDTH, HEIGHT), (92, 196, 208, 260)
# What is seen from near, where it is not the middle.
NEAR = {
    "hat": (96, 120, 208, 260), "lamp": (96, 180, 208, 260), "pendantlamp": (150, 170, 190, 238), "tee": (104, 190, 190, 238), "dipped": (170, 220, 170, 212), "poster": (108, 84, 184, 230), "print": (108, 96, 184, 230),
    "portrait": (108, 96, 184, 230), "photo": (104, 96, 190, 238), "headwrap": (110, 76, 208, 260), "bonnet": (96, 90, 208, 260),
    "vase": (96, 150, 208, 260), "head": (104, 70, 192, 240), "figure": (108, 76, 188, 235), "doll": (108, 66, 188, 235),
    "stand": (104, 136, 196, 245), "jebena": (104, 90, 200, 250), "mobile": (76, 190, 200, 250), "berimbau": (120, 200, 208, 260),
    "lute": (110, 240, 170, 212), "pendant": (104, 216, 192, 240), "holders": (60, 60, 190, 238), "cuff": (70, 200, 190, 238),
    "towel": (120, 130, 176, 220), "apron": (110, 200, 190, 238), "feathers": (70, 100, 160, 200), "spoons": (120, 220, 176, 220),
    "sandals": (60, 130, 190, 238), "trainers": (40, 110, 208, 260), "cards": (60, 150, 190, 238), "stilts": (96, 40, 208, 260),
    "ribbons": (110, 150, 190, 238), "steelpan": (84, 130, 232, 290), "folded": (110, 220, 170, 212), "fan": (100, 90, 200, 250),
    "tambourine": (190, 96, 150, 188), "journal": (96, 96, 150, 188), "patternsheet": (86, 100, 190, 238), "chart": (84, 84, 176, 220),
    "holdall": (50, 210, 176, 220), "paperdolls": (70, 70, 160, 200), "crayons": (92, 156, 190, 238), "bottles": (60, 180, 208, 260),
    "mesob": (92, 96, 216, 270), "comic": (96, 160, 190, 238), "sauce": (110, 190, 180, 225), "foldstool": (100, 230, 190, 238),
    "truck": (70, 250, 190, 238), "puzzle": (180, 230, 190, 238), "belt": (170, 160, 200, 250), "picturebook": (80, 160, 232, 250),
}  # fmt: skip
Drawer = Callable[[Palette, int], str]


def svg(name: str) -> str:
    """The picture of this name. Raises KeyError for an object or palette that is not known."""
    thing, palette, *rest = name.split("-")
    view = rest.pop() if rest and rest[-1] in ("close", "two") else ""
    mark = rest[0] if rest else "1"
    inks = PALETTES[palette]
    if view == "two":
        return _page(_two(thing, inks, mark), WHOLE)
    return _page(_draw(thing, inks, mark), NEAR.get(thing, CLOSE) if view == "close" else WHOLE)


def known(name: str) -> bool:
    """Whether somebody can draw this."""
    thing, *rest = name.split("-")
    return thing in THINGS or thing in DRAWERS or (thing in FRAMERS and len(rest) > 1)


def _draw(thing: str, inks: Palette, mark: str) -> str:
    if thing in FRAMERS:
        return FRAMERS[thing](inks, _draw(mark, _inset(inks), "1"))
    number = int(mark)
    if thing in DRAWERS:
        return DRAWERS[thing](_turned(inks, number) if thing not in _FIXED else inks, number)
    return THINGS[thing](_turned(inks, number))


_FIXED = frozenset({"weave", "photo", "cookies", "cake", "figure", "head"})


def _turned(palette: Palette, number: int) -> Palette:
    """The same ground with the three colours of the thing in another order."""
    colours = (palette.first, palette.second, palette.third)
    turned = colours[(number - 1) % 3 :] + colours[: (number - 1) % 3]
    return replace(palette, first=turned[0], second=turned[1], third=turned[2])


def _inset(inks: Palette) -> Palette:
    """The colours of a picture within a picture: another ground than the one around it."""
    names = ("straw", "sky", "blush", "sage")
    others = [PALETTES[name] for name in names if PALETTES[name].wall != inks.wall]
    return others[int(inks.wall[1:3], 16) % len(others)]


def _two(thing: str, palette: Palette, mark: str) -> str:
    """Two of a thing on one table, the one behind in other colours."""
    ground = rect(-300, -100, 1000, 700, palette.wall) + rect(-300, 388, 1000, 212, palette.table)
    other = str(int(mark) + 1) if mark.isdigit() else mark
    bare = [_draw(thing, palette, one).removeprefix(ground) for one in (other, mark)]
    pair = group(bare[0], "translate(160 112) scale(.64)") + group(bare[1], "translate(-18 158) scale(.64)")
    return scene(palette, pair, shadow=0)


def _page(inner: str, box: tuple[int, int, int, int]) -> str:
    seen = " ".join(map(str, box))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{seen}" width="{WIDTH}" height="{HEIGHT}">{inner}</svg>'
