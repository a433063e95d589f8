"""Things to eat, and things for the bathroom shelf."""

from __future__ import annotations

import math
from collections.abc import Callable

from banibs.dev.demo.art.goods.pen import (
    CLAY,
    COTTON,
    NIGHT,
    WHITE,
    Palette,
    circle,
    ellipse,
    gleam,
    group,
    inside,
    line,
    path,
    rect,
    scene,
)
from banibs.dev.demo.art.strokes import DEEP_BROWN, GOLD, PALE_WOOD, Drawer, zigzag


def tin(p: Palette, n: int) -> str:
    """A round tin with a patterned side."""
    drawn = (
        rect(104, 236, 192, 176, p.first)
        + ellipse(200, 412, 96, 17, p.first)
        + rect(104, 280, 192, 84, COTTON)
    )
    marks: dict[int, Callable[[int], str]] = {
        1: lambda x: path(
            f"M{x} 286C{x + 20} 300 {x + 20} 340 {x} 358C{x - 20} 340 {x - 20} 300 {x} 286Z", p.third
        ),
        2: lambda x: circle(x, 322, 20, p.third) + circle(x, 322, 9, p.second),
    }
    mark: Callable[[int], str] = marks.get(
        n, lambda x: path(f"M{x} 292l20 30-20 30-20-30Z", p.third) + circle(x, 322, 7, p.second)
    )
    drawn += (
        inside("ti", "M104 280H296V364H104Z", "".join(mark(x) for x in (112, 156, 200, 244, 288)))
        + rect(104, 280, 192, 6, p.second)
        + rect(104, 358, 192, 6, p.second)
    )
    drawn += (
        path("M246 236H296V412a96 17 0 0 1-50 13Z", NIGHT, opacity=0.14)
        + gleam(118, 244, 9, 166)
        + rect(98, 212, 204, 40, p.second, rx=5)
        + ellipse(200, 212, 102, 18, p.second)
        + ellipse(200, 210, 88, 13, WHITE, opacity=0.25)
        + rect(98, 244, 204, 7, NIGHT, opacity=0.16)
    )
    return scene(p, drawn, shadow=112, ground=424)


def cookies(p: Palette, n: int) -> str:
    """Biscuits on a plate."""
    drawn = ellipse(200, 388, 146, 36, COTTON) + ellipse(200, 382, 124, 27, p.second)
    for i, (x, y) in enumerate(
        ((140, 356), (196, 366), (256, 352), (166, 322), (228, 318), (198, 284), (146, 286), (250, 282))
    ):
        drawn += ellipse(x, y + 7, 44, 19, "#8A5526") + ellipse(x, y, 44, 19, "#C98D4B")
        drawn += "".join(
            ellipse(
                x - 26 + (k * 17) % 54,
                y - 8 + (k * 7) % 17,
                3.4,
                1.9,
                "#F3E2BE" if n == 2 else DEEP_BROWN,
                transform=f"rotate({k * 40} {x} {y})",
            )
            for k in range(7)
        ) + (
            "" if i % 3 else path(f"M{x - 30} {y - 6}q28-12 56 0", stroke=WHITE, stroke_width=3, opacity=0.3)
        )
    return scene(p, drawn, shadow=150, ground=412)


def cake(p: Palette, n: int) -> str:
    """A slice of dark fruit cake on a plate."""
    drawn = (
        ellipse(200, 396, 152, 32, COTTON)
        + ellipse(200, 392, 124, 22, p.second)
        + path("M104 300L262 262L306 300V378L128 396Z", "#3A1E14")
        + path("M104 300L262 262L306 300L132 340Z", "#5A3020")
        + path("M132 340L306 300V378L128 396Z", "#2C150D")
    )
    drawn += "".join(
        circle(
            140 + (i * 47) % 150,
            336 + (i * 29) % 50 - (i * 47) % 150 * 0.18,
            6 + i % 3,
            (p.first, "#8C1D2C", GOLD, "#5B2A45")[i % 4],
        )
        for i in range(16)
    )
    drawn += (
        path("M104 300L262 262L306 300L132 340Z", WHITE, opacity=0.12)
        + group(
            circle(0, 0, 15, "#B3184E")
            + path("M0-14C6-40 22-48 34-50", stroke="#2E7D4F", stroke_width=4)
            + circle(-5, -5, 4, WHITE, opacity=0.6),
            "translate(206 288)",
        )
        + line("M296 400L346 330", "#D8D3C4", 9)
    )
    return scene(p, drawn, shadow=150, ground=412)


def sack(p: Palette, n: int) -> str:
    """A cotton sack, tied at the neck."""
    drawn = (
        path("M118 216C86 280 84 372 108 420H292C316 372 314 280 282 216Z", COTTON)
        + path("M250 216H282C314 280 316 372 292 420H256Q292 320 250 216Z", NIGHT, opacity=0.09)
        + path(
            "M128 216C120 180 112 160 124 140Q150 156 164 138Q184 154 200 136Q218 154 236 138Q252 156 276 140C288 160 280 180 272 216Z",
            COTTON,
        )
    )
    drawn += (
        rect(124, 204, 152, 18, CLAY, rx=9)
        + path("M212 212C250 220 262 250 250 276", stroke=CLAY, stroke_width=7, stroke_linecap="round")
        + "".join(
            path(f"M{150 + i * 24} 216q4-40-4-66", stroke=NIGHT, stroke_width=2, opacity=0.14)
            for i in range(5)
        )
    )
    drawn += circle(200, 318, 66, p.first) + path("M200 374V288", stroke=GOLD, stroke_width=5)
    drawn += (
        "".join(
            group(
                ellipse(0, 0, 6, 13, GOLD),
                f"translate({200 + side * (12 + k)} {292 + k * 15}) rotate({side * 36})",
            )
            for k in range(5)
            for side in (-1, 1)
        )
        + ellipse(200, 276, 6, 14, GOLD)
        + rect(150, 396, 100, 7, p.first)
    )
    return scene(p, drawn, shadow=112)


def crate(p: Palette, n: int) -> str:
    """An open box of packets."""
    drawn = ""
    for x, top, colour, dot in (
        (110, 214, p.first, GOLD),
        (172, 190, p.second, NIGHT),
        (232, 222, p.third, COTTON),
    ):
        drawn += (
            rect(x, top, 58, 150, colour)
            + rect(x, top, 58, 15, NIGHT, opacity=0.2)
            + circle(x + 29, top + 62, 19, COTTON)
            + circle(x + 29, top + 62, 9, dot)
            + rect(x + 14, top + 92, 30, 5, COTTON, opacity=0.8)
        )
    drawn += (
        path("M292 322L278 236L298 228L318 300Z", COTTON)
        + circle(300, 262, 12, p.first)
        + path("M74 316H326L312 420H88Z", PALE_WOOD)
        + rect(72, 316, 256, 32, "#E3B57C")
        + path("M86 384H314L310 398H88Z", "#B97F46", opacity=0.6)
        + "".join(circle(x, 332, 4, DEEP_BROWN) for x in (90, 310))
        + path("M280 316H326L312 420H268Z", NIGHT, opacity=0.1)
    )
    drawn += rect(162, 322, 76, 20, DEEP_BROWN, rx=10)
    return scene(p, drawn, shadow=134)


def sweets(p: Palette, n: int) -> str:
    """A box of coconut sweets."""
    drawn = path("M66 268H334L350 410H50Z", p.first) + path("M82 282H318L332 396H68Z", COTTON)
    colours = ("#FBF4E4", "#8B5A2B", "#F0B429")
    for row in range(3):
        for column in range(4):
            x, y = 112 + column * 58 + (column - 1.5) * row * 3, 304 + row * 35
            drawn += (
                ellipse(x, y + 6, 25, 13, NIGHT, opacity=0.18)
                + ellipse(x, y, 25, 15, colours[row])
                + "".join(
                    line(
                        f"M{x - 14 + k * 7} {y - 6 + (k * 5) % 9}l7-3",
                        WHITE if row != 0 else "#D9C7A0",
                        2.4,
                        opacity=0.8,
                    )
                    for k in range(5)
                )
            )
    drawn += (
        path("M66 268L96 176H304L334 268Z", p.first)
        + path("M112 192H288L304 252H96Z", p.second)
        + zigzag(104, 222, 192, 26, p.third, teeth=8)
        + circle(200, 208, 11, COTTON)
    )
    return scene(p, drawn, shadow=150, ground=418)


def oil(p: Palette, n: int) -> str:
    """A square bottle of red oil."""
    red = "#C2410C"
    drawn = (
        path(
            "M150 214Q150 196 170 190L178 176V134H222V176L230 190Q250 196 250 214V404Q250 420 234 420H166Q150 420 150 404Z",
            "#F7D9B0",
        )
        + path("M150 240H250V404Q250 420 234 420H166Q150 420 150 404Z", red)
        + rect(172, 104, 56, 36, NIGHT, rx=5)
        + rect(150, 276, 100, 92, COTTON)
    )
    drawn += (
        path("M200 286C214 300 214 322 200 330C186 322 186 300 200 286Z", red)
        + "".join(path(f"M200 330q{s * 26}-2 {s * 34} 18", stroke="#2E7D4F", stroke_width=5) for s in (-1, 1))
        + rect(164, 352, 72, 5, p.second)
        + rect(150, 276, 100, 6, p.first)
        + path("M224 196Q250 200 250 214V404Q250 420 234 420H214Q240 300 224 196Z", NIGHT, opacity=0.14)
        + gleam(157, 222, 7, 184, 0.4)
    )
    return scene(p, drawn, shadow=76)


def balm(p: Palette, n: int) -> str:
    """An open flat tin, its lid beside it."""
    fill = "#F1DFA9" if n == 1 else "#E9B7B0"
    drawn = (
        circle(258, 252, 84, p.second)
        + circle(258, 252, 84, "none", stroke=NIGHT, stroke_width=3, opacity=0.15)
        + circle(258, 252, 70, p.first)
        + "".join(group(path("M258 198l9 18h-18Z", p.second), f"rotate({i * 30} 258 252)") for i in range(12))
        + circle(258, 252, 26, COTTON)
        + path("M258 234c11 12 11 24 0 36c-11-12-11-24 0-36Z", p.third)
    )
    drawn += (
        rect(64, 348, 188, 52, "#D8D3C4")
        + ellipse(158, 400, 94, 26, "#D8D3C4")
        + ellipse(158, 348, 94, 28, "#BFB9A8")
        + ellipse(158, 347, 84, 23, fill)
        + path("M96 344q30-16 62-10t60 4", stroke=WHITE, stroke_width=6, opacity=0.55, stroke_linecap="round")
        + path("M210 356V418a94 26 0 0 0 42-18V348Z", NIGHT, opacity=0.1)
        + rect(82, 376, 120, 9, p.first)
    )
    return scene(p, drawn, shadow=120, ground=424)


def bottles(p: Palette, n: int) -> str:
    """Three bottles of a set."""
    drawn = ""
    for i, (x, w, top, colour) in enumerate(
        ((76, 76, 216, p.first), (162, 84, 176, p.second), (256, 72, 250, p.third))
    ):
        drawn += rect(x, top, w, 420 - top, colour, rx=12) + rect(
            x + w / 2 - 16, top - 26, 32, 30, NIGHT, rx=3
        )
        drawn += (
            (
                path(f"M{x + w / 2 - 4} {top - 26}v-22h34v9h-26v13Z", NIGHT)
                if i != 1
                else rect(x + w / 2 - 20, top - 50, 40, 30, NIGHT, rx=4)
            )
            + rect(x, top + 62, w, 84, COTTON)
            + path(f"M{x + w / 2:g} {top + 76}c15 14 15 30 0 42c-15-12-15-28 0-42Z", colour)
            + rect(x + 14, top + 126, w - 28, 5, NIGHT, opacity=0.6)
        )
        drawn += rect(x + w - 16, top + 4, 16, 412 - top, NIGHT, opacity=0.12, rx=6) + rect(
            x + 8, top + 12, 6, 396 - top, WHITE, opacity=0.35, rx=3
        )
    return scene(p, drawn, shadow=144)


def pouch(p: Palette, n: int) -> str:
    """A paper pouch with a leaf on its label."""
    paper = "#E3CBA0"
    drawn = (
        path("M122 150H278L298 396Q300 420 280 420H120Q100 420 102 396Z", paper)
        + rect(118, 140, 164, 34, paper, rx=4)
        + rect(118, 160, 164, 5, NIGHT, opacity=0.14)
        + zigzag(118, 134, 164, 8, paper, teeth=20)
        + path("M250 142H278L298 396Q300 420 280 420H252Q276 280 250 142Z", NIGHT, opacity=0.1)
    )
    drawn += circle(200, 292, 68, p.first) + path("M200 346V252", stroke=COTTON, stroke_width=5)
    drawn += (
        "".join(
            path(f"M200 {324 - k * 20}q{s * 30}-4 {s * 36}-32q{-s * 34} 2 {-s * 36} 32", COTTON)
            for k in range(3)
            for s in (-1, 1)
        )
        + path("M200 262q-14-20 0-40q14 20 0 40Z", COTTON)
        + rect(148, 378, 104, 8, p.first)
        + rect(164, 392, 72, 5, p.first, opacity=0.6)
    )
    return scene(p, drawn, shadow=108)


def bombs(p: Palette, n: int) -> str:
    """Four balls in a box."""
    ball = "#5A3320" if n == 3 else p.third
    drawn = path("M70 292H330L318 420H82Z", p.first) + ellipse(200, 292, 130, 28, NIGHT, opacity=0.25)
    for i, (x, y) in enumerate(((148, 262), (252, 262), (172, 300), (228, 304))):
        colour = ball if n == 3 else (p.second, COTTON, "#A9C7EA", p.third)[i]
        drawn += (
            circle(x, y, 49, colour)
            + path(f"M{x + 14} {y - 47}a49 49 0 0 1 0 94a70 70 0 0 0 0-94Z", NIGHT, opacity=0.13)
            + "".join(
                circle(
                    x + 34 * math.cos(k * 2.4) * (k % 4 + 1) / 4,
                    y + 34 * math.sin(k * 2.4) * (k % 4 + 1) / 4,
                    2.4,
                    WHITE if n == 3 else NIGHT,
                    opacity=0.3,
                )
                for k in range(14)
            )
        )
    drawn += (
        path("M70 306Q200 352 330 306L318 420H82Z", p.first)
        + path("M70 306Q200 352 330 306", stroke=WHITE, stroke_width=4, opacity=0.3)
        + zigzag(94, 378, 212, 22, p.second, teeth=10)
    )
    return scene(p, drawn, shadow=128)


def plant(p: Palette, n: int) -> str:
    """A herb in a pot."""
    drawn = (
        path("M140 320H260L246 420H154Z", CLAY)
        + rect(130, 304, 140, 28, "#9A5A3A", rx=5)
        + path("M200 308V150", stroke="#225F3C", stroke_width=7)
    )
    drawn += "".join(
        path(
            f"M200 {290 - k * 34}q{s * 50}-6 {s * 70}-54q{-s * 64} 0 {-s * 70} 54",
            "#2E7D4F" if (k + (s > 0)) % 2 else "#4A9A68",
        )
        for k in range(4)
        for s in (-1, 1)
    ) + path("M200 160q-22-34 0-70q22 36 0 70Z", "#4A9A68")
    return scene(p, drawn, shadow=80)


DRAWERS: dict[str, Drawer] = {
    function.__name__: function
    for function in (tin, cookies, cake, sack, crate, sweets, oil, balm, bottles, pouch, bombs, plant)
}
