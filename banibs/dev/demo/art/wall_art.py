"""What hangs on a wall or stands on a plinth."""

from __future__ import annotations

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
from banibs.dev.demo.art.strokes import (
    BROWN,
    DEEP_BROWN,
    GOLD,
    PALE_WOOD,
    WOOD,
    Drawer,
    Framer,
    picture,
    zigzag,
)


def _framed(p: Palette, inner: str, *, frame: str = NIGHT) -> str:
    wall = rect(-300, -100, 1000, 700, p.wall) + rect(-300, 430, 1000, 170, p.table)
    return (
        wall
        + rect(84, 76, 244, 316, NIGHT, opacity=0.14)
        + rect(76, 66, 244, 316, frame)
        + rect(86, 76, 224, 296, WHITE)
        + picture((106, 98, 184, 252), inner, shown="0 0 184 252")
    )


def photo(p: Palette, n: int) -> str:
    """A framed photograph: washing in mist, a wet street, dancers at dawn."""
    views = {1: _washing, 2: _street, 3: _dawn}
    return _framed(p, views.get(n, _washing)(), frame=WOOD)


def _washing() -> str:
    drawn = (
        rect(0, 0, 184, 252, "#C9CDD2") + rect(0, 120, 184, 132, "#AEB4BA") + rect(0, 190, 184, 62, "#7F858C")
    )
    for y, shade_ in ((60, "#9AA1A8"), (92, "#868D95"), (126, "#6B727A")):
        drawn += path(f"M-4 {y}Q92 {y + 22} 188 {y}", stroke="#5A6067", stroke_width=1.6) + "".join(
            rect(
                8 + i * 25,
                y + 5 + 8 * (1 - abs(i - 3) / 3),
                18,
                26 + (i * 7) % 12,
                ("#E4E6E8", shade_, "#F4F4F4", "#565D65")[(i + y) % 4],
            )
            for i in range(7)
        )
    return (
        drawn
        + circle(112, 196, 7, "#2D3238")
        + path("M104 206h16l4 26h-24Z", "#2D3238")
        + path("M106 230l-8 16M118 230l10 14", stroke="#2D3238", stroke_width=5)
        + circle(138, 240, 6, "#F4F4F4")
    )


def _street() -> str:
    drawn = rect(0, 0, 184, 252, "#24356B") + rect(0, 0, 184, 80, "#35508F")
    for i, (x, top, w) in enumerate(((0, 60, 56), (56, 34, 44), (100, 76, 40), (140, 46, 44))):
        drawn += rect(x, top, w, 150, ("#1B2450", "#2A2C66", "#151B40", "#222A5C")[i]) + "".join(
            rect(
                x + 8 + (k % 2) * 20,
                top + 14 + (k // 2) * 26,
                11,
                16,
                "#F4B21B" if (i, k) == (1, 3) else "#0F1433",
            )
            for k in range(6)
        )
    drawn += (
        path("M40 210H144L184 252H0Z", "#111737")
        + "".join(rect(34 - k * 9, 204 + k * 10, 116 + k * 18, 4, "#3B4C8C") for k in range(5))
        + path("M78 214l-14 38h20l6-38Z", "#F4B21B", opacity=0.35)
    )
    return drawn


def _dawn() -> str:
    drawn = rect(0, 0, 184, 252, "#1F3FA0") + circle(96, 150, 78, "#3D68D8") + circle(96, 168, 44, "#F2A65A")
    for i, x in enumerate((18, 52, 92, 134, 166)):
        drawn += (
            circle(x, 170 - (i % 3) * 14, 13, "#0B1438")
            + path(
                f"M{x - 16} {252}V{206 - (i % 3) * 14}Q{x} {178 - (i % 3) * 14} {x + 16} {206 - (i % 3) * 14}V252Z",
                "#0B1438",
            )
            + path(
                f"M{x} {196 - (i % 3) * 14}L{x + (14 if i % 2 else -12)} {112 - i % 2 * 24}",
                stroke="#0B1438",
                stroke_width=5.5,
                stroke_linecap="round",
            )
            + circle(x + (14 if i % 2 else -12), 110 - i % 2 * 24, 4.6, "#0B1438")
        )
    return drawn + "".join(
        circle(20 + (i * 53) % 150, 30 + (i * 31) % 90, 2 + i % 3, "#8FB2FF") for i in range(16)
    )


def figure(p: Palette, n: int) -> str:
    """A seated clay figure holding a bowl."""
    red, dark = "#A9532F", "#7E3A1E"
    drawn = (
        path(
            "M120 420C112 350 140 330 150 280C156 240 176 232 200 232S244 240 250 280C260 330 288 350 280 420Z",
            red,
        )
        + path(
            "M214 232C236 236 246 246 250 280C260 330 288 350 280 420H236Q262 320 214 232Z",
            NIGHT,
            opacity=0.15,
        )
        + rect(186, 204, 28, 36, red)
        + ellipse(200, 172, 40, 46, red)
    )
    drawn += (
        path("M158 168C150 108 178 94 200 94S250 108 242 168C232 140 168 140 158 168Z", DEEP_BROWN)
        + "".join(
            circle(200 + x, 100 + y, 15, DEEP_BROWN) for x, y in ((-30, 6), (-10, -8), (12, -8), (32, 8))
        )
        + path("M182 174q8-6 14 0M204 174q8-6 14 0", stroke=dark, stroke_width=3.4)
        + path("M190 196q10 7 20 0", stroke=dark, stroke_width=3.4)
        + path("M200 176v12", stroke=dark, stroke_width=3)
    )
    drawn += (
        path(
            "M154 286C120 320 130 352 170 356M246 286C280 320 270 352 230 356",
            stroke=red,
            stroke_width=22,
            stroke_linecap="round",
        )
        + path("M150 340H250C246 378 226 386 200 386S154 378 150 340Z", p.second)
        + ellipse(200, 340, 50, 10, dark)
        + zigzag(160, 352, 80, 14, dark, teeth=7)
        + "".join(circle(160 + i * 10, 264 - abs(i - 4) * -3 - 12, 4.5, GOLD) for i in range(9))
    )
    return scene(p, drawn, shadow=100)


def head(p: Palette, n: int) -> str:
    """A bronze head with fine lines, on a plinth."""
    bronze, dark = "#8C5A2B", "#5E3A18"
    outline = "M148 250C132 180 150 118 200 112C250 118 268 180 252 250C246 290 226 312 200 314C174 312 154 290 148 250Z"
    stripes = "".join(
        path(
            f"M{140 + i * 8} 110C{136 + i * 8.2} 180 {138 + i * 8.2} 250 {152 + i * 6.4} 320",
            stroke=dark,
            stroke_width=1.8,
            opacity=0.7,
        )
        for i in range(16)
    )
    drawn = (
        rect(120, 384, 160, 36, DEEP_BROWN)
        + rect(134, 372, 132, 14, WOOD)
        + path("M176 300H224L230 374H170Z", bronze)
        + "".join(rect(170, 326 + k * 15, 60, 5, dark) for k in range(3))
    )
    drawn += (
        inside(
            "he",
            outline,
            rect(120, 100, 160, 230, bronze)
            + stripes
            + shade("M214 110C250 118 268 180 252 250C246 290 226 312 208 314Q244 220 214 110Z", 0.2),
        )
        + path("M150 176C150 100 176 84 200 84S250 100 250 176C226 150 174 150 150 176Z", dark)
        + "".join(circle(160 + i * 10, 152 - (5 - abs(i - 4)) * 2.6, 4.6, GOLD) for i in range(9))
        + path("M200 84V60", stroke=dark, stroke_width=8)
        + circle(200, 56, 8, GOLD)
    )
    drawn += (
        path("M164 212q14-11 27 0q-13 9-27 0ZM209 212q13-11 27 0q-14 9-27 0Z", COTTON)
        + circle(178, 212, 4.4, NIGHT)
        + circle(222, 212, 4.4, NIGHT)
        + path("M200 214L192 252Q200 258 208 252", stroke=dark, stroke_width=4)
        + path("M182 276Q200 266 218 276Q200 292 182 276Z", dark)
    )
    return scene(p, drawn, shadow=96)


def stilts(p: Palette, n: int) -> str:
    """A stilt-walker in a wide striped skirt."""
    drawn = (
        line("M180 270L160 418", NIGHT, 5)
        + line("M222 270L250 418", NIGHT, 5)
        + path("M192 236L150 300L128 280Z", p.third)
        + path("M208 236L262 300L274 276Z", p.third)
    )
    skirt = "M200 176C160 190 128 250 112 300H288C272 250 240 190 200 176Z"
    drawn += (
        inside(
            "sk",
            skirt,
            "".join(
                path(
                    f"M200 160L{96 + i * 24} 310H{120 + i * 24}Z", (p.first, p.second, COTTON, p.third)[i % 4]
                )
                for i in range(9)
            ),
        )
        + rect(184, 128, 32, 58, p.first, rx=8)
        + line("M186 140L116 96", BROWN, 9)
        + line("M214 140L292 112", BROWN, 9)
        + circle(200, 104, 21, BROWN)
    )
    drawn += (
        path("M154 96Q200 66 246 96L232 84Q200 52 168 84Z", p.second)
        + path("M168 86Q200 20 232 86Q200 72 168 86Z", p.third)
        + circle(193, 106, 3, COTTON)
        + circle(207, 106, 3, COTTON)
        + rect(116, 412, 168, 12, WOOD, rx=5)
        + "".join(path(f"M{112 + i * 22} 300l11 16 11-16Z", p.second) for i in range(8))
    )
    return scene(p, drawn, shadow=88, ground=428)


def toolbox(p: Palette, n: int) -> str:
    """An open box with gouges, blocks and a roller."""
    drawn = (
        path("M60 230H340V420H60Z", PALE_WOOD)
        + rect(74, 244, 252, 162, "#F0DDBD")
        + rect(196, 244, 6, 162, PALE_WOOD)
        + rect(90, 262, 92, 60, "#8A8F98")
        + path("M104 308q14-34 32-20t32-20", stroke=COTTON, stroke_width=5)
        + rect(98, 334, 84, 54, "#6E737C")
        + circle(140, 360, 17, "none", stroke=COTTON, stroke_width=5)
    )
    for y, colour in ((270, p.first), (300, p.third)):
        drawn += (
            ellipse(236, y, 26, 13, PALE_WOOD)
            + rect(256, y - 5, 18, 10, GOLD)
            + path(f"M274 {y - 4}h34l8 4-8 4h-34Z", "#9FA6AD")
            + rect(222, y - 2, 28, 4, colour)
        )
    drawn += (
        rect(220, 336, 84, 38, NIGHT, rx=10)
        + line("M262 374V392", "#9FA6AD", 6)
        + rect(250, 386, 24, 12, p.first, rx=4)
        + path("M60 230L84 150H316L340 230Z", PALE_WOOD)
        + path("M96 164H304L318 218H82Z", p.second)
        + zigzag(96, 180, 208, 30, p.third, teeth=7)
    )
    return scene(p, drawn, shadow=148, ground=424)


def poster(p: Palette, inner: str) -> str:
    """A sheet pinned to a wall."""
    wall = rect(-300, -100, 1000, 700, p.wall) + rect(-300, 430, 1000, 170, p.table)
    sheet = (
        rect(92, 70, 232, 328, NIGHT, opacity=0.14)
        + rect(84, 60, 232, 328, COTTON)
        + picture((98, 74, 204, 270), inner, shown="0 0 400 500")
        + rect(98, 354, 120, 11, NIGHT)
        + rect(98, 371, 74, 7, NIGHT, opacity=0.6)
        + circle(286, 366, 12, p.first)
    )
    return wall + sheet + circle(100, 72, 4, CLAY) + circle(300, 72, 4, CLAY)


def bus(p: Palette, n: int) -> str:
    """A yellow minibus, for a poster."""
    drawn = (
        rect(0, 0, 400, 500, "#A9C7EA") + rect(0, 360, 400, 140, "#B3184E") + circle(310, 110, 56, "#F5EFE4")
    )
    drawn += (
        path("M40 200Q44 164 80 164H300Q340 164 356 214L372 286V370H40Z", "#F4B21B")
        + rect(40, 300, 332, 22, NIGHT)
        + "".join(rect(62 + i * 76, 190, 60, 70, NIGHT, rx=8) for i in range(3))
        + path("M290 190H318Q334 196 342 226L350 260H290Z", NIGHT)
        + rect(150, 176, 4, 190, NIGHT, opacity=0.3)
        + circle(110, 372, 42, NIGHT)
        + circle(110, 372, 18, COTTON)
        + circle(300, 372, 42, NIGHT)
        + circle(300, 372, 18, COTTON)
        + rect(120, 134, 120, 30, "#C9552E", rx=4)
        + rect(140, 112, 70, 24, "#2E7D4F", rx=4)
    )
    return drawn


def hands(p: Palette, n: int) -> str:
    """Six hand signs, for a poster."""
    drawn = ""
    for i in range(6):
        x, y, tone = (i % 2) * 200, (i // 2) * 167, ("#7A4A2B", "#4A2A17", "#9A6238")[i % 3]
        fingers = "".join(
            rect(-36 + k * 19, -58 if (i >> k) & 1 or i in (0, 5) else -14, 16, 60, tone, rx=8)
            for k in range(4)
        )
        drawn += rect(x, y, 200, 167, (p.first, p.second, p.third, COTTON, p.second, p.first)[i]) + group(
            fingers
            + rect(-38, -14, 76, 64, tone, rx=20)
            + group(rect(-8, -34, 17, 52, tone, rx=8), "translate(-40 20) rotate(-38)")
            + rect(-26, 40, 52, 50, COTTON if i != 3 else NIGHT),
            f"translate({x + 104} {y + 88}) rotate({(i % 3 - 1) * 14})",
        )
    return drawn


DRAWERS: dict[str, Drawer] = {f.__name__: f for f in (photo, figure, head, stilts, toolbox, bus, hands)}
FRAMERS: dict[str, Framer] = {"poster": poster}
