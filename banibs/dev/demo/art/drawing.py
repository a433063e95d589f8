"""From a picture's name to its SVG: "mug-sky-2-close" is the second mug, on the sky ground, seen from near.

A name is an object, a palette, a number that varies colours and marks, and a view: the whole (none), `close` or `two`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from marketplace.art import home, wear
from marketplace.art.pen import PALETTES, Palette, group, rect, scene

WIDTH, HEIGHT = 400, 500
VIEWS = ("close", "two")
Drawer = Callable[[Palette, int], str]


def _turned(palette: Palette, number: int) -> Palette:
    """The same ground with the three colours of the thing in another order."""
    colours = (palette.first, palette.second, palette.third)
    turned = colours[(number - 1) % 3 :] + colours[: (number - 1) % 3]
    return replace(palette, first=turned[0], second=turned[1], third=turned[2])


def _plain(function: Callable[[Palette], str]) -> Drawer:
    return lambda palette, number: function(_turned(palette, number))


SHARED = {
    name: _plain(getattr(module, name))
    for module in (home, wear)
    for name in vars(module)
    if getattr(vars(module)[name], "__module__", "") == module.__name__ and name.islower() and not name.startswith("_")
}


def objects() -> dict[str, Drawer]:
    """Everything that can be drawn, by name."""
    from banibs.dev.demo.art import own

    return {**SHARED, **own.DRAWERS}


def svg(name: str) -> str:
    """The picture of this name. Raises KeyError for an object or palette that is not known."""
    thing, palette, *rest = name.split("-")
    view = rest.pop() if rest and rest[-1] in VIEWS else ""
    number = int(rest[0]) if rest else 1
    drawer, inks = objects()[thing], PALETTES[palette]
    if view == "two":
        return _page(_two(drawer, inks, number), f"0 0 {WIDTH} {HEIGHT}")
    box = "92 196 208 260" if view == "close" else f"0 0 {WIDTH} {HEIGHT}"
    return _page(drawer(inks, number), box)


def _two(drawer: Drawer, palette: Palette, number: int) -> str:
    """Two of a thing on one table, the one behind in other colours."""
    ground = rect(-300, -100, 1000, 700, palette.wall) + rect(-300, 388, 1000, 212, palette.table)
    bare = [drawer(palette, number + 1).removeprefix(ground), drawer(palette, number).removeprefix(ground)]
    pair = group(bare[0], "translate(156 118) scale(.66)") + group(bare[1], "translate(-16 156) scale(.66)")
    return scene(palette, pair, shadow=0)


def _page(inner: str, box: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{WIDTH}" height="{HEIGHT}">{inner}</svg>'
