"""Things to eat, drink and cook with."""

from __future__ import annotations

from banibs.dev.demo.art.goods.pen import (
    COTTON,
    NIGHT,
    WHITE,
    Palette,
    circle,
    ellipse,
    gleam,
    group,
    inside,
    path,
    rect,
    scene,
    shade,
)


def coffee(p: Palette) -> str:
    """A bag of coffee with a landscape on its label."""
    bag = "M112 150H288L300 410Q300 420 290 420H110Q100 420 100 410Z"
    drawn = path(bag, NIGHT) + path(
        "M244 150H288L300 410Q300 420 290 420H250Q270 280 244 150Z", WHITE, opacity=0.07
    )
    drawn += (
        rect(108, 110, 184, 44, NIGHT, rx=4)
        + rect(108, 132, 184, 8, WHITE, opacity=0.14)
        + rect(150, 122, 100, 10, p.first, rx=3)
    )
    drawn += (
        rect(130, 196, 140, 176, p.first)
        + circle(200, 262, 42, p.second)
        + path("M158 262a42 42 0 0 1 84 0Z", p.third)
    )
    drawn += path("M130 304l35-34 30 34 30-44 45 44v68H130Z", COTTON) + path("M130 330h140v42H130Z", NIGHT)
    return scene(
        p, drawn + rect(146, 344, 74, 6, p.first) + rect(146, 356, 48, 5, p.first, opacity=0.7), shadow=122
    )


_FLASK = "M164 220C164 200 180 196 180 170V120H220V170C220 196 236 200 236 220V406Q236 420 222 420H178Q164 420 164 406Z"
_FLASK_SHADE = "M212 150V196C224 204 236 206 236 224V406Q236 420 222 420H212Z"


def sauce(p: Palette) -> str:
    """Three bottles of sauce."""
    front = (
        path(_FLASK, p.first)
        + rect(174, 86, 52, 44, NIGHT, rx=5)
        + rect(208, 86, 18, 44, WHITE, opacity=0.12, rx=5)
        + rect(164, 258, 72, 116, COTTON)
    )
    front += (
        path("M164 316l18-22 18 22 18-22 18 22v58h-72Z", p.third)
        + circle(200, 280, 12, p.second)
        + rect(164, 258, 72, 6, NIGHT)
        + shade(_FLASK_SHADE, 0.16)
        + gleam(171, 226, 6, 180, 0.35)
    )
    return scene(p, _small_flask(p, -36, p.third) + _small_flask(p, 124, p.second) + front)


def _small_flask(p: Palette, x: float, colour: str) -> str:
    inner = path(_FLASK, colour) + rect(174, 86, 52, 44, NIGHT, rx=5) + rect(164, 258, 72, 116, COTTON)
    inner += (
        path("M164 340l18-22 18 22 18-22 18 22v34h-72Z", colour)
        + circle(200, 290, 14, p.first)
        + shade(_FLASK_SHADE, 0.16)
    )
    return group(inner, f"translate({x:g} 92.4) scale(.78)")


def tea(p: Palette) -> str:
    """A tin of leaf tea."""
    drawn = (
        rect(122, 172, 156, 246, p.first, rx=6)
        + rect(116, 150, 168, 44, p.first, rx=6)
        + rect(116, 150, 168, 44, NIGHT, opacity=0.2, rx=6)
    )
    drawn += rect(240, 150, 44, 268, NIGHT, opacity=0.14, rx=6) + rect(122, 232, 156, 130, COTTON)
    colours = (p.third, p.second, p.first)
    drawn += "".join(
        path(f"M{122 + i * 39} {253 + j * 36}q19.5-26 39 0q-19.5 26-39 0Z", colours[(i + j) % 3])
        for i in range(4)
        for j in range(3)
    )
    return scene(
        p,
        drawn
        + rect(122, 232, 156, 7, p.second)
        + rect(122, 355, 156, 7, p.second)
        + gleam(132, 200, 8, 210, 0.22),
        shadow=104,
    )


def honey(p: Palette) -> str:
    """A pot of honey or preserve under a cloth."""
    pot = "M128 230H272Q288 250 288 280V392Q288 420 260 420H140Q112 420 112 392V280Q112 250 128 230Z"
    drawn = inside(
        "o",
        pot,
        rect(100, 220, 200, 210, "#C97F0A")
        + rect(100, 220, 200, 60, "#E6A22B")
        + shade("M236 220H300V430H228Z", 0.15)
        + gleam(126, 260, 10, 140, 0.35),
    )
    drawn += (
        rect(136, 292, 128, 92, COTTON, rx=6)
        + circle(200, 338, 30, p.second)
        + path("M176 338l12-21h24l12 21-12 21h-24Z", p.first)
    )
    cloth = "M104 236Q112 178 140 170H260Q288 178 296 236Q284 222 272 236T248 236T224 236T200 236T176 236T152 236T128 236T104 236Z"
    drawn += inside(
        "oc",
        cloth,
        rect(90, 160, 220, 90, p.first)
        + "".join(rect(100 + i * 28, 160, 12, 90, COTTON, opacity=0.85) for i in range(8))
        + rect(90, 186, 220, 10, p.third, opacity=0.8),
    )
    return scene(p, drawn + rect(122, 222, 156, 9, "#D9C9A6", rx=4), shadow=112)


def spice(p: Palette) -> str:
    """Small heaps of spice in bowls, from above the table."""
    drawn = ""
    for x, y, colour, bowl in (
        (140, 366, "#C9552E", p.first),
        (262, 374, "#DB9A07", p.third),
        (200, 302, "#7E2A1C", p.second),
    ):
        drawn += path(
            f"M{x - 66} {y - 12}H{x + 66}Q{x + 60} {y + 46} {x + 26} {y + 48}H{x - 26}Q{x - 60} {y + 46} {x - 66} {y - 12}Z",
            bowl,
        )
        drawn += shade(
            f"M{x + 26} {y - 12}H{x + 66}Q{x + 60} {y + 46} {x + 26} {y + 48}H{x + 6}Q{x + 30} {y + 20} {x + 26} {y - 12}Z"
        )
        drawn += ellipse(x, y - 12, 66, 12, NIGHT, opacity=0.35) + path(
            f"M{x - 58} {y - 10}Q{x - 20} {y - 62} {x} {y - 66}Q{x + 20} {y - 62} {x + 58} {y - 10}Q{x} {y + 4} {x - 58} {y - 10}Z",
            colour,
        )
        drawn += "".join(
            circle(x - 26 + i * 13, y - 22 - (i % 3) * 9, 2.2, WHITE, opacity=0.5) for i in range(5)
        )
    return scene(p, drawn, shadow=138)


def chocolate(p: Palette) -> str:
    """A bar of chocolate, half out of its paper."""
    bar = rect(0, 0, 150, 110, "#4A2213", rx=4) + "".join(
        rect(8 + i * 47, 8 + j * 49, 40, 43, "#5E2F1B", rx=4)
        + rect(8 + i * 47, 8 + j * 49, 40, 6, WHITE, opacity=0.08)
        for i in range(3)
        for j in range(2)
    )
    paper = path(
        "M0 96l12-10 13 10 12-10 13 10 12-10 13 10 12-10 13 10 12-10 13 10 12-10 13 10V290H0Z", p.first
    )
    paper += (
        rect(0, 128, 150, 104, COTTON)
        + "".join(
            path(f"M{i * 25} 232l12.5-34 12.5 34Z", p.third) + circle(12.5 + i * 25, 162, 9, p.second)
            for i in range(6)
        )
        + rect(0, 128, 150, 7, p.second)
    )
    return scene(
        p,
        group(
            bar + paper + rect(112, 86, 38, 204, NIGHT, opacity=0.12), "rotate(7 200 260) translate(128 128)"
        ),
        shadow=104,
    )
