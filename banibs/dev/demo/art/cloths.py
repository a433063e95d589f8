"""Cloth by the piece, and what is sewn from it."""

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
from banibs.dev.demo.art.strokes import DARK_WOOD, GOLD, WOOD, Drawer, fabric, sprigs, zigzag


def weave(p: Palette, n: int) -> str:
    """A cloth laid flat: eight strips sewn side by side."""
    return fabric(p, n, box=(0, 0, 400, 500), strips=8)


def folded(p: Palette, n: int) -> str:
    """A square of printed cloth, folded in four."""
    outline = "M92 250L300 214L330 372L118 420Z"
    marks = sprigs(COTTON, box=(80, 210, 270, 220), step=30, size=8) + sprigs(
        p.first, box=(80, 210, 270, 220), step=30, size=4
    )
    drawn = path("M118 420L330 372V388L120 434Z", p.third) + path("M120 428L330 380V398L122 442Z", p.second)
    drawn += inside(
        "fo",
        outline,
        rect(60, 190, 300, 260, p.first)
        + group(marks, "rotate(-11 200 300)")
        + line("M92 250L300 214", WHITE, 4, opacity=0.3),
    )
    drawn += path("M300 214L330 372L290 381L266 220Z", NIGHT, opacity=0.16)
    return scene(p, drawn, shadow=128, ground=436)


def headwrap(p: Palette, n: int) -> str:
    """A tied wrap on a wooden head."""
    drawn = path("M168 330C160 370 164 396 150 420H250C236 396 240 370 232 330Z", WOOD) + path(
        "M138 250C138 330 168 352 200 352S262 330 262 250Z", "#8A4B2C"
    )
    drawn += shade("M226 262H262C262 330 232 352 214 352Q240 310 226 262Z", 0.2)
    body = "M116 268C92 168 150 104 206 108C276 108 312 176 286 268C240 236 160 236 116 268Z"
    drawn += inside(
        "hw", body, rect(80, 90, 240, 200, p.first) + sprigs(COTTON, box=(90, 90, 230, 190), step=27, size=5)
    )
    drawn += path("M116 268C160 236 240 236 286 268L282 282C238 254 164 254 120 282Z", p.second)
    drawn += path("M216 146C226 84 300 66 322 106C336 136 296 168 232 172Z", p.first) + path(
        "M206 160C150 96 92 108 96 148C100 178 150 186 208 176Z", p.first
    )
    drawn += (
        path("M232 170C276 158 316 138 318 108C296 150 262 156 232 170Z", NIGHT, opacity=0.2)
        + circle(216, 164, 25, p.second)
        + path("M201 150q16 8 30 26", stroke=NIGHT, stroke_width=3, opacity=0.3)
    )
    return scene(p, drawn, shadow=82)


def cushion(p: Palette, n: int) -> str:
    """A square cushion with a moon."""
    outline = "M96 180Q200 196 304 180Q290 296 306 412Q200 398 94 412Q110 296 96 180Z"
    moon = circle(200, 296, 62, COTTON) + circle(200, 296, 44, p.first) + circle(200, 296, 28, p.second)
    dots = "".join(group(circle(200, 214, 5, COTTON), f"rotate({i * 15} 200 296)") for i in range(24))
    drawn = inside(
        "cu",
        outline,
        rect(80, 160, 240, 270, p.first) + moon + dots + shade("M250 170H320V420H270Q300 296 250 170Z", 0.16),
    )
    return scene(p, drawn, shadow=112, ground=418)


def dress(p: Palette, n: int) -> str:
    """A dress on a hanger."""
    outline = (
        "M158 132Q200 164 242 132L292 178L270 226L252 214L262 270L316 414H84L138 270L148 214L130 226L108 178Z"
    )
    if n % 2:
        cloth = (
            rect(80, 120, 240, 310, p.first)
            + sprigs(COTTON, box=(80, 130, 240, 260), step=22, size=3)
            + rect(80, 380, 240, 34, p.second)
            + zigzag(84, 384, 232, 26, p.third, teeth=9)
        )
    else:
        cloth = fabric(p, n, box=(80, 120, 240, 310), strips=7)
    drawn = path("M200 116V96a13 13 0 1 1 13 13", stroke=NIGHT, stroke_width=5) + path(
        "M200 116L118 158H282Z", "none", stroke=DARK_WOOD, stroke_width=8, stroke_linejoin="round"
    )
    drawn += inside("dr", outline, cloth + shade("M236 200L330 420H270L226 214Z", 0.14)) + path(
        "M138 268H262V284H138Z", p.third
    )
    drawn += path("M158 132Q200 164 242 132", stroke=p.second, stroke_width=7)
    return scene(p, drawn, shadow=104, ground=430)


def jacket(p: Palette, n: int) -> str:
    """A work jacket in mud cloth."""
    mud = "#2B1A12"
    outline = "M150 132L250 132L306 176L322 360L280 368L268 236V420H132V236L120 368L78 360L94 176Z"
    marks = "".join(
        path(f"M{x} {y}l14 18l-14 18l-14-18Z", "none", stroke=COTTON, stroke_width=4)
        for x in range(100, 320, 44)
        for y in range(150, 420, 58)
    )
    marks += "".join(rect(60, y, 300, 4, COTTON) for y in range(204, 420, 58))
    drawn = path("M200 116V96a13 13 0 1 1 13 13", stroke=NIGHT, stroke_width=5) + inside(
        "ja", outline, rect(60, 120, 290, 310, mud) + marks
    )
    drawn += (
        path("M200 150V420", stroke=COTTON, stroke_width=3)
        + path("M150 132L200 186L250 132L232 126H168Z", p.second)
        + rect(148, 320, 44, 54, mud)
        + rect(208, 320, 44, 54, mud)
        + rect(210, 222, 40, 40, mud)
    )
    drawn += "".join(rect(x, y, 44, 8, p.second) for x, y in ((148, 320), (208, 320))) + rect(
        210, 222, 40, 7, p.second
    )
    drawn += "".join(circle(200, y, 5, GOLD) for y in (210, 250, 290, 330, 370)) + shade(
        "M250 132L306 176L322 360L280 368L268 236V420H240Z", 0.22
    )
    return scene(p, drawn, shadow=110, ground=432)


def apron(p: Palette, n: int) -> str:
    """An apron on a peg."""
    drawn = rect(120, 96, 160, 14, WOOD, rx=7) + circle(200, 104, 9, DARK_WOOD)
    drawn += path("M160 176C164 120 194 110 200 106C206 110 236 120 240 176", stroke=p.second, stroke_width=8)
    outline = "M152 172H248L262 246Q296 254 300 280L292 420H108L100 280Q104 254 138 246Z"
    drawn += path("M102 262Q60 300 74 372", stroke=p.second, stroke_width=7) + path(
        "M298 262Q340 300 326 372", stroke=p.second, stroke_width=7
    )
    drawn += (
        path(outline, p.first)
        + rect(152, 172, 96, 10, p.second)
        + rect(140, 300, 120, 74, NIGHT, opacity=0.18)
        + rect(140, 300, 120, 8, p.second)
    )
    drawn += (
        path("M210 308V360", stroke=p.second, stroke_width=2.5, stroke_dasharray="5 4")
        + rect(224, 268, 9, 92, "#D9A066", rx=4)
        + ellipse(228, 262, 13, 17, "#D9A066")
    )
    drawn += (
        rect(210, 308, 50, 66, p.first)
        + rect(210, 308, 50, 66, NIGHT, opacity=0.18)
        + shade("M236 172H248L262 246Q296 254 300 280L292 420H262Z", 0.14)
    )
    return scene(p, drawn, shadow=0, ground=440)


def shawl(p: Palette, n: int) -> str:
    """A white shawl with a woven border, folded twice."""
    drawn = ""
    for i, (x, y, w) in enumerate(((84, 352, 232), (92, 300, 218), (98, 250, 206))):
        border = (
            rect(x + w - 66, y, 66, 56, p.first)
            + zigzag(x + w - 66, y + 6, 66, 18, p.second, teeth=4)
            + zigzag(x + w - 66, y + 32, 66, 18, p.third, teeth=4)
        )
        shape = f"M{x} {y + 8}q0-8 8-8h{w - 36}q28 0 28 28t-28 28h-{w - 36}q-8 0-8-8Z"
        drawn += inside(
            f"sh{i}",
            shape,
            rect(x, y, w, 56, COTTON)
            + border
            + rect(x, y + 48, w, 8, NIGHT, opacity=0.16)
            + path(f"M{x} {y + 28}h{w}", stroke=NIGHT, stroke_width=1.5, opacity=0.12),
        )
    drawn += (
        path("M122 252C122 190 170 168 206 178C256 190 282 214 280 252Z", WHITE)
        + path("M210 252C214 214 226 192 206 178C256 190 282 214 280 252Z", p.first)
        + path("M240 252C244 226 246 206 236 190C262 202 274 226 272 252Z", p.second)
    )
    drawn += "".join(rect(86 + i * 9, 408, 3, 15, COTTON) for i in range(17))
    return scene(p, drawn, shadow=128, ground=424)


def towel(p: Palette, n: int) -> str:
    """A tea towel over a rail, printed with flowers."""
    drawn = (
        rect(60, 128, 280, 12, WOOD, rx=6) + circle(72, 134, 10, DARK_WOOD) + circle(328, 134, 10, DARK_WOOD)
    )
    drawn += (
        rect(124, 126, 152, 250, COTTON, rx=3)
        + rect(124, 340, 152, 10, p.first)
        + rect(124, 356, 152, 5, p.second)
    )
    for x, y, size in ((172, 200, 1.0), (232, 262, 1.15), (166, 300, 0.8)):
        petals = "".join(
            group(
                path("M0-6C-12-20-8-36 0-44C8-36 12-20 0-6Z", p.first if i % 2 else p.second),
                f"rotate({i * 30 - 90})",
            )
            for i in range(7)
        )
        drawn += group(
            path("M0 0C4 20 0 40-6 54", stroke=p.third, stroke_width=5) + petals + circle(0, -6, 9, GOLD),
            f"translate({x} {y}) scale({size})",
        )
    drawn += rect(124, 126, 152, 16, NIGHT, opacity=0.1) + rect(248, 126, 28, 250, NIGHT, opacity=0.07)
    return scene(p, drawn, shadow=0, ground=440)


def quilt(p: Palette, n: int) -> str:
    """A pieced quilt, folded over a rail."""
    blocks = ""
    for row in range(5):
        for column in range(4):
            x, y, colours = (
                88 + column * 56,
                140 + row * 56,
                (p.first, p.second, p.third, COTTON, NIGHT, "#F3CDBF"),
            )
            a, b = colours[(row * 3 + column * 2 + n) % 6], colours[(row + column * 5 + n + 3) % 6]
            b = COTTON if a == b else b
            blocks += rect(x, y, 56, 56, a) + (
                path(f"M{x} {y}h56v56Z", b) if (row + column) % 2 else rect(x + 14, y + 14, 28, 28, b)
            )
    stitches = "".join(
        path(
            f"M88 {y}q14-16 28 0t28 0t28 0t28 0t28 0t28 0t28 0t28 0",
            stroke=WHITE,
            stroke_width=1.6,
            opacity=0.4,
            stroke_dasharray="5 4",
        )
        for y in range(160, 420, 28)
    )
    drawn = path("M80 132H320V146H80Z", WOOD) + inside(
        "qu", "M88 132H312V412Q200 424 88 412Z", blocks + stitches + shade("M270 130H312V420H284Z", 0.14)
    )
    return scene(p, drawn, shadow=116, ground=424)


def bonnet(p: Palette, n: int) -> str:
    """A satin bonnet on a stand."""
    drawn = rect(190, 316, 20, 92, WOOD) + rect(146, 404, 108, 16, DARK_WOOD, rx=8)
    drawn += path("M92 268C72 150 150 96 206 98C276 100 330 164 308 268C240 300 160 300 92 268Z", p.first)
    drawn += path(
        "M206 98C276 100 330 164 308 268C292 276 276 281 258 285C292 216 262 136 206 98Z", NIGHT, opacity=0.16
    )
    drawn += "".join(
        path(
            f"M{200 + (i - 4) * 6} 108C{200 + (i - 4) * 26} 160 {200 + (i - 4) * 27} 210 {200 + (i - 4) * 23} 276",
            stroke=WHITE,
            stroke_width=2.4,
            opacity=0.28,
        )
        for i in range(9)
    )
    drawn += path("M88 262C150 300 250 300 312 262L314 292C250 330 150 330 86 292Z", p.second) + path(
        "M88 270C150 308 250 308 312 270", stroke=WHITE, stroke_width=3, opacity=0.35
    )
    return scene(p, drawn, shadow=72)


def tutu(p: Palette, n: int) -> str:
    """A skirt of three layers of net."""
    drawn = path("M200 150V128a13 13 0 1 1 13 13", stroke=NIGHT, stroke_width=5) + path(
        "M128 172H272", stroke=WOOD, stroke_width=9, stroke_linecap="round"
    )
    for y, wide, colour in ((196, 142, p.third), (196, 118, p.second), (196, 92, p.first)):
        bottom = y + 30 + wide * 1.3
        edge = "".join(f"q-{wide / 6:g} 22-{wide / 3:g} 0" for _ in range(6))
        drawn += path(f"M152 {y}H248L{200 + wide} {bottom:g}{edge}Z", colour, opacity=0.9)
        drawn += "".join(
            path(
                f"M{160 + i * 16} {y}L{200 + (i - 2.5) * wide / 3:g} {bottom:g}",
                stroke=WHITE,
                stroke_width=1.5,
                opacity=0.35,
            )
            for i in range(6)
        )
    drawn += rect(148, 178, 104, 26, p.second, rx=6) + circle(200, 192, 11, GOLD)
    return scene(p, drawn, shadow=110, ground=430)


def ribbons(p: Palette, n: int) -> str:
    """A fan of printed ribbons tied together."""
    colours = (p.first, p.second, p.third, COTTON, "#2E7D4F", "#C9552E", "#A9C7EA")
    drawn = ""
    for i in range(13):
        marks = "".join(
            rect(
                -6, 40 + k * 17, 12, 3, NIGHT if colours[i % 7] in (COTTON, p.second) else COTTON, opacity=0.7
            )
            for k in range(13)
        )
        drawn += group(
            path("M-9 10H9V284l-9-12-9 12Z", colours[i % 7]) + marks,
            f"translate(200 116) rotate({(i - 6) * 8.5:g})",
        )
    drawn += circle(200, 124, 24, CLAY) + circle(200, 124, 14, GOLD)
    return scene(p, drawn, shadow=0, ground=440)


def dipped(p: Palette, n: int) -> str:
    """A folded linen throw, dipped to three blues."""
    drawn = ""
    for i, (x, y, w, colour) in enumerate(
        ((82, 350, 236, "#1F2070"), (90, 292, 222, "#3F5DB0"), (98, 236, 208, "#A9C7EA"))
    ):
        shape = f"M{x} {y + 10}q0-10 10-10h{w - 42}q32 0 32 29t-32 29h-{w - 42}q-10 0-10-10Z"
        threads = "".join(
            path(f"M{x} {y + 8 + k * 8}h{w}", stroke=WHITE, stroke_width=1.4, opacity=0.2) for k in range(7)
        )
        fold = path(f"M{x + w - 60} {y + 29}q30-2 46-14", stroke=NIGHT, stroke_width=3, opacity=0.25)
        drawn += inside(
            f"di{i}",
            shape,
            rect(x, y, w, 58, colour)
            + threads
            + fold
            + rect(x, y + 50, w, 8, NIGHT, opacity=0.22)
            + rect(x + w - 46, y, 46, 58, NIGHT, opacity=0.1),
        )
    drawn += "".join(
        path(f"M{88 + i * 11} 406v16m-3 0h6", stroke="#1F2070", stroke_width=3.4) for i in range(20)
    )
    return scene(p, drawn, shadow=130, ground=426)


def tee(p: Palette, n: int) -> str:
    """A child's T-shirt with a printed sun."""
    outline = "M150 150Q200 178 250 150L314 190L288 258L258 240V404H142V240L112 258L86 190Z"
    rays = "".join(group(path("M200 244l8-22h-16Z", GOLD), f"rotate({i * 30} 200 296)") for i in range(12))
    drawn = path("M200 120V100a12 12 0 1 1 12 12", stroke=NIGHT, stroke_width=5) + path(
        "M200 120L128 160H272Z", "none", stroke=WOOD, stroke_width=8, stroke_linejoin="round"
    )
    drawn += inside(
        "te",
        outline,
        rect(70, 130, 260, 290, COTTON)
        + rays
        + circle(200, 296, 38, p.third)
        + path("M162 296a38 38 0 0 0 76 0Z", p.first)
        + shade("M240 150H330V420H232Q256 300 240 150Z", 0.09),
    )
    drawn += path("M150 150Q200 178 250 150", stroke=p.first, stroke_width=9) + "".join(
        rect(x, 362, w, 7, NIGHT, opacity=0.7) for x, w in ((162, 34), (202, 36))
    )
    return scene(p, drawn, shadow=86, ground=428)


DRAWERS: dict[str, Drawer] = {
    function.__name__: function
    for function in (
        weave,
        folded,
        headwrap,
        cushion,
        dress,
        jacket,
        apron,
        shawl,
        towel,
        quilt,
        bonnet,
        tutu,
        ribbons,
        dipped,
        tee,
    )
}
