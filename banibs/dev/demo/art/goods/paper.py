"""Things to read, hear, hang up and download."""

from __future__ import annotations

import random

from banibs.dev.demo.art.goods.pen import (
    CLAY,
    COTTON,
    NIGHT,
    WHITE,
    Palette,
    circle,
    ellipse,
    group,
    inside,
    line,
    path,
    rect,
    scene,
    shade,
)
from marketplace.media.shop_patterns import PALETTES as CLOTHS
from marketplace.media.shop_patterns import strip

SKY, INDIGO, LEAF, LATERITE = "#A9C7EA", "#2A2C86", "#2E7D4F", "#C9552E"


def _wall(p: Palette, thing: str, *, floor: float = 420) -> str:
    return rect(-300, -100, 1000, 700, p.wall) + rect(-300, floor, 1000, 300, p.table) + thing


def zine(p: Palette) -> str:
    """A printed zine with a head in profile."""
    drawn = group(
        rect(132, 118, 206, 284, COTTON, rx=3) + rect(132, 118, 206, 284, NIGHT, opacity=0.18, rx=3),
        "rotate(7 230 300)",
    )
    drawn += (
        rect(92, 112, 212, 306, p.first, rx=3)
        + rect(92, 112, 14, 306, NIGHT, opacity=0.22)
        + circle(212, 250, 66, NIGHT)
    )
    drawn += (
        path("M146 250a66 66 0 0 1 132 0Z", p.second)
        + path("M146 418V372a66 58 0 0 1 132 0V418Z", NIGHT)
        + circle(236, 246, 9, p.first)
    )
    drawn += (
        path("M212 184c34-44 84-6 62 46c-6-28-30-44-62-46Z", p.third)
        + rect(122, 136, 130, 16, NIGHT)
        + rect(122, 158, 84, 16, NIGHT)
    )
    return scene(
        p, drawn + rect(122, 182, 30, 5, NIGHT) + rect(282, 112, 22, 306, WHITE, opacity=0.12), shadow=126
    )


def book(p: Palette) -> str:
    """A small stack of books, one standing."""
    drawn = ""
    for y, x, colour, other in (
        (388, 84, p.third, COTTON),
        (356, 96, p.first, p.second),
        (324, 90, p.second, p.first),
    ):
        drawn += (
            rect(x, y, 206, 30, colour, rx=4)
            + rect(x + 190, y + 4, 18, 22, COTTON)
            + rect(x + 24, y, 8, 30, other)
            + rect(x + 40, y, 4, 30, other, opacity=0.7)
        )
    cover = (
        rect(0, 0, 132, 184, p.first, rx=3)
        + rect(0, 0, 12, 184, NIGHT, opacity=0.2)
        + rect(28, 24, 84, 10, COTTON)
        + rect(28, 40, 52, 10, COTTON)
    )
    cover += (
        circle(70, 112, 34, p.second)
        + path("M36 112a34 34 0 0 1 68 0Z", p.third)
        + path("M28 162h84v-16q-42-24-84 0Z", COTTON, opacity=0.9)
    )
    return scene(p, drawn + group(cover, "translate(126 138)"), shadow=128)


def print_(p: Palette) -> str:
    """A framed landscape."""
    drawn = (
        rect(100, 82, 216, 296, NIGHT, opacity=0.12)
        + rect(92, 70, 216, 296, NIGHT)
        + rect(102, 80, 196, 276, WHITE)
        + rect(124, 104, 152, 228, SKY)
    )
    drawn += circle(228, 166, 34, p.second) + path(
        "M124 250C160 214 190 240 216 224S262 214 276 226V332H124Z", p.first
    )
    drawn += path("M124 282C166 252 208 286 276 258V332H124Z", LATERITE) + path(
        "M124 306C176 290 220 312 276 296V332H124Z", p.third
    )
    return _wall(
        p,
        drawn
        + path("M166 268q4-44 12-58q8 14 12 58Z", NIGHT)
        + path("M156 214q22-34 44 0q-22-12-44 0Z", NIGHT),
    )


def portrait(p: Palette) -> str:
    """A framed portrait with a head-wrap."""
    wrap = "M142 222C132 150 168 118 210 124C262 120 286 166 262 214C234 190 176 190 142 222Z"
    drawn = (
        rect(100, 82, 216, 296, NIGHT, opacity=0.12)
        + rect(92, 70, 216, 296, CLAY)
        + rect(104, 82, 192, 272, p.second)
    )
    inner = (
        path("M112 354Q120 292 176 290H226Q284 292 290 354Z", p.first)
        + rect(184, 254, 34, 50, "#4E2614")
        + ellipse(200, 222, 48, 58, "#6B3720")
        + shade("M214 166Q256 190 246 250Q232 278 206 280Q236 230 214 166Z", 0.2)
    )
    inner += path(wrap, p.third) + "".join(
        path(
            f"M{150 + i * 22} {196 - abs(2 - i) * -4}q14-40 30-52", stroke=COTTON, stroke_width=4, opacity=0.7
        )
        for i in range(5)
    )
    inner += circle(154, 256, 9, "#F4B21B") + circle(246, 256, 9, "#F4B21B")
    return _wall(p, drawn + inside("po", "M104 82H296V354H104Z", inner))


def record(p: Palette) -> str:
    """A record half out of its sleeve."""
    drawn = circle(262, 272, 118, NIGHT) + "".join(
        circle(262, 272, r, "none", stroke=WHITE, stroke_opacity="0.12", stroke_width=1.5)
        for r in (106, 94, 82, 70, 58)
    )
    drawn += circle(262, 272, 38, p.second) + circle(262, 272, 6, COTTON) + rect(64, 152, 244, 244, p.third)
    for i, colour in enumerate((p.first, COTTON, p.second, p.first, NIGHT)):
        drawn += path(
            f"M64 {396 - i * 34}C130 {340 - i * 44} 190 {420 - i * 40} 308 {330 - i * 40}V396H64Z", colour
        )
    drawn += (
        circle(252, 206, 30, p.first)
        + rect(82, 172, 92, 12, COTTON)
        + rect(82, 190, 60, 12, COTTON)
        + rect(296, 152, 12, 244, NIGHT, opacity=0.12)
    )
    return scene(p, drawn, shadow=150, ground=404)


def drum(p: Palette) -> str:
    """A goblet drum, laced."""
    body = "M104 168H296C300 250 250 284 246 320C244 360 262 392 268 418H132C138 392 156 360 154 320C150 284 100 250 104 168Z"
    laces = "".join(
        line(f"M{108 + i * 23} 176L{132 + i * 17} 290", COTTON, 3, opacity=0.85)
        + line(f"M{131 + i * 23} 176L{132 + i * 17} 290", COTTON, 3, opacity=0.85)
        for i in range(9)
    )
    drawn = inside(
        "u",
        body,
        rect(90, 160, 220, 270, "#7A3E20")
        + laces
        + rect(120, 286, 160, 16, p.first)
        + rect(120, 302, 160, 6, p.second)
        + "".join(path(f"M{126 + i * 22} 418l11-30 11 30Z", p.second) for i in range(7))
        + shade("M236 160H310V430H222Q262 290 236 160Z", 0.2),
    )
    return scene(
        p,
        drawn
        + ellipse(200, 168, 96, 20, p.first)
        + ellipse(200, 164, 92, 17, "#EFE3CB")
        + ellipse(200, 164, 40, 8, "#E0CFAE"),
        shadow=92,
    )


def patterns(p: Palette) -> str:
    """Swatches of woven pattern."""
    drawn = ""
    for i in range(9):
        chance = random.Random(i * 3 + 2 + len(p.wall + p.first))  # nosec B311  # a pattern
        cut = "M4 0H72Q76 0 76 4V90Q76 94 72 94H4Q0 94 0 90V4Q0 0 4 0Z"
        piece = strip(chance, x=0, width=76, height=94, palette=CLOTHS[(i + ord(p.first[2])) % 6])
        drawn += group(inside(f"w{i}", cut, piece), f"translate({72 + i % 3 * 90} {96 + i // 3 * 108})")
    return rect(-300, -100, 1000, 700, p.wall) + drawn


def course(p: Palette) -> str:
    """A lesson on a screen."""
    drawn = (
        rect(60, 130, 280, 190, NIGHT, rx=10)
        + rect(70, 140, 260, 170, "#CFCDF3", rx=4)
        + path("M70 310V250L130 200L190 252L240 190L330 270V310Z", p.second)
    )
    drawn += (
        circle(280, 180, 22, p.first)
        + circle(200, 226, 32, WHITE)
        + path("M191 209l26 17-26 17Z", INDIGO)
        + rect(170, 320, 60, 26, NIGHT)
        + rect(130, 344, 140, 10, NIGHT, rx=5)
    )
    return scene(p, drawn, shadow=0, ground=600)


def sound(p: Palette) -> str:
    """A wave of sound and a pair of headphones."""
    heights = (26, 60, 110, 70, 140, 190, 120, 84, 160, 100, 52, 30)
    waves = "".join(
        rect(72 + i * 22, 300 - h / 2, 12, h, (p.first, p.second, p.third)[i % 3], rx=6)
        for i, h in enumerate(heights)
    )
    phones = (
        path("M96 300C86 130 314 130 304 300", stroke=NIGHT, stroke_width=16)
        + rect(76, 278, 44, 96, NIGHT, rx=20)
        + rect(280, 278, 44, 96, NIGHT, rx=20)
    )
    phones += rect(84, 292, 14, 68, p.first, rx=7) + rect(302, 292, 14, 68, p.first, rx=7)
    return _wall(p, waves + phones, floor=440)


def type_(p: Palette) -> str:
    """A typeface: letters that our languages need."""
    sheet = rect(84, 96, 232, 300, COTTON, rx=6) + rect(84, 96, 232, 12, p.second)
    letter = path(
        "M138 330L196 150H218L276 330H244L230 284H182L168 330ZM190 258H222L206 204Z", p.first
    ) + circle(207, 362, 10, p.third)
    return _wall(p, rect(94, 108, 232, 300, NIGHT, opacity=0.16, rx=6) + sheet + letter)


def blocks(p: Palette) -> str:
    """Painted building blocks, an arch and a ball."""
    drawn = rect(92, 330, 90, 90, p.first, rx=6) + path("M114 404l23-48 23 48Z", COTTON)
    drawn += rect(182, 330, 126, 90, p.second, rx=6) + path("M212 420a33 33 0 0 1 66 0Z", NIGHT, opacity=0.35)
    drawn += rect(122, 240, 90, 90, p.third, rx=6) + circle(167, 285, 24, COTTON)
    drawn += (
        rect(212, 270, 78, 60, p.first, rx=6) + rect(226, 284, 50, 8, COTTON) + rect(226, 302, 50, 8, COTTON)
    )
    drawn += (
        path("M122 240L167 176L212 240Z", p.second)
        + circle(252, 238, 32, p.third)
        + circle(243, 228, 8, WHITE, opacity=0.4)
    )
    for x, y, high in ((164, 330, 90), (292, 330, 90), (196, 240, 90), (276, 270, 60)):
        drawn += rect(x, y, 16, high, NIGHT, opacity=0.12)
    return scene(p, drawn, shadow=128)
