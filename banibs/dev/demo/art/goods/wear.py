"""Things to wear and for skin and hair."""

from __future__ import annotations

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
    shade,
)

GOLD, DARK_GOLD = "#F4B21B", "#C98A06"


def scarf(p: Palette) -> str:
    """Folded resist-dyed scarves with a fringe."""
    light, pale = "#E9EDFB", "#3F44AE" if p.first == "#2A2C86" else p.third
    drawn = ""
    for n, (x, y, w, h, dye) in enumerate(
        ((84, 346, 236, 70, p.first), (92, 290, 220, 62, pale), (100, 236, 204, 60, p.first))
    ):
        shape = f"M{x} {y + 10}q0-10 10-10h{w - 40}q30 0 30 {h / 2:g}t-30 {h / 2:g}h-{w - 40}q-10 0-10-10Z"
        marks = ""
        for i in range(9):
            cx, cy = x + 14 + i * 27, y + h / 2
            if n % 2:
                marks += path(f"M{cx - 10} {cy:g}l10-16 10 16-10 16Z", light, opacity=0.9) + path(
                    f"M{cx - 4} {cy:g}l4-7 4 7-4 7Z", dye
                )
            else:
                marks += circle(cx, cy, 11, light) + circle(cx, cy, 7, dye) + circle(cx, cy, 3.5, light)
        edges = rect(x, y + h - 7, w, 7, NIGHT, opacity=0.28) + rect(
            x + w - 46, y, 46, h, NIGHT, opacity=0.16
        )
        drawn += inside(f"s{n}", shape, rect(x, y, w, h, dye) + marks + edges)
    drawn += path("M120 238C120 170 170 150 214 160C262 171 282 200 280 238Z", pale)
    drawn += path("M150 236C156 200 180 176 214 160C262 171 282 200 280 238Z", p.first)
    for x, y in ((200, 196), (232, 190), (222, 220), (256, 214), (186, 222)):
        drawn += circle(x, y, 8, light) + circle(x, y, 4, p.first)
    drawn += "".join(rect(88 + i * 9, 414, 3, 12, p.first) for i in range(26))
    return scene(p, drawn, shadow=130, ground=424)


def earrings(p: Palette) -> str:
    """A pair of brass crescents on a stand."""
    drawn = (
        rect(96, 92, 208, 10, CLAY, rx=5)
        + rect(192, 100, 16, 318, CLAY)
        + rect(140, 408, 120, 14, CLAY, rx=6)
    )
    for x in (140, 260):
        crescent = (
            f"M{x - 52} 182C{x - 56} 262 {x + 56} 262 {x + 52} 182C{x + 36} 228 {x - 36} 228 {x - 52} 182Z"
        )
        turned = f"M{x} 242C{x + 40} 240 {x + 54} 214 {x + 52} 182C{x + 44} 210 {x + 22} 217 {x} 217Z"
        drawn += (
            line(f"M{x} 102v30", NIGHT, 2.5)
            + circle(x, 150, 19, GOLD)
            + path(crescent, GOLD)
            + path(turned, DARK_GOLD)
        )
        drawn += (
            path(f"M{x - 11} 256h22l-11 46Z", p.first) + circle(x, 150, 7, p.first) + circle(x, 312, 7, GOLD)
        )
    return scene(p, drawn, shadow=92)


def necklace(p: Palette) -> str:
    """Strung beads on a bust."""
    drawn = path("M158 96H242V168C300 190 322 250 316 420H84C78 250 100 190 158 168Z", COTTON) + shade(
        "M222 96H242V168C300 190 322 250 316 420H250C266 280 262 200 222 176Z", 0.09
    )
    for n, (drop, colour) in enumerate(((300, p.first), (262, p.second), (228, p.third))):
        for i in range(15):
            t = i / 14
            x = 132 - n * -6 + (136 - n * 12) * t
            y = 176 + 4 * (drop - 176) * t * (1 - t)
            drawn += circle(x, y, 8.5 - n, colour if i % 3 else GOLD)
    drawn += path("M186 300h28l-14 52Z", GOLD) + circle(200, 306, 9, p.first)
    return scene(p, drawn, shadow=128)


def tote(p: Palette) -> str:
    """A cotton bag with a block print."""
    drawn = path("M152 196C150 90 250 90 248 196", stroke="#D9C9A6", stroke_width=13) + path(
        "M104 190H296L310 420H90Z", COTTON
    )
    drawn += shade("M254 190H296L310 420H262Z", 0.08) + rect(140, 236, 120, 132, p.first)
    for i in range(3):
        for j in range(3):
            x, y = 140 + i * 40, 236 + j * 44
            marks = (
                path(f"M{x} {y}h40v44Z", p.second),
                circle(x + 20, y + 22, 14, COTTON),
                path(f"M{x} {y + 44}L{x + 20} {y}L{x + 40} {y + 44}Z", p.third),
            )
            drawn += marks[(i + 2 * j) % 3]
    return scene(p, drawn + rect(104, 190, 192, 9, "#D9C9A6"), shadow=130)


def hat(p: Palette) -> str:
    """A woven hat with a band."""
    crown = "M122 356C118 250 150 204 200 204S282 250 278 356Z"
    rows = "".join(
        line(f"M100 {230 + i * 18}Q200 {214 + i * 18} 300 {230 + i * 18}", "#CFAE74", 2.5) for i in range(8)
    )
    band = path("M116 318Q200 342 284 318V352Q200 376 116 352Z", p.first) + "".join(
        path(f"M{126 + i * 22} 344l8-20 8 20Z", p.second) for i in range(7)
    )
    drawn = ellipse(200, 368, 164, 42, "#DDBE87") + ellipse(200, 362, 164, 40, "#E6CFA4")
    drawn += "".join(
        ellipse(200, 362, 150 - i * 14, 36 - i * 4, "none", stroke="#CFAE74", stroke_width=2)
        for i in range(3)
    )
    drawn += inside(
        "h",
        crown,
        rect(100, 200, 200, 180, "#E6CFA4")
        + rows
        + band
        + shade("M226 200H300V380H214Q262 290 226 200Z", 0.13),
    )
    return scene(p, drawn, shadow=158, ground=408)


def shirt(p: Palette) -> str:
    """A printed shirt on a rail."""
    body = "M148 138L168 122Q200 146 232 122L252 138L322 190L292 246L266 228V404H134V228L108 246L78 190Z"
    prints = ""
    for i in range(6):
        for j in range(8):
            x, y = 86 + j * 34 + (17 if i % 2 else 0), 150 + i * 46
            prints += path(f"M{x} {y}q16-22 32 0q-16 22-32 0Z", p.second if (i + j) % 3 else p.third)
    drawn = rect(60, 78, 280, 8, CLAY, rx=4) + line("M200 84v18q26 4 14 22", NIGHT, 4)
    drawn += inside(
        "t", body, rect(60, 110, 280, 310, p.first) + prints + shade("M226 120H330V410H232Z", 0.12)
    )
    drawn += path("M168 122Q200 146 232 122L222 112Q200 128 178 112Z", NIGHT, opacity=0.5)
    return scene(p, drawn, shadow=96, ground=424)


def jar(p: Palette) -> str:
    """A jar of butter or cream with a dark lid."""
    drawn = rect(118, 210, 164, 206, COTTON, rx=26) + shade(
        "M226 210h30a26 26 0 0 1 26 26v154a26 26 0 0 1-26 26h-30Z", 0.10
    )
    drawn += (
        rect(126, 158, 148, 58, NIGHT, rx=10)
        + rect(236, 158, 38, 58, WHITE, opacity=0.10, rx=10)
        + rect(126, 204, 148, 12, NIGHT, opacity=0.25)
    )
    drawn += (
        rect(118, 264, 164, 104, p.first)
        + rect(118, 264, 164, 12, p.second)
        + rect(118, 356, 164, 12, p.second)
    )
    drawn += "".join(path(f"M{118 + i * 23.4:g} 276l11.7 18 11.7-18Z", COTTON) for i in range(7))
    drawn += (
        circle(200, 326, 18, COTTON)
        + path("M200 312c9 9 9 19 0 28c-9-9-9-19 0-28Z", p.first)
        + gleam(132, 226, 10, 180, 0.45)
    )
    return scene(p, drawn, shadow=104)


def dropper(p: Palette) -> str:
    """An amber bottle of oil with a dropper."""
    body = "M148 230Q148 210 168 206V186H232V206Q252 210 252 230V404Q252 420 236 420H164Q148 420 148 404Z"
    drawn = (
        path("M184 92Q200 78 216 92V150H184Z", NIGHT)
        + rect(172, 146, 56, 44, NIGHT, rx=6)
        + rect(206, 146, 22, 44, WHITE, opacity=0.12, rx=6)
    )
    inner = (
        rect(140, 180, 120, 250, "#8A4B16")
        + rect(140, 250, 120, 180, "#A65C1B")
        + rect(148, 272, 104, 110, COTTON)
    )
    label = (
        rect(148, 272, 104, 10, p.first)
        + rect(148, 372, 104, 10, p.first)
        + path("M200 300c22 18 22 42 0 60c-22-18-22-42 0-60Z", p.second)
        + line("M200 306v48", p.first, 3)
    )
    drawn += inside("d", body, inner + label + shade("M222 180H260V430H222Z")) + gleam(157, 224, 7, 186, 0.35)
    return scene(p, drawn, shadow=84)


def soap(p: Palette) -> str:
    """Bars of soap, one in its wrapper."""
    drawn = rect(92, 332, 216, 84, p.third, rx=14) + rect(232, 332, 76, 84, NIGHT, opacity=0.12, rx=14)
    drawn += (
        rect(150, 332, 92, 84, COTTON)
        + "".join(path(f"M{150 + i * 23} 416l11.5-24 11.5 24Z", p.first) for i in range(4))
        + rect(150, 332, 92, 8, p.first)
    )
    bar = (
        rect(116, 252, 176, 78, p.second, rx=18)
        + rect(232, 252, 60, 78, NIGHT, opacity=0.10, rx=18)
        + rect(138, 270, 122, 42, "none", stroke=WHITE, stroke_width=3, stroke_opacity="0.7", rx=10)
    )
    drawn += group(bar, "rotate(-4 204 290)")
    drawn += "".join(
        circle(x, y, r, WHITE, opacity=0.55)
        for x, y, r in ((128, 226, 15), (156, 206, 9), (276, 224, 12), (250, 200, 7), (300, 246, 6))
    )
    return scene(p, drawn, shadow=124)


def comb(p: Palette) -> str:
    """A carved comb."""
    wood = "#5B2E1A"
    drawn = "".join(path(f"M{137 + i * 14.6:g} 236h9.4l-1.6 176q-3 8-6.2 0Z", wood) for i in range(9))
    drawn += path("M130 250V150C130 90 270 90 270 150V250Z", wood) + path(
        "M222 108C256 114 270 130 270 150V250H236Z", "#3E1D0F", opacity=0.7
    )
    drawn += circle(200, 148, 24, p.second) + circle(200, 148, 13, wood) + circle(200, 148, 5, p.second)
    drawn += (
        "".join(path(f"M{140 + i * 20} 226l10-24 10 24Z", COTTON) for i in range(6))
        + rect(130, 230, 140, 6, p.second)
        + rect(130, 190, 140, 5, p.second)
    )
    return scene(p, drawn, shadow=84, ground=424)
