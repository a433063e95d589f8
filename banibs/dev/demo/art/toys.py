"""Toys."""

from __future__ import annotations

import math

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
)
from banibs.dev.demo.art.strokes import DARK_WOOD, GOLD, PALE_WOOD, WOOD, Drawer, sprigs, zigzag


def truck(p: Palette, n: int) -> str:
    """A truck bent from wire, wheels of bottle tops."""
    wire = {"stroke": NIGHT, "stroke_width": 5.5, "stroke_linejoin": "round", "stroke_linecap": "round"}
    drawn = path(
        "M70 372H330M84 372V282H212V372M212 372V232H280Q296 236 302 266L330 300V372M228 250H272L290 296H228Z",
        **wire,
    ) + path(
        "M84 304H212M84 328H212M84 350H212M106 282V372M132 282V372M158 282V372M186 282V372",
        stroke=NIGHT,
        stroke_width=2.6,
    )
    drawn += path("M256 232C256 160 200 120 150 84", **wire) + circle(
        150, 84, 17, "none", stroke=NIGHT, stroke_width=5.5
    )
    for x, colour in ((118, p.first), (178, p.second), (286, p.third)):
        edge = "".join(
            group(rect(x - 4, 340, 8, 11, colour), f"rotate({i * 22.5} {x} 384)") for i in range(16)
        )
        drawn += (
            circle(x, 384, 37, colour)
            + edge
            + circle(x, 384, 28, WHITE, opacity=0.25)
            + path(f"M{x} 366l6 12 13 1-10 9 3 13-12-7-12 7 3-13-10-9 13-1Z", COTTON)
            + circle(x, 384, 3.4, NIGHT)
        )
    return scene(p, drawn, shadow=140)


def _edge(column: int, y: float) -> float:
    """Where a column of the chess board begins at this height: the board lies away from the eye."""
    return 84 - (y - 330) * 0.4 + column * (232 + (y - 330) * 0.8) / 6


def chess(p: Palette, n: int) -> str:
    """Carved animals on a board."""
    drawn = path("M84 330H316L352 420H48Z", "#8A5A34")
    for row in range(3):
        for column in range(6):
            if (row + column) % 2:
                y0, y1 = 330 + row * 30, 360 + row * 30
                drawn += path(
                    f"M{_edge(column, y0):.0f} {y0}L{_edge(column + 1, y0):.0f} {y0}L{_edge(column + 1, y1):.0f} {y1}L{_edge(column, y1):.0f} {y1}Z",
                    "#E9D3AE",
                )
    elephant = (
        path(
            "M-44 60V4Q-44-44 0-44Q30-44 38-18Q60-14 60 20Q60 44 48 52L42 46Q50 36 46 16Q40 4 34 6V60H14V30H-20V60Z",
            "#F1E6D2",
        )
        + circle(26, -16, 3.5, NIGHT)
        + path("M0-34Q-26-30-20 2Q0 8 8-14Z", "#DCC9A8")
        + path("M40 6q10 6 16 4", stroke=WHITE, stroke_width=5)
        + rect(-54, 58, 112, 16, "#DCC9A8", rx=5)
    )
    giraffe = (
        path("M-18 84L-14-20Q-16-96 10-110L40-100Q44-90 30-86L14-84Q10-40 20 0L26 84Z", "#C9877C")
        + circle(18, -98, 3, NIGHT)
        + line("M6-108l-2-18M14-112l2-16", "#C9877C", 4)
        + "".join(
            path(f"M{x} {y}l10 2-3 10-9-3Z", "#9E5B52")
            for x, y in ((-8, -60), (2, -30), (-6, 0), (8, 30), (-6, 54))
        )
        + rect(-36, 82, 80, 15, "#B36F65", rx=5)
    )
    hen = (
        path("M-26 30C-34-10 0-30 16-20Q18-44 34-40Q40-30 32-20C44 10 30 30 20 34Z", "#F1E6D2")
        + path("M36-34l12 4-12 5Z", GOLD)
        + "".join(circle(-12 + (k * 13) % 34, -4 + (k * 9) % 26, 2.4, NIGHT) for k in range(7))
        + rect(-30, 32, 60, 12, "#DCC9A8", rx=4)
    )
    drawn += (
        group(giraffe, "translate(276 262)")
        + group(elephant, "translate(140 296)")
        + group(hen, "translate(226 366)")
        + group(hen, "translate(88 384) scale(.86)")
    )
    return scene(p, drawn, shadow=150, ground=424)


def mobile(p: Palette, n: int) -> str:
    """Five felt giraffes on a ring."""
    drawn = (
        line("M200 0V96", CLAY, 3)
        + line("M200 90L92 132M200 90L308 132", CLAY, 2.5)
        + ellipse(200, 134, 112, 24, "none", stroke=WOOD, stroke_width=8)
    )
    body = path(
        "M-26 40V2Q-26-10-10-10H6L10-66Q12-78 26-76L38-66Q38-58 28-58H22L26-4Q30 8 26 40H16V14H-14V40Z",
        "#F4B21B",
    )
    for i, (x, drop) in enumerate(((96, 250), (150, 330), (204, 262), (256, 346), (308, 256))):
        colour = ("#F4B21B", p.first, "#E0962B", p.second, "#F4B21B")[i]
        spots = (
            "".join(
                circle(a, b, 4, NIGHT, opacity=0.4)
                for a, b in ((-16, 4), (-2, 8), (12, -20), (16, -40), (14, 6))
            )
            if i != 2
            else ""
        )
        drawn += line(f"M{x} {134 + 20 * math.sin(i)}V{drop - 40}", CLAY, 2) + group(
            body.replace("#F4B21B", colour)
            + spots
            + circle(28, -68, 2.6, NIGHT)
            + line("M20-76l-2-12M27-76l2-12", colour, 3),
            f"translate({x} {drop})",
        )
    return scene(p, drawn, shadow=0, ground=470)


def doll(p: Palette, n: int) -> str:
    """A rag doll with a bright dress."""
    skin = ("#7A4A2B", "#A5693F", "#4A2A17")[(n - 1) % 3]
    drawn = (
        line("M152 262L104 330M248 262L296 330", skin, 24)
        + rect(158, 372, 28, 48, skin, rx=10)
        + rect(214, 372, 28, 48, skin, rx=10)
        + rect(150, 408, 40, 18, p.third, rx=9)
        + rect(210, 408, 40, 18, p.third, rx=9)
    )
    dress = "M162 226H238L284 384H116Z"
    drawn += (
        inside(
            "do",
            dress,
            rect(100, 220, 200, 170, p.first)
            + sprigs(p.second, box=(110, 236, 190, 150), step=26, size=6)
            + rect(100, 364, 200, 20, p.third),
        )
        + path("M162 226Q200 256 238 226", stroke=COTTON, stroke_width=9)
        + circle(200, 164, 66, skin)
    )
    if n == 3:
        drawn += "".join(
            path(
                f"M{146 + i * 18} 112C{140 + i * 17} 60 {150 + i * 14} 70 {152 + i * 16} 116",
                stroke=NIGHT,
                stroke_width=12,
            )
            for i in range(7)
        ) + "".join(line(f"M{x} 150V250", NIGHT, 13) + circle(x, 254, 9, p.second) for x in (132, 268))
    else:
        drawn += (
            circle(134, 98, 37, NIGHT)
            + circle(266, 98, 37, NIGHT)
            + circle(150, 118, 9, p.second)
            + circle(250, 118, 9, p.second)
        )
    drawn += (
        path("M134 160C136 106 170 96 200 96S264 106 266 160C244 128 156 128 134 160Z", NIGHT)
        + circle(176, 170, 7, NIGHT)
        + circle(224, 170, 7, NIGHT)
        + path("M182 198q18 15 36 0", stroke=NIGHT, stroke_width=5, stroke_linecap="round")
        + circle(158, 190, 10, "#C9552E", opacity=0.55)
        + circle(242, 190, 10, "#C9552E", opacity=0.55)
    )
    return scene(p, drawn, shadow=96)


def puzzle(p: Palette, n: int) -> str:
    """A wooden puzzle with two pieces out."""
    drawn = (
        rect(64, 150, 272, 222, NIGHT, opacity=0.14, rx=8)
        + rect(56, 140, 272, 222, PALE_WOOD, rx=8)
        + rect(68, 152, 248, 198, "#A9C7EA")
    )
    scene_ = (
        circle(262, 196, 26, GOLD)
        + path("M68 300Q150 250 230 292T316 280V350H68Z", "#2E7D4F")
        + "".join(
            path(
                f"M{92 + i * 58} 306v-48h46v48ZM{84 + i * 58} 262l31-26 31 26Z",
                (p.first, p.second, p.third, "#C9552E")[i],
            )
            for i in range(4)
        )
        + "".join(circle(104 + i * 40, 326, 11, (GOLD, "#B3184E", "#C9552E")[i % 3]) for i in range(5))
    )
    drawn += inside("pz", "M68 152H316V350H68Z", scene_)
    drawn += (
        "".join(
            path(
                f"M{x} 152V190q-12-4-12 8t12 8V260q12-4 12 8t-12 8V350",
                stroke=DARK_WOOD,
                stroke_width=2.2,
                opacity=0.7,
            )
            for x in (130, 192, 254)
        )
        + "".join(
            path(
                f"M68 {y}H104q-4-11 8-11t8 11H170q-4 11 8 11t8-11H230q-4-11 8-11t8 11H316",
                stroke=DARK_WOOD,
                stroke_width=2.2,
                opacity=0.7,
            )
            for y in (218, 284)
        )
        + path("M254 284H316V350H254Z", "#8A5A34")
    )
    piece = path("M0 0H26q-4-12 7-12t7 12H62V24q12-4 12 8t-12 8V64H0Z", "#2E7D4F") + circle(30, 34, 11, GOLD)
    return scene(
        p,
        drawn
        + group(rect(4, 5, 62, 64, NIGHT, opacity=0.2) + piece, "translate(244 366) rotate(14)")
        + group(
            rect(4, 5, 62, 64, NIGHT, opacity=0.2) + piece.replace("#2E7D4F", p.first),
            "translate(104 372) rotate(-18)",
        ),
        shadow=0,
        ground=440,
    )


def crayons(p: Palette, n: int) -> str:
    """A box of crayons in many browns."""
    browns = (
        "#F0D0A8",
        "#E3B88A",
        "#D39C69",
        "#C08552",
        "#A96D3F",
        "#8F5631",
        "#774525",
        "#5F351C",
        "#482716",
        "#331B10",
        "#B77B5A",
        "#6B3A2A",
    )
    drawn = ""
    for row in range(2):
        for i in range(9):
            x, top, colour = 100 + i * 23 + row * 6, 176 + row * 34 + (i * 7) % 12, browns[(i + row * 5) % 12]
            drawn += (
                path(f"M{x} {top + 26}l6-26h7l6 26v150h-19Z", colour)
                + rect(x, top + 42, 19, 5, NIGHT, opacity=0.25)
                + rect(x, top + 50, 19, 120, WHITE, opacity=0.16)
            )
    drawn += (
        path("M84 290H326L318 420H92Z", p.second)
        + path("M84 290Q204 336 326 290L324 318Q204 362 86 318Z", p.third)
        + path("M286 304L326 290L318 420H286Z", NIGHT, opacity=0.12)
        + circle(205, 374, 25, COTTON)
        + path("M205 356a18 18 0 0 1 0 36Z", "#8F5631")
        + path("M205 356a18 18 0 0 0 0 36Z", "#D39C69")
    )
    return scene(p, drawn, shadow=130)


def stackdrums(p: Palette, n: int) -> str:
    """Five painted drums in a tower."""
    drawn, y = "", 420.0
    for i, half in enumerate((104, 88, 72, 57, 43)):
        tall = 74 - i * 9
        colour = (p.first, p.third, "#B3184E", p.second if p.second != GOLD else "#2E7D4F", COTTON)[i]
        y -= tall
        pattern = (
            zigzag(200 - half, y + 18, 2 * half, tall - 36, COTTON, teeth=7),
            "".join(
                circle(200 - half + 16 + k * (2 * half - 32) / 5, y + tall / 2, 9, GOLD) for k in range(6)
            ),
            rect(200 - half, y + tall / 2 - 8, 2 * half, 7, COTTON)
            + rect(200 - half, y + tall / 2 + 5, 2 * half, 7, GOLD),
            zigzag(200 - half, y + 12, 2 * half, tall - 24, NIGHT, teeth=5),
            rect(200 - half, y + tall / 2 - 4, 2 * half, 9, "#C9552E"),
        )[i]
        drawn += (
            rect(200 - half, y, 2 * half, tall, colour, rx=6)
            + pattern
            + rect(200 + half * 0.6, y, half * 0.4, tall, NIGHT, opacity=0.13, rx=4)
            + rect(200 - half, y, 2 * half, 8, PALE_WOOD, rx=4)
        )
    return scene(p, drawn + ellipse(200, y, 43, 9, "#F0DDBD"), shadow=122, ground=424)


DRAWERS: dict[str, Drawer] = {
    f.__name__: f for f in (truck, chess, mobile, doll, puzzle, crayons, stackdrums)
}
