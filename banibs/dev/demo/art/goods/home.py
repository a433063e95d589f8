"""Things for the house."""

from __future__ import annotations

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
    inside,
    line,
    path,
    rect,
    scene,
    shade,
)


def basket(p: Palette) -> str:
    """A round market basket with a wrapped handle."""
    body = "M90 252C86 318 96 382 128 416Q134 424 148 424H252Q266 424 272 416C304 382 314 318 310 252Z"
    handle = "M128 258C116 108 284 108 272 258"
    drawn = line(handle, CLAY, 21) + path(handle, stroke=STRAW, stroke_width=13, stroke_dasharray="10 5")
    drawn += inside(
        "k",
        body,
        rect(80, 236, 240, 200, "#CFAE74") + _weave(p) + shade("M236 240h90v190h-96Q272 340 236 240Z", 0.15),
    )
    drawn += ellipse(200, 252, 110, 18, CLAY) + ellipse(200, 254, 99, 13, "#3C1D10")
    rim = "M91 253a109 18 0 0 0 218 0"
    drawn += path(rim, stroke=p.first, stroke_width=8) + path(
        rim, stroke=STRAW, stroke_width=8, stroke_dasharray="7 9"
    )
    for x in (119, 261):
        drawn += (
            rect(x, 246, 20, 26, CLAY, rx=4) + rect(x + 4, 252, 12, 3, STRAW) + rect(x + 4, 260, 12, 3, STRAW)
        )
    return scene(p, drawn, shadow=126, ground=426)


def _weave(p: Palette) -> str:
    """The stitches, row by row, one path for each colour."""
    stitches: dict[str, list[str]] = {}
    for row in range(23):
        for column in range(27):
            x = 74 + column * 9.6 + (4.8 if row % 2 else 0)
            bulge = (x - 200) / 112
            y = 236 + row * 9.4 + 15 * (1 - bulge * bulge)
            colour = _stitch(row, column, p)
            stitches.setdefault(colour, []).append(f"M{x:.0f} {y + 8.2:.0f}l2-8h6l-2 8Z")
    return "".join(path("".join(each), colour) for colour, each in stitches.items())


def _stitch(row: int, column: int, p: Palette) -> str:
    plain = STRAW if (column + row) % 2 else "#DDBE87"
    if row in (3, 4, 18, 19):
        return p.first
    if not 7 <= row <= 15:
        return plain
    step, away = abs((column * 2 + row % 2) % 16 - 8), abs(row - 11)
    if step in (away * 2 - 2, away * 2):
        return p.first
    if (step < away * 2 - 1 and away > 2) or (step > away * 2 + 3 and away < 3):
        return p.third
    return plain


def jug(p: Palette) -> str:
    """A wheel-thrown jug, dipped in glaze."""
    body = "M150 120H262L250 190C300 240 312 330 270 418H140C96 330 104 240 158 190Z"
    handle = "M258 150C340 140 344 290 284 300"
    glaze = "M80 100H340V262C300 290 280 236 240 262C206 284 180 244 140 268C116 282 100 262 80 270Z"
    drawn = path(handle, stroke=COTTON, stroke_width=22) + path(
        handle, stroke=NIGHT, stroke_width=22, opacity=0.12
    )
    dots = "".join(
        circle(112 + i * 23, 318, 5, p.third) + circle(123.5 + i * 23, 336, 5, p.first) for i in range(9)
    )
    dark = "M230 100H340V430H226Q286 300 230 190Z"
    drawn += inside(
        "p",
        body,
        rect(80, 100, 260, 330, COTTON) + path(glaze, p.first) + dots + shade(dark) + gleam(142, 200, 9, 200),
    )
    drawn += ellipse(206, 121, 56, 9, "#1B1D3E") + path("M150 121l-26-10q14 20 32 26Z", p.first)
    return scene(p, drawn, shadow=108)


def mug(p: Palette) -> str:
    """A thick mug with a painted band."""
    body = "M112 236H272L262 402Q260 420 242 420H142Q124 420 122 402Z"
    handle = "M266 268C344 262 340 372 260 368"
    band = rect(100, 296, 200, 64, p.second) + "".join(
        path(f"M{108 + i * 28} 360l14-64 14 64Z", p.third) for i in range(6)
    )
    drawn = path(handle, stroke=p.first, stroke_width=20) + path(
        handle, stroke=NIGHT, stroke_width=20, opacity=0.15
    )
    drawn += inside(
        "m",
        body,
        rect(90, 220, 220, 210, p.first)
        + band
        + shade("M228 230H290V430H214Q246 330 228 230Z")
        + gleam(134, 256, 9, 140),
    )
    drawn += ellipse(192, 237, 80, 13, "#1B1D3E") + ellipse(192, 241, 70, 9, "#6B3720")
    drawn += line("M168 204q-14-22 0-42t0-42M214 204q-14-22 0-42t0-42", WHITE, 6, opacity=0.5)
    return scene(p, drawn, shadow=112)


def bowl(p: Palette) -> str:
    """A stack of three turned bowls."""
    drawn = ""
    for n, (y, wide, colour) in enumerate(((352, 124, p.first), (304, 110, p.second), (256, 96, p.third))):
        body = f"M{200 - wide} {y - 24}H{200 + wide}C{200 + wide - 8} {y + 44} {200 + 40} {y + 66} {200 + 38} {y + 68}H162C160 {y + 66} {208 - wide} {y + 44} {200 - wide} {y - 24}Z"
        rings = "".join(
            line(f"M70 {y - 4 + i * 15}Q200 {y + 22 + i * 15} 330 {y - 4 + i * 15}", COTTON, 2.5, opacity=0.6)
            for i in range(2)
        )
        dark = f"M{200 + wide * 0.35:g} {y - 30}H340V{y + 70}H210Q{200 + wide * 0.6:g} {y + 30} {200 + wide * 0.35:g} {y - 30}Z"
        drawn += inside(f"b{n}", body, rect(60, y - 40, 280, 120, colour) + rings + shade(dark))
        drawn += ellipse(200, y - 24, wide, 13, colour) + ellipse(
            200, y - 24, wide - 7, 9, NIGHT, opacity=0.45
        )
    return scene(p, drawn, shadow=132)


def blanket(p: Palette) -> str:
    """Folded woven throws."""
    drawn = ""
    for n, (y, colour, other) in enumerate(
        ((340, p.first, p.second), (266, p.third, COTTON), (192, p.second, p.first))
    ):
        shape = f"M84 {y + 12}q0-12 12-12h196q36 0 36 38t-36 38h-196q-12 0-12-12Z"
        stripes = "".join(
            rect(100 + i * 46, y, 16, 80, other) + rect(120 + i * 46, y, 5, 80, NIGHT, opacity=0.35)
            for i in range(5)
        )
        steps = "".join(path(f"M{84 + i * 46} {y + 52}l11-22 11 22Z", COTTON, opacity=0.85) for i in range(6))
        drawn += inside(
            f"f{n}",
            shape,
            rect(70, y - 4, 270, 84, colour)
            + stripes
            + steps
            + rect(70, y + 66, 270, 12, NIGHT, opacity=0.2)
            + rect(282, y, 60, 80, NIGHT, opacity=0.14),
        )
        drawn += "".join(rect(88 + i * 10, y + 76, 4, 9, colour) for i in range(20)) if n == 0 else ""
    return scene(p, drawn, shadow=136, ground=426)


def stool(p: Palette) -> str:
    """A low carved stool."""
    wood, dark = "#6B3720", "#4E2614"
    drawn = path(
        "M78 176C100 256 300 256 322 176C336 196 336 214 322 232C286 290 114 290 78 232C64 214 64 196 78 176Z",
        wood,
    )
    drawn += path(
        "M200 237C250 237 306 222 322 176C336 196 336 214 322 232C302 264 250 276 200 276Z", dark, opacity=0.6
    )
    drawn += rect(88, 394, 224, 26, wood, rx=4) + rect(230, 394, 82, 26, dark, opacity=0.6, rx=4)
    drawn += (
        rect(112, 258, 26, 138, wood)
        + rect(262, 258, 26, 138, wood)
        + rect(276, 258, 12, 138, dark, opacity=0.7)
    )
    diamonds = "M166 290l34-22 34 22-34 22ZM166 340l34-28 34 28-34 26ZM166 390l34-24 34 24v4h-68Z"
    drawn += (
        path("M166 268h68v126h-68Z", dark)
        + path(diamonds, p.second)
        + rect(88, 402, 224, 4, p.second, opacity=0.7)
    )
    return scene(p, drawn, shadow=140)


def candle(p: Palette) -> str:
    """A candle in a glass, lit."""
    drawn = (
        rect(126, 236, 148, 182, NIGHT, rx=14)
        + rect(236, 236, 38, 182, WHITE, opacity=0.08, rx=14)
        + gleam(138, 252, 8, 150, 0.2)
    )
    drawn += (
        rect(126, 236, 148, 20, COTTON, rx=8)
        + rect(126, 246, 148, 10, "#E3D9C4")
        + rect(198, 206, 4, 34, NIGHT)
    )
    drawn += path("M200 146C224 178 222 206 200 212C178 206 178 182 200 146Z", "#F4B21B") + circle(
        200, 186, 44, WHITE, opacity=0.35
    )
    drawn += path("M200 176C212 192 210 206 200 209C190 206 190 194 200 176Z", COTTON) + rect(
        150, 296, 100, 80, p.second
    )
    drawn += (
        path("M150 376V336l25-26 25 26 25-26 25 26v40Z", p.first)
        + rect(150, 296, 100, 6, COTTON)
        + rect(150, 370, 100, 6, COTTON)
    )
    return scene(p, drawn, shadow=98)


def lamp(p: Palette) -> str:
    """A table lamp with a woven shade."""
    shade_shape = "M138 110H262L306 270H94Z"
    stripes = "".join(
        path(
            f"M{94 + i * 30.3:.1f} 270L{138 + i * 17.7:.1f} 110h9l15 160Z",
            p.second if i % 2 else p.third,
            opacity=0.9,
        )
        for i in range(8)
    )
    drawn = (
        rect(192, 270, 16, 96, CLAY)
        + path("M150 420Q150 356 200 356T250 420Z", p.first)
        + shade("M200 356Q250 356 250 420H214Q224 380 200 356Z")
    )
    drawn += inside(
        "l", shade_shape, rect(80, 100, 240, 180, p.first) + stripes + shade("M232 100H320V280H262Z", 0.12)
    )
    drawn += ellipse(200, 110, 62, 7, COTTON) + ellipse(200, 270, 106, 9, COTTON, opacity=0.75)
    return scene(p, drawn, shadow=76)
