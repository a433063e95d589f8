"""Shoes, bags, belts and what shines."""

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
    group,
    inside,
    line,
    path,
    rect,
    scene,
    shade,
)
from banibs.dev.demo.art.strokes import (
    BROWN,
    DARK_GOLD,
    DARK_WOOD,
    DEEP_BROWN,
    GOLD,
    WOOD,
    Drawer,
    ring,
    sprigs,
)


def sandals(p: Palette, n: int) -> str:
    """A pair of strapped sandals."""
    one = path(
        "M-40 120C-58 40-50-110 2-128C50-136 62-40 46 20C38 56 48 92 40 120C30 150-30 150-40 120Z", NIGHT
    )
    one += path(
        "M-32 116C-48 40-40-100 2-116C40-122 52-36 38 18C30 54 40 90 32 112C24 136-24 136-32 116Z", BROWN
    )
    one += (
        line("M-44-22Q0-66 46-36", p.first, 20)
        + line("M-46 24Q-4-22 46 10", p.second, 20)
        + line("M-42 76Q0 36 40 64", p.first, 20)
        + line("M2-116Q10-84 0-52", p.first, 12)
        + circle(40, 62, 8, GOLD)
    )
    drawn = group(one, "translate(140 280) rotate(-8)") + group(
        group(one, "scale(-1 1)"), "translate(262 292) rotate(8)"
    )
    return scene(p, drawn, shadow=0, ground=440)


def trainers(p: Palette, n: int) -> str:
    """A pair of low canvas shoes, the lining showing."""
    sole = path("M-118 58H122Q134 60 132 76Q130 88 116 88H-112Q-126 88-126 74Q-126 60-118 58Z", WHITE) + rect(
        -126, 70, 258, 6, p.second
    )
    upper = path("M-118 60C-124 10-112-40-98-58Q-74-46-52-58C-36-30 20-8 74 2C112 8 128 30 128 60Z", p.first)
    upper += path("M-98-58Q-74-46-52-58L-44-40Q-74-26-104-38Z", p.third) + path(
        "M70 2C112 8 128 30 128 60H84Q92 24 70 2Z", COTTON
    )
    upper += "".join(line(f"M{-40 + i * 24} {-30 + i * 9}l22-16", WHITE, 5) for i in range(4)) + path(
        "M-118 60C-122 30-118 0-112-24L-86 60Z", NIGHT, opacity=0.14
    )
    lining = (
        path("M-98-58Q-74-46-52-58C-62-92-96-92-98-58Z", p.second)
        + circle(-76, -66, 6, p.third)
        + circle(-88, -58, 4, COTTON)
    )
    shoe = lining + upper + sole
    drawn = group(shoe, "translate(214 214) scale(.86)") + group(shoe, "translate(190 338)")
    return scene(p, drawn, shadow=134, ground=428)


def belt(p: Palette, n: int) -> str:
    """A coiled belt with a cast buckle."""
    drawn = ""
    for radius, colour in ((112, BROWN), (90, DEEP_BROWN), (68, BROWN), (46, DEEP_BROWN)):
        drawn += ellipse(196, 300, radius, radius * 0.86, "none", stroke=colour, stroke_width=20) + ellipse(
            196,
            300,
            radius + 6,
            (radius + 6) * 0.86,
            "none",
            stroke=WHITE,
            stroke_width=1.6,
            opacity=0.4,
            stroke_dasharray="6 5",
        )
    drawn += line("M196 204C250 196 300 220 322 262", BROWN, 21) + rect(
        276, 226, 64, 58, "none", rx=12, stroke=GOLD, stroke_width=11, transform="rotate(52 308 255)"
    )
    drawn += ring(300, 236, 14, 7) + ring(322, 266, 14, 7, DARK_GOLD) + line("M292 246L326 262", DARK_GOLD, 6)
    drawn += "".join(circle(150 + i * 16, 214 - i * 2, 3.4, NIGHT) for i in range(4))
    return scene(p, drawn, shadow=124, ground=412)


def buckethat(p: Palette, n: int) -> str:
    """A soft hat with a stitched brim."""
    crown = "M138 172Q200 146 262 172L284 300H116Z"
    print_ = rect(80, 140, 240, 170, p.first) + sprigs(p.second, box=(110, 150, 190, 160), step=20, size=4)
    drawn = inside("bh", crown, print_ + shade("M240 150L300 300H250Z", 0.16))
    brim = "M112 292Q200 320 288 292L346 366Q200 420 54 366Z"
    drawn += inside(
        "bb",
        brim,
        rect(40, 280, 320, 140, p.first)
        + sprigs(p.second, box=(50, 290, 310, 130), step=20, size=4)
        + path("M288 292L346 366Q320 378 290 386L256 300Z", NIGHT, opacity=0.16),
    )
    drawn += "".join(
        path(
            f"M{112 - k * 13} {300 + k * 16}Q200 {330 + k * 20} {288 + k * 13} {300 + k * 16}",
            stroke=COTTON,
            stroke_width=1.6,
            opacity=0.7,
            stroke_dasharray="6 4",
        )
        for k in range(4)
    )
    drawn += (
        path("M112 292Q200 320 288 292", stroke=NIGHT, stroke_width=3, opacity=0.3)
        + circle(158, 208, 5, GOLD)
        + circle(158, 232, 5, GOLD)
    )
    return scene(p, drawn, shadow=136, ground=404)


def bucketbag(p: Palette, n: int) -> str:
    """A round woven bag with a leather strap."""
    outline = "M112 226H288C300 300 296 380 272 412Q200 430 128 412C104 380 100 300 112 226Z"
    bands = "".join(
        rect(
            90,
            226 + i * 13,
            220,
            13.4,
            (p.first, p.second, STRAW, p.third, STRAW)[(i * (2 if n % 2 else 3)) % 5],
        )
        for i in range(16)
    )
    stitch = "".join(rect(100 + i * 9, 220, 1.6, 210, NIGHT, opacity=0.16) for i in range(23))
    drawn = path("M126 240C80 40 320 40 274 240", stroke=BROWN, stroke_width=13) + path(
        "M126 240C80 40 320 40 274 240", stroke=WHITE, stroke_width=1.8, opacity=0.4, stroke_dasharray="6 5"
    )
    drawn += (
        inside("kb", outline, bands + stitch + shade("M244 220H310V430H220Q276 340 244 220Z", 0.15))
        + ellipse(200, 227, 88, 14, DEEP_BROWN)
        + path("M112 227a88 14 0 0 0 176 0", stroke=BROWN, stroke_width=8)
    )
    drawn += (
        rect(114, 220, 24, 62, BROWN, rx=5)
        + rect(262, 220, 24, 62, BROWN, rx=5)
        + "".join(circle(x, y, 3, GOLD) for x in (126, 274) for y in (236, 266))
    )
    return scene(p, drawn, shadow=104)


def holdall(p: Palette, n: int) -> str:
    """A weekend bag with leather corners."""
    drawn = path("M140 236C140 130 260 130 260 236", stroke=BROWN, stroke_width=12) + path(
        "M122 250C122 158 278 158 278 250", stroke=DEEP_BROWN, stroke_width=12
    )
    drawn += path(
        "M84 226H316Q336 230 338 262L344 404Q344 420 328 420H72Q56 420 56 404L62 262Q64 230 84 226Z", p.first
    ) + path("M316 226Q336 230 338 262L344 404Q344 420 328 420H282Q306 320 290 226Z", NIGHT, opacity=0.16)
    drawn += (
        rect(78, 222, 244, 13, DEEP_BROWN, rx=6)
        + rect(90, 226, 216, 4, GOLD)
        + rect(306, 223, 18, 11, GOLD, rx=3)
    )
    drawn += (
        path("M56 404V366Q100 372 110 420H72Q56 420 56 404Z", BROWN)
        + path("M344 404V366Q300 372 290 420H328Q344 420 344 404Z", BROWN)
        + rect(124, 236, 24, 184, BROWN)
        + rect(252, 236, 24, 184, BROWN)
    )
    drawn += (
        "".join(
            line(f"M{x} 242V414", WHITE, 1.5, opacity=0.4, stroke_dasharray="5 5")
            for x in (129, 143, 257, 271)
        )
        + rect(164, 292, 72, 80, p.second, rx=5)
        + rect(164, 292, 72, 22, BROWN, rx=5)
        + circle(200, 312, 6, GOLD)
    )
    return scene(p, drawn, shadow=142)


def cuff(p: Palette, n: int) -> str:
    """A wide hammered cuff."""
    drawn = (
        path("M88 262C88 208 312 208 312 262V342C312 288 88 288 88 342Z", DARK_GOLD)
        + path("M88 262V352C88 418 178 426 190 424V338C150 336 88 320 88 262Z", GOLD)
        + path("M312 262V352C312 418 222 426 210 424V338C250 336 312 320 312 262Z", GOLD)
    )
    for row in range(5):
        for k in range(7):
            t = k / 7
            x, y = 96 + 88 * t, 290 + row * 18 + 56 * t**0.6
            drawn += ellipse(x, y, 4.6, 6, DARK_GOLD, opacity=0.75) + ellipse(
                400 - x, y, 4.6, 6, DARK_GOLD, opacity=0.75
            )
    drawn += path("M88 262C88 320 150 336 190 338V346C146 344 88 326 88 270Z", WHITE, opacity=0.5) + path(
        "M312 262C312 320 250 336 210 338V346C254 344 312 326 312 270Z", WHITE, opacity=0.35
    )
    return scene(p, drawn, shadow=110, ground=424)


def rings(p: Palette, n: int) -> str:
    """Five thin rings on a wooden cone or in a row."""
    drawn = (
        path("M200 110L262 412H138Z", COTTON)
        + path("M200 110L262 412H222Z", NIGHT, opacity=0.1)
        + rect(118, 408, 164, 16, DARK_WOOD, rx=8)
    )
    for i, y in enumerate((196, 236, 280, 324, 372)):
        half = (y - 110) * 62 / 302 + 3
        band = f"M{200 - half:.1f} {y}a{half:.1f} {half * 0.26:.1f} 0 0 0 {2 * half:.1f} 0v13a{half:.1f} {half * 0.26:.1f} 0 0 1-{2 * half:.1f} 0Z"
        drawn += path(band, GOLD if i % 2 else "#D98E2B")
        drawn += (
            "".join(
                circle(
                    200 - half + 2 * half * (k + 1) / 8,
                    y + 6 + half * 0.25 * (1 - (2 * (k + 1) / 8 - 1) ** 2) ** 0.5,
                    2.2,
                    DARK_WOOD,
                )
                for k in range(7)
            )
            if i in (0, 2, 4)
            else ""
        )
        drawn += path(
            f"M{200 - half:.1f} {y}a{half:.1f} {half * 0.26:.1f} 0 0 0 {half:.1f} {half * 0.26:.1f}",
            stroke=WHITE,
            stroke_width=2,
            opacity=0.7,
        )
    return scene(p, drawn, shadow=92)


def beads(p: Palette, n: int) -> str:
    """Coiled strings of beads in a shallow dish."""
    drawn = (
        ellipse(200, 352, 136, 62, CLAY)
        + ellipse(200, 340, 136, 60, "#9A5A3A")
        + ellipse(200, 340, 118, 49, DEEP_BROWN)
    )
    import math

    colours = (p.first, p.second, p.third, COTTON) if n % 2 else (p.first, COTTON, p.second)
    size, count = (13, 34) if n == 1 else (8, 62)
    for i in range(count, 0, -1):
        turn, far = i * (0.62 if n == 1 else 0.4), 24 + i * (2.5 if n == 1 else 1.45)
        x, y = 200 + far * math.cos(turn), 328 + far * 0.44 * math.sin(turn)
        drawn += circle(x, y, size, colours[i % len(colours)]) + circle(
            x - size / 3, y - size / 3, size / 4, WHITE, opacity=0.55
        )
        if n == 1 and i % 3 == 0:
            drawn += path(f"M{x - 13:.0f} {y:.0f}q13 8 26 0", stroke=NIGHT, stroke_width=3)
    return scene(p, drawn, shadow=142, ground=410)


def pendant(p: Palette, n: int) -> str:
    """A cross pendant on a cord."""
    drawn = path("M112 60C120 180 180 216 200 226C220 216 280 180 288 60", stroke=CLAY, stroke_width=6)
    metal = "#D8D3C4"
    drawn += circle(200, 236, 13, "none", stroke=metal, stroke_width=6)
    for turn in (0, 90, 180, 270):
        arm = (
            path("M-16-20L-34-78Q0-96 34-78L16-20Z", metal)
            + circle(0, -58, 11, p.wall)
            + path("M-34-78q-14-2-16-16q14-2 20 10ZM34-78q14-2 16-16q-14-2-20 10Z", metal)
            + circle(0, -34, 4, p.wall)
        )
        drawn += group(arm, f"translate(200 338) rotate({turn})")
    drawn += (
        circle(200, 338, 25, metal)
        + path("M200 322l16 16-16 16-16-16Z", p.first)
        + path("M200 322l16 16-16 16Z", NIGHT, opacity=0.2)
    )
    return scene(p, drawn, shadow=0, ground=460)


def feathers(p: Palette, n: int) -> str:
    """A pair of feather earrings on a stand."""
    drawn = (
        rect(96, 92, 208, 10, CLAY, rx=5)
        + rect(192, 100, 16, 318, CLAY)
        + rect(140, 408, 120, 14, WOOD, rx=6)
    )
    for x, flip in ((140, 1), (260, -1)):
        plume = (
            path("M0 0C-44 50-46 140 4 196C48 140 42 50 0 0Z", p.first)
            + path("M0 0C-20 50-24 120 4 196C30 120 20 50 0 0Z", p.second)
            + path("M0 0C4 60 6 130 4 196", stroke=p.third, stroke_width=4)
        )
        plume += "".join(
            path(
                f"M2 {40 + k * 28}l{-30 + k * 2} {-14}M2 {40 + k * 28}l{30 - k * 2} {-14}",
                stroke=NIGHT,
                stroke_width=1.6,
                opacity=0.35,
            )
            for k in range(5)
        )
        drawn += (
            line(f"M{x} 102v32", NIGHT, 2.5)
            + group(plume, f"translate({x} 150) rotate({6 * flip})")
            + rect(x - 9, 130, 18, 28, GOLD, rx=5)
        )
    return scene(p, drawn, shadow=92)


DRAWERS: dict[str, Drawer] = {
    function.__name__: function
    for function in (
        sandals,
        trainers,
        belt,
        buckethat,
        bucketbag,
        holdall,
        cuff,
        rings,
        beads,
        pendant,
        feathers,
    )
}
