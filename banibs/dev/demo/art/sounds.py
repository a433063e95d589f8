"""Records, instruments, and what hears them."""

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
    group,
    inside,
    line,
    path,
    rect,
    scene,
    shade,
)
from banibs.dev.demo.art.strokes import BROWN, DARK_WOOD, DEEP_BROWN, GOLD, PALE_WOOD, WOOD, Drawer, lines


def vinyl(p: Palette, n: int) -> str:
    """A black disc before its sleeve: a moon over roofs, or circles."""
    drawn = rect(64, 112, 222, 222, NIGHT, opacity=0.16) + rect(
        56, 104, 222, 222, p.third if p.third != p.wall else COTTON
    )
    if n == 1:
        art = (
            rect(56, 104, 222, 222, "#2A2C86")
            + circle(206, 166, 34, "#F5EFE4")
            + circle(192, 158, 30, "#2A2C86")
            + "".join(
                rect(56 + i * 28, 250 + (i * 37) % 40, 28, 90, (NIGHT, "#B3184E", "#C9552E", NIGHT)[i % 4])
                + rect(64 + i * 28, 270 + (i * 37) % 40, 8, 11, GOLD)
                for i in range(8)
            )
        )
    else:
        art = rect(56, 104, 222, 222, COTTON) + "".join(
            circle(126 + i * 46, 216 + (i % 2) * 30 - 14, 56, c, opacity=0.85)
            for i, c in enumerate((p.first, p.second, "#2A2C86"))
        )
    drawn += (
        inside("vs", "M56 104H278V326H56Z", art)
        + rect(72, 120, 86, 11, COTTON if n == 1 else NIGHT)
        + rect(72, 137, 52, 8, GOLD if n == 1 else NIGHT)
        + circle(256, 316, 104, NIGHT)
        + "".join(
            circle(256, 316, r, "none", stroke=WHITE, stroke_width=1.4, opacity=0.14)
            for r in range(46, 102, 8)
        )
        + path("M256 316L330 246A104 104 0 0 1 352 276Z", WHITE, opacity=0.1)
        + circle(256, 316, 36, p.second)
        + circle(256, 316, 36, "none", stroke=NIGHT, stroke_width=2)
        + rect(238, 300, 36, 5, NIGHT, opacity=0.6)
        + circle(256, 316, 6, COTTON)
    )
    return scene(p, drawn, shadow=120, ground=422)


def cassette(p: Palette, n: int) -> str:
    """A cassette with a lettered label."""
    shell = p.first if n != 1 else "#F7D358"
    drawn = (
        rect(62, 184, 284, 190, NIGHT, opacity=0.16, rx=14)
        + rect(56, 174, 284, 190, shell, rx=14)
        + rect(76, 192, 244, 112, COTTON, rx=8)
        + rect(76, 192, 244, 26, p.second, rx=8)
        + rect(92, 200, 120, 9, NIGHT, opacity=0.75)
        + lines(92, 226, 90, NIGHT, count=1)
        + rect(120, 240, 156, 50, NIGHT, rx=25)
    )
    drawn += (
        "".join(
            circle(x, 265, 20, COTTON)
            + "".join(
                group(rect(-3, -19, 6, 9, NIGHT), f"translate({x} 265) rotate({i * 60})") for i in range(6)
            )
            + circle(x, 265, 8, NIGHT)
            for x in (148, 248)
        )
        + rect(182, 252, 32, 26, DEEP_BROWN)
        + path("M108 364L124 322H272L288 364Z", NIGHT, opacity=0.2)
        + "".join(
            circle(x, y, 4, NIGHT, opacity=0.5)
            for x, y in ((70, 188), (326, 188), (70, 350), (326, 350), (150, 346), (246, 346))
        )
    )
    return scene(p, drawn, shadow=0, ground=440)


def lute(p: Palette, n: int) -> str:
    """A boat-shaped lute with four strings."""
    drawn = group(
        rect(-9, -214, 18, 230, WOOD, rx=6)
        + "".join(rect(-14, -190 + i * 22, 28, 7, p.first) for i in range(4))
        + path("M-46 0C-62 60-54 150 0 168C54 150 62 60 46 0C30-20-30-20-46 0Z", WOOD)
        + path("M-34 8C-46 60-40 134 0 148C40 134 46 60 34 8C22-6-22-6-34 8Z", "#EAD7B0")
        + circle(0, 44, 14, DARK_WOOD)
        + rect(-24, 108, 48, 9, DARK_WOOD, rx=3)
        + "".join(line(f"M{-7 + i * 4.6} -186L{-10 + i * 6.6} 112", NIGHT, 1.6) for i in range(4))
        + "".join(circle(x, 130 - abs(x) * 0.7, 3, GOLD) for x in (-30, -15, 15, 30)),
        "translate(196 258) rotate(14)",
    )
    return scene(p, drawn, shadow=90, ground=424)


def shaker(p: Palette, n: int) -> str:
    """A woven bell of rattan on a gourd base."""
    outline = "M132 404C118 300 160 236 200 230C240 236 282 300 268 404Z"
    bands = "".join(
        rect(100, 230 + i * 16, 200, 8, (p.first, p.second, p.third)[i % 3]) for i in range(12)
    ) + "".join(
        path(
            f"M{120 + i * 14} 420C{130 + i * 12} 330 {160 + i * 7} 260 200 220",
            stroke=NIGHT,
            stroke_width=1.6,
            opacity=0.25,
        )
        for i in range(13)
    )
    drawn = (
        path("M176 240C160 130 240 130 224 240", stroke=BROWN, stroke_width=13)
        + path("M176 240C160 130 240 130 224 240", stroke=STRAW, stroke_width=6, stroke_dasharray="6 7")
        + inside(
            "sk",
            outline,
            rect(90, 220, 220, 200, STRAW)
            + bands
            + shade("M226 230C260 260 280 320 268 404H230Q260 310 226 230Z", 0.16),
        )
        + ellipse(200, 404, 68, 17, PALE_WOOD)
        + ellipse(200, 402, 54, 10, "#B97F46")
    )
    return scene(p, drawn, shadow=86, ground=420)


def mic(p: Palette, n: int) -> str:
    """A microphone on a stand."""
    drawn = (
        rect(194, 250, 12, 156, "#5A5F6B")
        + ellipse(200, 410, 74, 14, NIGHT)
        + path("M138 170C138 282 262 282 262 170", stroke=NIGHT, stroke_width=11)
        + rect(156, 82, 88, 156, "#B9BDC6", rx=44)
        + "".join(rect(156, 100 + i * 13, 88, 3, NIGHT, opacity=0.3) for i in range(7))
        + "".join(rect(166 + i * 13, 88, 3, 102, NIGHT, opacity=0.22) for i in range(6))
        + rect(152, 176, 96, 17, p.first)
        + rect(156, 193, 88, 45, NIGHT, rx=8)
        + path("M156 193h88v0q0 45-44 45t-44-45Z", NIGHT)
        + gleam_(166)
    )
    drawn += "".join(
        path(
            f"M{290 + i * 18} {130 - i * 12}q{16 + i * 6} 34 0 {74 + i * 24}",
            stroke=p.second,
            stroke_width=7,
            stroke_linecap="round",
        )
        + path(
            f"M{110 - i * 18} {130 - i * 12}q-{16 + i * 6} 34 0 {74 + i * 24}",
            stroke=p.second,
            stroke_width=7,
            stroke_linecap="round",
        )
        for i in range(2)
    )
    return scene(p, drawn, shadow=84)


def gleam_(x: float) -> str:
    """Light down the side of the microphone."""
    return rect(x, 98, 9, 72, WHITE, opacity=0.5, rx=4)


def tambourine(p: Palette, n: int) -> str:
    """A round frame drum with jingles."""
    drawn = (
        circle(206, 268, 132, NIGHT, opacity=0.12)
        + circle(200, 260, 132, WOOD)
        + circle(200, 260, 112, p.first)
        + circle(200, 260, 104, "#F0E2C4")
        + circle(200, 260, 60, "none", stroke=p.second, stroke_width=7)
        + circle(200, 260, 40, "none", stroke=p.third, stroke_width=4)
    )
    for i in range(10):
        turn = i * 36 + 18
        drawn += group(
            rect(183, 128, 34, 20, DARK_WOOD, rx=4)
            + ellipse(200, 132, 7, 15, GOLD)
            + ellipse(200, 146, 7, 15, "#C98A06"),
            f"rotate({turn} 200 260)",
        )
    drawn += path(
        "M122 206A94 94 0 0 1 188 168", stroke=WHITE, stroke_width=9, opacity=0.5, stroke_linecap="round"
    )
    return scene(p, drawn, shadow=100, ground=414)


def berimbau(p: Palette, n: int) -> str:
    """A musical bow with a gourd."""
    drawn = (
        path("M120 430C60 300 110 120 260 60", stroke=WOOD, stroke_width=12, stroke_linecap="round")
        + line("M120 426L258 66", "#9FA6AD", 2.4)
        + "".join(
            path(f"M{x} {y}l20 8", stroke=c, stroke_width=9)
            for x, y, c in ((82, 300, p.first), (80, 276, p.second), (92, 180, p.third), (102, 160, p.first))
        )
    )
    drawn += (
        circle(214, 314, 72, "#C98D4B")
        + path("M240 248a72 72 0 0 1 0 132a96 96 0 0 0 0-132Z", NIGHT, opacity=0.16)
        + ellipse(262, 318, 22, 44, DEEP_BROWN)
        + zigzag_ring(p)
        + line("M104 330L160 312", CLAY, 5)
        + line("M296 420L330 250", PALE_WOOD, 7)
        + circle(318, 236, 15, GOLD)
        + circle(318, 236, 5, p.wall)
    )
    return scene(p, drawn, shadow=110, ground=428)


def zigzag_ring(p: Palette) -> str:
    """A painted band of seeds round the gourd."""
    return "".join(
        circle(206 + 54 * math.cos(a), 314 + 54 * math.sin(a), 5, p.first)
        for a in (1.4 + k * 0.34 for k in range(11))
    )


def steelpan(p: Palette, n: int) -> str:
    """A steel pan on its stand, the notes showing."""
    body = "#7C8794" if n != 1 else "#4F6B8F"
    drawn = (
        line("M112 300L92 418M288 300L308 418", NIGHT, 9)
        + rect(76, 412, 40, 9, NIGHT, rx=4)
        + rect(284, 412, 40, 9, NIGHT, rx=4)
        + path("M72 232V330Q200 384 328 330V232Z", body)
        + path("M262 232H328V330Q300 342 262 350Z", NIGHT, opacity=0.16)
        + rect(72, 296, 256, 0, NIGHT)
    )
    drawn += (
        ellipse(200, 232, 130, 66, "#AEB8C4")
        + ellipse(200, 236, 118, 57, "#C9D1DA")
        + ellipse(200, 246, 100, 46, "#B4BECA")
    )
    for i in range(8):
        a = i * math.pi / 4 + 0.3
        drawn += ellipse(
            200 + 84 * math.cos(a),
            238 + 40 * math.sin(a),
            24,
            12,
            "#DDE3EA",
            stroke="#8C97A4",
            stroke_width=2.4,
            transform=f"rotate({math.degrees(a) * 0.3:.0f} {200 + 84 * math.cos(a):.0f} {238 + 40 * math.sin(a):.0f})",
        )
    drawn += ellipse(200, 246, 26, 13, "#DDE3EA", stroke="#8C97A4", stroke_width=2.4) + ellipse(
        188, 250, 9, 5, "#B4BECA", stroke="#8C97A4", stroke_width=2
    )
    drawn += path("M72 318Q200 372 328 318V336Q200 390 72 336Z", p.first) + path(
        "M76 326Q200 378 324 326", stroke=p.second, stroke_width=4, stroke_dasharray="10 8"
    )
    drawn += (
        line("M150 178L232 96", PALE_WOOD, 8)
        + line("M236 176L300 108", PALE_WOOD, 8)
        + circle(148, 180, 10, p.second)
        + circle(234, 178, 10, p.second)
    )
    return scene(p, drawn, shadow=134, ground=424)


DRAWERS: dict[str, Drawer] = {
    f.__name__: f for f in (vinyl, cassette, lute, shaker, mic, tambourine, berimbau, steelpan)
}
