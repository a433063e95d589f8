"""Books, paper, screens: what is read, written on or watched. Framers hold another drawing."""

from __future__ import annotations

from banibs.dev.demo.art.goods.pen import (
    COTTON,
    NIGHT,
    WHITE,
    Palette,
    circle,
    group,
    inside,
    line,
    path,
    rect,
    scene,
)
from banibs.dev.demo.art.strokes import (
    BROWN,
    DEEP_BROWN,
    GOLD,
    Drawer,
    Framer,
    lines,
    picture,
    sprigs,
    zigzag,
)


def novel(p: Palette, n: int) -> str:
    """A paperback, standing: a bridge over water, or roofs."""
    cover = rect(118, 96, 196, 310, p.first)
    if n == 1:
        cover += (
            rect(118, 290, 196, 116, p.third)
            + circle(256, 190, 40, p.second)
            + path("M118 300C170 236 262 236 314 300", stroke=COTTON, stroke_width=7)
            + rect(118, 296, 196, 10, COTTON)
            + "".join(rect(134 + i * 34, 300, 7, 106, COTTON) for i in range(6))
            + "".join(
                path(f"M{120 + i * 40} {340 + i % 2 * 30}h30", stroke=WHITE, stroke_width=3, opacity=0.5)
                for i in range(5)
            )
        )
    else:
        cover += "".join(
            path(
                f"M{118 + (i % 4) * 52 - 14} {236 + (i // 4) * 58}l38-32 38 32v40h-76Z",
                (p.second, COTTON, p.third, NIGHT)[(i * 3 + i // 4) % 4],
            )
            for i in range(16)
        )
    cover += (
        rect(140, 124, 150, 17, COTTON) + rect(140, 149, 96, 17, COTTON) + rect(140, 178, 58, 6, p.second)
    )
    drawn = (
        path("M314 96L330 108V414L314 406Z", "#E8DFCF")
        + inside("nv", "M118 96H314V406H118Z", cover)
        + rect(104, 96, 18, 310, p.first)
        + rect(104, 96, 18, 310, NIGHT, opacity=0.28)
        + rect(122, 96, 6, 310, WHITE, opacity=0.16)
    )
    return scene(p, drawn, shadow=118, ground=412)


def comic(p: Palette, n: int) -> str:
    """A stapled comic with four panels on its cover."""
    drawn = (
        group(
            rect(108, 104, 200, 306, COTTON) + rect(108, 104, 200, 306, NIGHT, opacity=0.12),
            "rotate(5 210 260)",
        )
        + rect(96, 100, 206, 312, COTTON)
        + rect(108, 112, 182, 46, p.first)
        + rect(122, 124, 110, 10, COTTON)
        + rect(122, 140, 70, 8, COTTON)
    )
    drawn += (
        rect(108, 166, 88, 110, "#F4B21B")
        + rect(202, 166, 88, 110, "#2A2C86")
        + rect(108, 284, 182, 116, "#A9C7EA")
    )
    drawn += (
        circle(152, 214, 24, BROWN)
        + path("M126 206Q152 170 178 206Z", NIGHT)
        + path("M112 276Q152 226 194 276Z", p.first)
        + circle(143, 216, 3, NIGHT)
        + circle(160, 216, 3, NIGHT)
        + path("M144 228q8 7 16 0", stroke=NIGHT, stroke_width=3)
    )
    drawn += (
        path("M246 176l12 24 26-4-18 20 14 24-26-8-18 20-2-28-26-8 24-12Z", "#F4B21B")
        + rect(126, 322, 128, 52, "#F4B21B", rx=8)
        + rect(126, 350, 128, 7, NIGHT)
        + "".join(rect(136 + i * 30, 330, 22, 16, NIGHT) for i in range(3))
        + circle(154, 376, 12, NIGHT)
        + circle(228, 376, 12, NIGHT)
        + rect(258, 326, 8, 40, BROWN)
        + circle(262, 318, 9, BROWN)
    )
    return scene(p, drawn, shadow=118, ground=418)


def notebook(p: Palette, n: int) -> str:
    """Three top-bound notebooks."""
    drawn = ""
    for x, y, turn, colour in ((216, 118, 9, p.first), (150, 122, -7, p.third), (178, 148, 1, p.second)):
        rings = "".join(rect(8 + i * 16, -9, 6, 22, "#9FA6AD", rx=3) for i in range(8))
        drawn += group(
            rect(4, 6, 136, 216, NIGHT, opacity=0.16)
            + rect(0, 0, 136, 216, colour, rx=4)
            + rect(22, 46, 92, 50, COTTON, rx=3)
            + rect(34, 60, 68, 6, NIGHT, opacity=0.7)
            + rect(34, 74, 44, 6, NIGHT, opacity=0.5)
            + rect(0, 196, 136, 8, NIGHT, opacity=0.14)
            + rings,
            f"translate({x - 44} {y + 42}) rotate({turn})",
        )
    return scene(p, drawn, shadow=118, ground=416)


def cards(p: Palette, n: int) -> str:
    """A fan of cards in single bright colours."""
    inks = (p.first, p.second, p.third, "#2E7D4F", "#C9552E", "#2A2C86")
    marks = (
        path("M-22 30V-10h44v40M-22-10L0-36 22-10", stroke=COTTON, stroke_width=8), circle(0, 0, 26, COTTON), path("M-26 26L0-30 26 26Z", COTTON),
        path("M-24-24h48v48h-48Z", COTTON), path("M0-32l10 22 24 2-18 16 6 24-22-13-22 13 6-24-18-16 24-2Z", COTTON), path("M-26 0a26 26 0 0 1 52 0ZM-26 6h52v20h-52Z", COTTON),
    )  # fmt: skip
    drawn = ""
    for i in range(6):
        letter = marks[(i + (0 if n == 1 else 3)) % 6]
        drawn += group(
            rect(-52, -300, 110, 150, NIGHT, opacity=0.12, rx=4)
            + rect(-56, -306, 110, 150, COTTON, rx=4)
            + rect(-48, -298, 94, 134, inks[i], rx=2)
            + group(letter, "translate(-1 -231)"),
            f"translate(200 462) rotate({-35 + i * 14}) scale(.86)",
        )
    return scene(p, drawn, shadow=0, ground=440)


def journal(p: Palette, n: int) -> str:
    """A leather cover with a pen loop."""
    drawn = (
        rect(116, 104, 188, 306, COTTON, rx=4)
        + rect(104, 100, 190, 312, "#B5793F", rx=8)
        + rect(104, 100, 26, 312, NIGHT, opacity=0.16, rx=8)
        + rect(
            116,
            112,
            166,
            288,
            "none",
            rx=5,
            stroke=COTTON,
            stroke_width=2.4,
            stroke_dasharray="8 6",
            opacity=0.8,
        )
        + rect(286, 226, 22, 46, "#8A5526", rx=6)
        + rect(291, 130, 11, 250, NIGHT, rx=5)
        + path("M291 380h11l-5 20Z", GOLD)
        + rect(291, 142, 11, 8, GOLD)
    )
    drawn += (
        path("M200 220l34 36-34 36-34-36Z", "none", stroke=DEEP_BROWN, stroke_width=5)
        + circle(200, 256, 9, DEEP_BROWN)
        + path("M244 100V440l-9-12-9 12V100Z", p.first)
    )
    return scene(p, drawn, shadow=112, ground=418)


def cookbook(p: Palette, inner: str) -> str:
    """A thick hardback with a picture in a window."""
    drawn = (
        path("M308 104L328 118V420L308 412Z", "#E8DFCF")
        + rect(96, 98, 214, 316, p.first, rx=4)
        + rect(96, 98, 22, 316, NIGHT, opacity=0.25)
        + picture((140, 184, 146, 168), inner)
        + rect(140, 184, 146, 168, "none", stroke=COTTON, stroke_width=6)
        + rect(140, 122, 146, 16, COTTON)
        + rect(140, 146, 96, 14, p.second)
        + rect(140, 372, 80, 8, COTTON, opacity=0.8)
        + rect(118, 98, 5, 316, WHITE, opacity=0.18)
    )
    return scene(p, drawn, shadow=126, ground=418)


def picturebook(p: Palette, inner: str) -> str:
    """A square children's book."""
    drawn = (
        path("M318 158L336 170V408L318 400Z", "#E8DFCF")
        + rect(72, 152, 250, 256, p.first, rx=8)
        + rect(72, 152, 18, 256, NIGHT, opacity=0.2)
        + picture((108, 222, 196, 172), inner, shown="50 90 300 340")
        + circle(282, 196, 24, p.second)
        + circle(292, 190, 20, p.first)
        + rect(108, 174, 128, 15, COTTON, rx=7)
        + rect(108, 197, 84, 13, p.second, rx=6)
        + "".join(circle(x, y, 3, COTTON) for x, y in ((246, 176), (258, 206), (232, 198), (304, 214)))
    )
    return scene(p, drawn, shadow=136, ground=414)


def spider(p: Palette, n: int) -> str:
    """Anansi, for a book's cover."""
    drawn = rect(0, 0, 400, 500, p.wall) + path("M200 90V190", stroke=WHITE, stroke_width=4)
    drawn += "".join(
        path(
            f"M200 270C{200 + s * 70} {190 + k * 34} {200 + s * 110} {200 + k * 44} {200 + s * (120 - k * 6)} {290 + k * 42}",
            stroke=NIGHT,
            stroke_width=11,
            stroke_linecap="round",
        )
        for k in range(4)
        for s in (-1, 1)
    )
    return (
        drawn
        + circle(200, 300, 62, p.first)
        + circle(200, 218, 40, NIGHT)
        + circle(186, 212, 11, WHITE)
        + circle(214, 212, 11, WHITE)
        + circle(188, 214, 5, NIGHT)
        + circle(212, 214, 5, NIGHT)
        + path("M184 236q16 12 32 0", stroke=p.second, stroke_width=5)
        + zigzag(146, 290, 108, 24, p.second, teeth=5)
        + path("M164 186l14-30h44l14 30Z", p.third)
    )


def pages(p: Palette, inner: str) -> str:
    """An open spread: a picture on the left, type on the right."""
    drawn = path(
        "M52 192Q126 166 200 192Q274 166 348 192V398Q274 374 200 398Q126 374 52 398Z", COTTON
    ) + path("M44 200L52 192V398L200 398L348 398V192L356 200V410Q274 386 200 410Q126 386 44 410Z", p.first)
    drawn += (
        path("M52 192Q126 166 200 192V398Q126 374 52 398Z", WHITE)
        + path("M200 192Q274 166 348 192V398Q274 374 200 398Z", COTTON)
        + picture((72, 204, 108, 162), inner)
        + rect(222, 202, 88, 12, p.first)
        + lines(222, 228, 106, NIGHT, count=12)
        + path("M200 192V398", stroke=NIGHT, stroke_width=3, opacity=0.25)
        + path("M200 192Q186 186 172 184V388Q186 391 200 398Z", NIGHT, opacity=0.08)
    )
    return scene(p, drawn, shadow=150, ground=414)


def reader(p: Palette, inner: str) -> str:
    """An e-reader with a cover on its screen."""
    drawn = (
        rect(108, 92, 196, 322, NIGHT, rx=16)
        + rect(108, 92, 196, 322, WHITE, opacity=0.06, rx=16)
        + rect(124, 110, 164, 262, COTTON, rx=3)
        + picture((136, 122, 140, 196), inner)
        + rect(136, 330, 112, 9, NIGHT, opacity=0.75)
        + rect(136, 346, 70, 7, NIGHT, opacity=0.45)
        + circle(206, 394, 8, COTTON, opacity=0.7)
    )
    return scene(p, drawn, shadow=110, ground=420)


def screen(p: Palette, inner: str) -> str:
    """A laptop showing a lesson."""
    drawn = (
        rect(58, 150, 284, 196, NIGHT, rx=12)
        + picture((70, 162, 260, 172), inner, shown="10 100 380 330")
        + rect(70, 310, 260, 24, NIGHT, opacity=0.72)
        + rect(84, 320, 190, 5, WHITE, opacity=0.4)
        + rect(84, 320, 78, 5, GOLD)
        + circle(162, 322.5, 6, GOLD)
        + path("M40 346H360L372 366Q374 376 362 376H38Q26 376 28 366Z", "#D8D3C4")
        + rect(164, 350, 72, 7, NIGHT, opacity=0.22, rx=3)
    )
    drawn += circle(200, 236, 33, WHITE) + path(
        "M190 218l28 18-28 18Z", p.third if p.third != COTTON else p.first
    )
    return scene(p, drawn, shadow=158, ground=384)


def patternsheet(p: Palette, n: int) -> str:
    """Pattern pieces on paper, with a tape."""
    drawn = group(
        rect(70, 86, 260, 316, COTTON)
        + rect(70, 86, 260, 316, "none", stroke=NIGHT, stroke_width=1.5, opacity=0.2),
        "rotate(-3 200 240)",
    )
    pieces = {
        1: ("M104 130h76v96l-14 10v76h-62Z", "M208 124h84v70l-84 20Z", "M212 236h80v92h-80Z"),
        2: ("M100 128h120v78H100Z", "M100 226h120v60H100Z", "M240 128h56v120q-28 20-56 0Z"),
        3: ("M108 128h70l26 190H92Z", "M218 128q40 26 76 0v80l-76 10Z", "M222 244h70v28h-70Z"),
    }.get(
        n,
        (
            "M100 318A196 196 0 0 1 296 130v64a132 132 0 0 0-130 124Z",
            "M212 250h88v26h-88Z",
            "M216 296h54v40h-54Z",
        ),
    )
    for i, d in enumerate(pieces):
        colour = (p.first, p.second, p.third)[i]
        drawn += (
            path(d, colour, opacity=0.22)
            + path(d, "none", stroke=colour if colour != COTTON else NIGHT, stroke_width=3.4)
            + path(
                d,
                "none",
                stroke=NIGHT,
                stroke_width=1.4,
                stroke_dasharray="6 5",
                transform="translate(3 3)",
                opacity=0.5,
            )
        )
    drawn += line("M140 150v56M256 152v30M254 252v22", NIGHT, 2.5) + "".join(
        rect(104 + i * 24, 352, 12, 6, NIGHT, opacity=0.6) for i in range(8)
    )
    drawn += (
        path("M60 380C120 350 170 420 230 392S320 372 350 396", stroke=p.second, stroke_width=17)
        + path(
            "M60 380C120 350 170 420 230 392S320 372 350 396",
            stroke=NIGHT,
            stroke_width=11,
            stroke_dasharray="2 10",
        )
        + group(
            path("M0 0L-12-62M0 0L14-60", stroke="#9FA6AD", stroke_width=8, stroke_linecap="round")
            + circle(-9, 18, 13, "none", stroke=p.first, stroke_width=7)
            + circle(13, 18, 13, "none", stroke=p.first, stroke_width=7),
            "translate(300 350) rotate(-30)",
        )
    )
    return scene(p, drawn, shadow=0, ground=440)


def chart(p: Palette, n: int) -> str:
    """A squared chart with stepped borders."""
    drawn = rect(84, 80, 240, 316, NIGHT, opacity=0.12) + rect(76, 72, 240, 316, COTTON)
    cell, top = 12, 84
    ink = {1: "#2A2C86", 2: "#B3184E"}.get(n, NIGHT)
    rows = (
        lambda r, c: (c + r) % 8 < 2,
        lambda r, c: abs(c % 8 - 4) == r % 5,
        lambda r, c: abs(c % 10 - 5) + abs(r % 8 - 4) in (2, 4),
        lambda r, c: (c // 2 + r // 2) % 3 == 0,
    )
    for r in range(24):
        for c in range(18):
            if rows[(r // 6 + n) % 4](r % 6, c) and r % 6 != 5:
                drawn += rect(
                    88 + c * cell,
                    top + r * cell,
                    cell,
                    cell,
                    (ink, p.first if p.first not in (COTTON, GOLD) else "#C9552E")[(r // 6) % 2],
                )
    drawn += "".join(rect(88, top + r * cell, 216, 1, NIGHT, opacity=0.18) for r in range(25)) + "".join(
        rect(88 + c * cell, top, 1, 288, NIGHT, opacity=0.18) for c in range(19)
    )
    return scene(
        p,
        drawn
        + group(
            rect(-6, -70, 12, 120, GOLD, rx=2)
            + path("M-6 50h12l-6 18Z", "#F0DDBD")
            + path("M-2 62h4l-2 6Z", NIGHT)
            + rect(-6, -82, 12, 14, "#F06A8F", rx=3),
            "translate(312 380) rotate(38)",
        ),
        shadow=0,
        ground=440,
    )


def paperdolls(p: Palette, n: int) -> str:
    """A sheet of paper dolls and their clothes."""
    drawn = rect(72, 70, 256, 326, NIGHT, opacity=0.12) + rect(64, 62, 256, 326, WHITE)
    for i, (x, tone) in enumerate(((130, "#7A4A2B"), (252, "#4A2A17"))):
        drawn += (
            circle(x, 118, 21, tone)
            + (
                circle(x - 18, 102, 13, NIGHT) + circle(x + 18, 102, 13, NIGHT)
                if i == 0
                else path(f"M{x - 24} 118Q{x - 26} 88 {x} 88T{x + 24} 118Q{x} 100 {x - 24} 118Z", NIGHT)
            )
            + path(f"M{x - 16} 140h32l6 60h-44Z", COTTON)
            + line(f"M{x - 18} 148l-22 34M{x + 18} 148l22 34", tone, 9)
            + rect(x - 14, 198, 11, 34, tone)
            + rect(x + 3, 198, 11, 34, tone)
            + circle(x - 6, 116, 2.4, WHITE)
            + circle(x + 6, 116, 2.4, WHITE)
        )
    for i, (x, y) in enumerate(((106, 262), (192, 256), (278, 262))):
        d = f"M{x - 16} {y}h32l18 26-14 10-6-8 12 74h-52l12-74-6 8-14-10Z"
        drawn += (
            inside(
                f"pd{i}",
                d,
                rect(x - 60, y - 6, 120, 120, (p.first, "#2A2C86", p.third)[i])
                + (
                    sprigs(GOLD, box=(x - 50, y, 100, 110), step=18, size=4)
                    if i != 1
                    else "".join(rect(x - 60, y + k * 18, 120, 8, GOLD) for k in range(7))
                ),
            )
            + path(d, "none", stroke=NIGHT, stroke_width=1.6, stroke_dasharray="5 4")
            + rect(x - 15, y - 9, 9, 9, "none", stroke=NIGHT, stroke_width=1.4)
            + rect(x + 6, y - 9, 9, 9, "none", stroke=NIGHT, stroke_width=1.4)
        )
    return scene(p, drawn, shadow=0, ground=440)


DRAWERS: dict[str, Drawer] = {
    f.__name__: f for f in (novel, comic, notebook, cards, journal, spider, patternsheet, chart, paperdolls)
}
FRAMERS: dict[str, Framer] = {f.__name__: f for f in (cookbook, picturebook, pages, reader, screen)}
