"""The pen: shapes as SVG text with presentation attributes only, and the scene that a thing stands in."""

from __future__ import annotations

from dataclasses import dataclass

NIGHT, COTTON, CLAY, STRAW, WHITE = "#16182B", "#F5EFE4", "#7E4329", "#E6CFA4", "#FFFFFF"


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one picture: the wall, the table, and three of the thing itself."""

    wall: str
    table: str
    first: str
    second: str
    third: str


PALETTES = {
    "hibiscus": Palette("#F3CDBF", "#EAB8A6", "#B3184E", "#F4B21B", "#2A2C86"),
    "indigo": Palette("#A9C7EA", "#8FB3DB", "#2A2C86", "#F4B21B", "#C9552E"),
    "marigold": Palette("#F4B21B", "#DB9A07", "#2E7D4F", "#B3184E", "#2A2C86"),
    "cotton": Palette("#F5EFE4", "#E2D6C2", "#2A2C86", "#C9552E", "#F4B21B"),
    "sand": Palette("#E6CFA4", "#D5B985", "#2E7D4F", "#F4B21B", "#B3184E"),
    "laterite": Palette("#C9552E", "#A9431F", "#F4B21B", "#2A2C86", "#F5EFE4"),
    "leaf": Palette("#2E7D4F", "#225F3C", "#F4B21B", "#B3184E", "#F5EFE4"),
    "lilac": Palette("#D9D6F5", "#BDB9EA", "#B3184E", "#F4B21B", "#2A2C86"),
    "blush": Palette("#F0C7D4", "#E3A9BC", "#C9552E", "#F4B21B", "#2E7D4F"),
    "sage": Palette("#BFD9C8", "#9CC2AA", "#2A2C86", "#F4B21B", "#B3184E"),
    "sky": Palette("#C8DDF3", "#A5C4E6", "#2E7D4F", "#B3184E", "#F4B21B"),
    "clay": Palette("#E9B39A", "#D2926F", "#2A2C86", "#F4B21B", "#2E7D4F"),
    "wine": Palette("#B3184E", "#8F113D", "#F4B21B", "#2A2C86", "#F3CDBF"),
    "dusk": Palette("#2A2C86", "#1E2068", "#F4B21B", "#B3184E", "#CFCDF3"),
    "night": Palette("#16182B", "#0E1020", "#F4B21B", "#C9552E", "#A9C7EA"),
    "straw": Palette("#F3D27A", "#E2B84B", "#2E7D4F", "#B3184E", "#2A2C86"),
}


def _more(extra: dict[str, object]) -> str:
    return "".join(f' {name.replace("_", "-")}="{value}"' for name, value in extra.items())


def rect(x: float, y: float, width: float, height: float, fill: str, **extra: object) -> str:
    """A rectangle."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"{_more(extra)}/>'


def circle(x: float, y: float, radius: float, fill: str, **extra: object) -> str:
    """A circle."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"{_more(extra)}/>'


def ellipse(x: float, y: float, wide: float, high: float, fill: str, **extra: object) -> str:
    """An ellipse."""
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{wide:g}" ry="{high:g}" fill="{fill}"{_more(extra)}/>'


def path(d: str, fill: str = "none", /, **extra: object) -> str:
    """A path; without a fill, a line."""
    return f'<path d="{d}" fill="{fill}"{_more(extra)}/>'


def line(d: str, colour: str, width: float, **extra: object) -> str:
    """A stroke with round ends."""
    return path(d, "none", stroke=colour, stroke_width=width, stroke_linecap="round", **extra)


def group(inner: str, transform: str) -> str:
    """Shapes moved, turned or scaled together."""
    return f'<g transform="{transform}">{inner}</g>'


def inside(name: str, d: str, inner: str) -> str:
    """Shapes cut to an outline."""
    return f'<defs><clipPath id="{name}"><path d="{d}"/></clipPath></defs><g clip-path="url(#{name})">{inner}</g>'


def shade(d: str, strength: float = 0.14) -> str:
    """The dark side of a thing."""
    return path(d, NIGHT, opacity=strength)


def gleam(x: float, y: float, width: float, height: float, strength: float = 0.3) -> str:
    """Light on a smooth side."""
    return rect(x, y, width, height, WHITE, opacity=strength, rx=width / 2)


def scene(palette: Palette, thing: str, *, shadow: float = 120, ground: float = 422) -> str:
    """The wall, the table, the shadow under the thing, the thing."""
    return (
        rect(-300, -100, 1000, 700, palette.wall)
        + rect(-300, 388, 1000, 212, palette.table)
        + ellipse(214, ground, shadow, 13, NIGHT, opacity=0.16)
        + thing
    )
