"""Baskets, pots and other things that stand in a house."""

from __future__ import annotations

import math

from banibs.dev.demo.art.goods.pen import (
    CLAY,
    COTTON,
    NIGHT,
    STRAW,
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
    shade,
)
from banibs.dev.demo.art.strokes import BROWN, DARK_GOLD, DARK_WOOD, DEEP_BROWN, GOLD, WOOD, Drawer, zigzag


def tray(p: Palette, n: int) -> str:
    """A flat coiled round, leaning so that its rings are seen."""
    colours = (
        (STRAW, p.first, STRAW, p.second, STRAW, p.third) if n % 2 else (p.first, STRAW, p.second, STRAW)
    )
    drawn = circle(206, 288, 134, NIGHT, opacity=0.12) + circle(200, 280, 134, CLAY)
    for k in range(13):
        drawn += circle(200, 280, 130 - k * 10, colours[k % len(colours)]) + circle(
            200, 280, 130 - k * 10, "none", stroke=NIGHT, stroke_width=1.2, opacity=0.25
        )
    if n == 2:  # a rim of beads
        drawn += "".join(
            circle(
                200 + 126 * math.cos(i * 0.1745),
                280 + 126 * math.sin(i * 0.1745),
                6,
                (p.first, COTTON, p.second)[i % 3],
            )
            for i in range(36)
        )
    spokes = "".join(
        path(
            f"M{200 + 8 * math.cos(a):.1f} {280 + 8 * math.sin(a):.1f}L{200 + 130 * math.cos(a + 0.5):.1f} {280 + 130 * math.sin(a + 0.5):.1f}",
            stroke=NIGHT,
            stroke_width=1.4,
            opacity=0.18,
        )
        for a in (i * math.pi / 18 for i in range(36))
    )
    return scene(p, drawn + spokes, shadow=110, ground=418)


def _woven(
    name: str,
    outline: str,
    p: Palette,
    *,
    top: float,
    bottom: float,
    bands: tuple[tuple[float, float, str], ...],
) -> str:
    body = rect(40, top - 20, 320, bottom - top + 60, "#D8B87E")
    body += "".join(rect(40, y, 320, height, colour) for y, height, colour in bands)
    body += "".join(
        rect(40, top + k * 9, 320, 1.6, NIGHT, opacity=0.16) for k in range(int((bottom - top) / 9))
    )
    body += "".join(rect(44 + k * 12, top - 20, 2, bottom - top + 60, NIGHT, opacity=0.1) for k in range(27))
    return inside(
        name,
        outline,
        body + shade(f"M250 {top}H360V{bottom + 20}H220Q290 {(top + bottom) / 2:g} 250 {top}Z", 0.14),
    )


def tallbasket(p: Palette, n: int) -> str:
    """A tall basket with two leather handles."""
    outline = "M106 178C92 260 98 360 118 414Q200 430 282 414C302 360 308 260 294 178Z"
    drawn = path("M98 262C50 240 52 320 100 318", stroke=BROWN, stroke_width=13) + path(
        "M302 262C350 240 348 320 300 318", stroke=BROWN, stroke_width=13
    )
    drawn += _woven(
        "tb",
        outline,
        p,
        top=178,
        bottom=414,
        bands=((206, 20, p.first), (300, 46, p.first), (312, 22, p.second), (384, 12, p.third)),
    )
    drawn += (
        ellipse(200, 179, 94, 17, "#3C1D10")
        + path("M106 179a94 17 0 0 0 188 0", stroke=p.first, stroke_width=7)
        + path("M106 179a94 17 0 0 1 188 0", stroke=STRAW, stroke_width=7)
    )
    return scene(p, drawn, shadow=112)


def nested(p: Palette, n: int) -> str:
    """Three baskets of growing size."""
    drawn = ""
    for i, (x, y, s) in enumerate(((250, 190, 0.95), (128, 236, 0.78), (226, 306, 0.56))):
        outline = "M-78 0C-84 70-70 170-52 196Q0 208 52 196C70 170 84 70 78 0Z"
        stripes = "".join(
            rect(-90, 12 + k * 26, 180, 12, (p.first, p.second, p.third)[(i + k) % 3]) for k in range(7)
        ) + "".join(rect(-90, k * 8, 180, 1.5, NIGHT, opacity=0.16) for k in range(26))
        one = (
            inside(
                f"ne{i}",
                outline,
                rect(-90, -10, 180, 220, "#DDBE87") + stripes + shade("M34-6H90V210H20Q70 100 34-6Z", 0.15),
            )
            + ellipse(0, 0, 78, 14, "#3C1D10")
            + path("M-78 0a78 14 0 0 0 156 0", stroke=STRAW, stroke_width=6)
        )
        drawn += group(one, f"translate({x} {y}) scale({s})")
    return scene(p, drawn, shadow=140, ground=420)


def mesob(p: Palette, n: int) -> str:
    """A lidded table basket."""

    def bands(top: float, count: int, shift: int) -> str:
        return "".join(
            rect(60, top + k * 13, 280, 13.5, (p.first, p.second, STRAW, p.third, NIGHT)[(k + shift) % 5])
            + zigzag(60, top + k * 13 + 3, 280, 8, COTTON, teeth=22) * (k % 3 == 0)
            for k in range(count)
        )

    drawn = inside("me", "M150 372L130 420H270L250 372Z", rect(100, 360, 200, 70, p.third) + bands(372, 4, 2))
    drawn += inside(
        "mb",
        "M84 286H316C312 340 282 376 200 378C118 376 88 340 84 286Z",
        rect(60, 270, 280, 120, STRAW) + bands(286, 8, 0) + shade("M250 280H320V380H230Z", 0.14),
    )
    drawn += inside(
        "ml",
        "M76 286C90 220 150 168 186 112H214C250 168 310 220 324 286Z",
        rect(60, 100, 280, 190, STRAW)
        + bands(112, 14, 3)
        + shade("M206 112H214C250 168 310 220 324 286H270Z", 0.14),
    )
    drawn += rect(70, 280, 260, 12, BROWN, rx=6) + circle(200, 100, 16, p.first) + circle(200, 100, 7, GOLD)
    return scene(p, drawn, shadow=96)


def fan(p: Palette, n: int) -> str:
    """A woven hand fan."""
    drawn = rect(191, 270, 18, 142, BROWN, rx=8) + "".join(
        rect(191, 292 + i * 18, 18, 5, GOLD) for i in range(6)
    )
    blade = "M200 296C110 280 84 200 108 140C150 96 250 96 292 140C316 200 290 280 200 296Z"
    checks = "".join(
        rect(
            84 + c * 19,
            100 + r * 19,
            19,
            19,
            (p.first, p.second, STRAW, p.third)[(c + r * 3) % 4 if (c + r) % 2 else 2],
        )
        for r in range(11)
        for c in range(13)
    )
    drawn += inside(
        "fa",
        blade,
        rect(70, 90, 260, 220, STRAW) + checks + shade("M240 90H320V300H210Q280 190 240 90Z", 0.12),
    ) + path(blade, "none", stroke=BROWN, stroke_width=9)
    return scene(p, drawn, shadow=70, ground=424)


def vase(p: Palette, n: int) -> str:
    """A tall banded vase."""
    outline = "M176 104H224L218 176C270 204 292 262 276 330C266 376 246 404 238 420H162C154 404 134 376 124 330C108 262 130 204 182 176Z"
    bands = "".join(
        rect(90, y, 220, h, c)
        for y, h, c in (
            (176, 12, p.second),
            (214, 34, p.third),
            (272, 10, p.second),
            (296, 44, p.second),
            (372, 14, p.third),
        )
    )
    bands += zigzag(90, 302, 220, 32, p.first, teeth=9) + zigzag(90, 218, 220, 24, COTTON, teeth=13)
    drawn = path(
        "M196 110C176 60 150 50 132 30M204 110C214 60 240 52 250 20M200 110C198 70 204 50 196 14",
        stroke="#2E7D4F",
        stroke_width=4,
    )
    drawn += "".join(
        ellipse(x, y, 9, 16, "#2E7D4F", transform=f"rotate({a} {x} {y})")
        for x, y, a in (
            (140, 40, -40),
            (160, 62, 20),
            (244, 36, 30),
            (228, 62, -30),
            (198, 34, 0),
            (208, 62, 40),
        )
    )
    drawn += inside(
        "va",
        outline,
        rect(80, 90, 240, 340, p.first)
        + bands
        + shade(
            "M212 100H240L218 176C270 204 292 262 276 330C266 376 246 404 238 420H206Q276 290 212 190Z", 0.16
        )
        + gleam(148, 220, 9, 130),
    ) + ellipse(200, 105, 24, 6, NIGHT, opacity=0.55)
    return scene(p, drawn, shadow=84)


def plates(p: Palette, n: int) -> str:
    """A plate leaning on the wall, another lying before it."""
    drawn = (
        circle(200, 250, 122, COTTON)
        + circle(200, 250, 122, NIGHT, opacity=0.05)
        + circle(200, 250, 112, p.second)
        + circle(200, 250, 94, COTTON)
    )
    drawn += (
        "".join(group(path("M200 164l11 20h-22Z", p.third), f"rotate({i * 20} 200 250)") for i in range(18))
        + circle(200, 250, 58, "none", stroke=p.first, stroke_width=10)
        + circle(200, 250, 30, "none", stroke=p.third, stroke_width=5)
    )
    drawn += (
        ellipse(210, 402, 150, 26, NIGHT, opacity=0.14)
        + ellipse(204, 394, 148, 28, COTTON)
        + ellipse(204, 391, 134, 23, p.second)
        + ellipse(204, 391, 108, 18, COTTON)
        + ellipse(204, 391, 62, 10, "none", stroke=p.first, stroke_width=5)
    )
    return scene(p, drawn, shadow=120, ground=400)


def pot(p: Palette, n: int) -> str:
    """A round cooking pot with a lid."""
    body = "#2A2320" if n != 1 else "#8A4B2C"
    drawn = (
        path("M88 270C80 370 132 422 200 422S320 370 312 270Z", body)
        + path("M250 268H312C320 370 268 422 214 422Q290 360 250 268Z", WHITE, opacity=0.06)
        + path("M92 300C70 296 66 330 98 334", stroke=body, stroke_width=13)
        + path("M308 300C330 296 334 330 302 334", stroke=body, stroke_width=13)
    )
    drawn += (
        ellipse(200, 268, 116, 17, "#171210")
        + path("M92 262C112 214 160 204 200 204S288 214 308 262C280 276 120 276 92 262Z", body)
        + path("M92 262C120 276 280 276 308 262", stroke=p.second, stroke_width=5)
        + circle(200, 198, 17, p.second)
        + ellipse(200, 210, 22, 6, body)
    )
    drawn += (
        zigzag(110, 318, 180, 22, p.second, teeth=10)
        + rect(102, 346, 196, 4, p.second)
        + path(
            "M108 290C108 340 124 372 146 396",
            stroke=WHITE,
            stroke_width=7,
            opacity=0.2,
            stroke_linecap="round",
        )
    )
    drawn += "".join(
        path(
            f"M{x} 168c-14-18 14-28 0-50c-8-14 6-22 2-34",
            stroke=WHITE,
            stroke_width=7,
            opacity=0.5,
            stroke_linecap="round",
        )
        for x in (168, 200, 232)
    )
    return scene(p, drawn, shadow=116, ground=424)


def jebena(p: Palette, n: int) -> str:
    """A long-necked coffee pot on a ring."""
    black = "#26201F"
    drawn = (
        ellipse(200, 408, 72, 16, STRAW)
        + ellipse(200, 404, 58, 9, BROWN)
        + circle(200, 330, 82, black)
        + path("M176 262L184 120H216L224 262Z", black)
        + path("M170 112H230L220 132H180Z", black)
        + path("M190 86h20l6 28h-32Z", STRAW)
    )
    drawn += (
        path("M222 160C300 150 300 260 264 286", stroke=black, stroke_width=15)
        + path("M130 300L84 250L96 240L146 276Z", black)
        + path(
            "M210 130H216L224 262C270 280 284 320 280 346C268 400 214 412 214 412Q262 340 210 250Z",
            WHITE,
            opacity=0.07,
        )
    )
    drawn += (
        path("M124 318a80 82 0 0 0 152 0", stroke=p.second, stroke_width=5, stroke_dasharray="9 7")
        + rect(180, 250, 40, 6, p.second)
        + path(
            "M134 318C136 290 150 268 170 258",
            stroke=WHITE,
            stroke_width=7,
            opacity=0.25,
            stroke_linecap="round",
        )
    )
    drawn += (
        path("M296 372h52l-8 44h-36Z", COTTON)
        + ellipse(322, 372, 26, 6, "#3B1F12")
        + rect(302, 388, 40, 5, p.first)
    )
    return scene(p, drawn, shadow=120, ground=420)


def burner(p: Palette, n: int) -> str:
    """A ring of clay with smoke passing through."""
    drawn = path(
        "M196 66C150 100 246 130 204 178C176 212 222 230 206 262",
        stroke=WHITE,
        stroke_width=9,
        opacity=0.65,
        stroke_linecap="round",
    )
    drawn += (
        circle(200, 306, 104, CLAY)
        + circle(200, 302, 104, p.first)
        + circle(200, 306, 62, p.wall)
        + path("M138 306a62 62 0 0 1 62-62", stroke=NIGHT, stroke_width=6, opacity=0.2)
        + rect(126, 400, 148, 20, CLAY, rx=6)
    )
    drawn += (
        "".join(group(circle(200, 220, 5, p.second), f"rotate({i * 24} 200 304)") for i in range(15))
        + path("M168 356h64q-4 14-18 14h-28q-14 0-18-14Z", GOLD)
        + path("M190 356l10-34l10 34Z", "#5B4636")
        + circle(200, 322, 4, "#E8572A")
    )
    return scene(p, drawn, shadow=100)


def stand(p: Palette, n: int) -> str:
    """A brass pour-over stand with cone and cup."""
    drawn = (
        rect(112, 400, 176, 20, DARK_WOOD, rx=5)
        + rect(274, 150, 10, 254, GOLD, rx=4)
        + rect(180, 226, 100, 9, GOLD, rx=4)
        + rect(266, 216, 26, 28, DARK_GOLD, rx=5)
    )
    drawn += (
        path("M128 166H252L206 246H174Z", COTTON)
        + path("M128 166H252L240 188H140Z", WHITE)
        + path("M146 190H234L204 240H176Z", "#4A2A17")
        + path("M230 166H252L206 246H196Z", NIGHT, opacity=0.1)
        + ellipse(190, 232, 38, 9, "none", stroke=GOLD, stroke_width=8)
        + rect(187, 246, 6, 50, "#4A2A17")
    )
    drawn += (
        path("M148 306H232L226 392Q225 400 214 400H166Q155 400 154 392Z", p.first)
        + path("M232 318C266 316 266 370 228 368", stroke=p.first, stroke_width=10)
        + ellipse(190, 307, 42, 8, "#3B1F12")
        + rect(150, 336, 80, 14, p.second)
    )
    return scene(p, drawn, shadow=108)


def spoons(p: Palette, n: int) -> str:
    """Long spoons on pegs, or heaped with spice."""
    metal = (GOLD, DARK_GOLD) if n > 1 else ("#A9683A", "#7E4329")
    drawn = rect(92, 92, 216, 16, WOOD, rx=8)
    for i, x in enumerate((138, 200, 262) if n == 1 else (156, 244)):
        drawn += (
            circle(x, 108, 8, DARK_WOOD)
            + rect(x - 6, 108, 12, 190, metal[0], rx=5)
            + rect(x + 1, 108, 5, 190, metal[1], rx=2)
            + ellipse(x, 338, 34, 48, metal[0])
            + ellipse(x, 340, 26, 38, metal[1])
        )
        drawn += (
            ellipse(x, 346, 22, 28, (p.first, "#C9552E", "#E0A526")[i % 3])
            if n == 1
            else path(f"M{x - 16} 318q6-14 16-16", stroke=WHITE, stroke_width=4, opacity=0.6)
        ) + "".join(rect(x - 6, 130 + k * 12, 12, 4, metal[1]) for k in range(4))
    return scene(p, drawn, shadow=0, ground=440)


def holders(p: Palette, n: int) -> str:
    """Two bronze columns bearing candles, one a little taller."""
    bronze, dark = "#9A6A2F", "#6E4A1E"
    one = (
        rect(-11, -150, 22, 96, COTTON)
        + path("M0-196C14-176 12-160 0-154C-12-160-14-176 0-196Z", GOLD)
        + circle(0, -172, 24, WHITE, opacity=0.18)
        + rect(4, -150, 7, 96, NIGHT, opacity=0.1)
    )
    one += (
        ellipse(0, -52, 46, 11, bronze)
        + ellipse(0, -55, 46, 9, GOLD, opacity=0.35)
        + path("M-10-48H10L16-20H-16Z", dark)
        + circle(0, 8, 30, bronze)
        + path("M8-20a30 30 0 0 1 0 58a44 44 0 0 0 0-58Z", NIGHT, opacity=0.2)
    )
    one += (
        rect(-20, 36, 40, 9, dark, rx=4)
        + path("M-16 45H16L30 96H-30Z", bronze)
        + zigzag(-24, 70, 48, 16, GOLD, teeth=5)
        + rect(-34, 96, 68, 10, dark, rx=4)
        + path("M-28 106H28L44 152H-44Z", bronze)
        + path("M10 106H28L44 152H20Z", NIGHT, opacity=0.18)
        + rect(-52, 152, 104, 16, dark, rx=5)
        + path("M-16-4a30 30 0 0 0-6 24", stroke=WHITE, stroke_width=5, opacity=0.4, stroke_linecap="round")
    )
    drawn = group(one, "translate(134 252)") + group(one, "translate(268 268) scale(.92)")
    return scene(p, drawn, shadow=136, ground=424)


def pendantlamp(p: Palette, n: int) -> str:
    """A woven shade on its cable, and its light."""
    outline = "M150 150H250C300 190 330 260 334 316Q200 356 66 316C70 260 100 190 150 150Z"
    weft = "".join(
        path(
            f"M{150 - (y - 150) * 0.52:.0f} {y}Q200 {y + 26} {250 + (y - 150) * 0.52:.0f} {y}",
            stroke=BROWN,
            stroke_width=2,
            opacity=0.45,
        )
        for y in range(162, 320, 13)
    )
    warp = "".join(
        path(
            f"M{152 + i * 6} 150C{130 + i * 9} 200 {76 + i * 15.4:.0f} 260 {66 + i * 16.8:.0f} 330",
            stroke=DEEP_BROWN,
            stroke_width=2,
            opacity=0.3,
        )
        for i in range(17)
    )
    drawn = (
        path("M200 0V136", stroke=NIGHT, stroke_width=4)
        + path("M66 322L10 500H390L334 322Z", WHITE, opacity=0.22)
        + circle(200, 336, 26, "#FFF3CF")
        + inside(
            "pl",
            outline,
            rect(50, 140, 300, 220, STRAW)
            + rect(50, 214, 300, 16, p.first)
            + rect(50, 262, 300, 24, p.second)
            + weft
            + warp
            + shade("M226 140C290 200 310 270 300 340H340V140Z", 0.13),
        )
    )
    drawn += path("M66 316Q200 356 334 316", stroke=BROWN, stroke_width=8) + rect(
        180, 128, 40, 26, NIGHT, rx=5
    )
    return scene(p, drawn, shadow=0, ground=440)


def foldstool(p: Palette, n: int) -> str:
    """A three-legged stool with a leather seat."""
    drawn = (
        line("M118 208L264 414", WOOD, 17)
        + line("M286 208L140 414", "#8A4B2C", 17)
        + line("M204 214V420", DARK_WOOD, 17)
        + circle(202, 318, 14, GOLD)
        + circle(202, 318, 6, DARK_GOLD)
    )
    drawn += (
        path("M92 200Q204 262 312 200L206 250Z", DEEP_BROWN)
        + path(
            "M90 190Q100 176 118 184Q204 210 284 184Q304 176 314 190Q318 202 300 212Q204 254 106 212Q86 202 90 190Z",
            p.first,
        )
        + path("M106 212Q204 254 300 212", stroke=WHITE, stroke_width=2, opacity=0.5, stroke_dasharray="7 5")
    )
    return scene(p, drawn, shadow=100)


DRAWERS: dict[str, Drawer] = {
    function.__name__: function
    for function in (
        tray, tallbasket, nested, mesob, fan, vase, plates, pot, jebena, burner, stand, spoons, holders, foldstool,
        pendantlamp,
    )
}  # fmt: skip
