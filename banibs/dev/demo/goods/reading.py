"""The demo's texts as data: one TOML file per shop in `shops/`, the departments in `departments.toml`."""

from __future__ import annotations

import functools
import html
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.text import slugify

FOLDER = Path(__file__).parent.parent
# The first three belong to the demo sign-ins seller@, seller2@ and seller3@banibs.test.
ORDER = (
    "indigo-house",
    "bolga-weavers",
    "lagos-press",
    "red-clay-roasters",
    "kumasi-clay",
    "adas-shea",
    "gullah-pantry",
    "dakar-sound",
    "sade-metalwork",
    "karura-studio",
    "langa-print-works",
    "entoto-table",
    "yard-botanica",
    "maison-kedougou",
    "casa-dandara",
    "little-baobab",
    "steelpan-row",
)
_NOT_OPTIONS = frozenset({"price", "was", "stock"})


@dataclass(frozen=True)
class Picture:
    """A picture by the name of its file in `pictures/`, and what it shows."""

    name: str
    alt: str

    @classmethod
    def read(cls, line: str) -> Picture:
        """From "basket hibiscus close | A basket …": object, palette and view, then the words for it."""
        spec, _, alt = line.partition(" | ")
        return cls("-".join(spec.split()), alt)


@dataclass(frozen=True)
class Choice:
    """A variant: its options, its price in pounds, and its stock (none: unlimited)."""

    options: dict[str, str]
    price: float
    was: float | None
    stock: int | None

    @property
    def name(self) -> str:
        """The options in a row."""
        return ", ".join(self.options.values())


@dataclass(frozen=True)
class Listing:
    """A thing for sale. `regions` is where it has a price."""

    title: str
    category: str
    kind: str
    summary: str
    description: str
    materials: str
    tax: str
    choices: tuple[Choice, ...]
    pictures: tuple[Picture, ...]
    files: tuple[str, ...]
    regions: tuple[str, ...]

    @property
    def slug(self) -> str:
        """Its part of the address."""
        return slugify(self.title)[:90]


@dataclass(frozen=True)
class Shop:
    """A shop: who, where, its words, what it asks for a parcel (pounds: flat, per piece; days: from, to)."""

    slug: str
    name: str
    maker: str
    country: str
    city: str
    tagline: str
    quote: str
    story: str
    return_days: int
    return_paid_by: str
    cancel_policy: str
    returns: str
    delivery: dict[str, tuple[float, float, int, int]]
    listings: tuple[Listing, ...]


@dataclass(frozen=True)
class Department:
    """A department and the names below it."""

    name: str
    slug: str
    art: str
    intro: str
    categories: tuple[str, ...]


@functools.cache
def shops() -> tuple[Shop, ...]:
    """Every shop of the demo, in their order."""
    return tuple(_shop(slug) for slug in ORDER if (FOLDER / "shops" / f"{slug}.toml").exists())


@functools.cache
def departments() -> tuple[Department, ...]:
    """The tree of categories, in their order."""
    rows = tomllib.loads((FOLDER / "departments.toml").read_text())["department"]
    return tuple(Department(**{**row, "categories": tuple(row["categories"])}) for row in rows)


def paragraphs(text: str) -> str:
    """Plain text with empty lines between paragraphs, as the HTML that listings and stories keep."""
    blocks = [" ".join(block.split()) for block in text.strip().split("\n\n")]
    return "".join(f"<p>{html.escape(block, quote=False)}</p>" for block in blocks)


def _typeset(text: str) -> str:
    """Straight apostrophes and quotation marks inside the texts as a printer sets them."""
    text = re.sub(r"(?<=\w)'", "’", text)
    text = re.sub(r"(?<=\s)'(?=\w)", "‘", text)
    return re.sub(
        r'(?m)^((?![\w ]+ = |  [{"]).*)$',
        lambda line: re.sub(r'(?<!")"([^"]+)"(?!")', r"“\1”", line[1]),
        text,
    )


def _shop(slug: str) -> Shop:
    data = tomllib.loads(_typeset((FOLDER / "shops" / f"{slug}.toml").read_text()))
    rows = data.pop("listing")
    delivery = {code: tuple(rate) for code, rate in data.pop("delivery").items()}
    listings = tuple(_listing(row, sends_to=tuple(delivery)) for row in rows)
    return Shop(slug=slug, delivery=delivery, listings=listings, **data)


def _listing(row: dict[str, Any], *, sends_to: tuple[str, ...]) -> Listing:
    kind = "digital" if row.get("files") else "physical"
    everywhere = ("US", "GB", "EU", "NG", "GH", "KE", "ZA", "CA", "JM", "SN")
    regions = row.get("only") or [
        code for code in (everywhere if kind == "digital" else sends_to) if code not in row.get("not_in", ())
    ]
    choices = row.get("choices") or [{}]
    return Listing(
        title=row["title"],
        category=row["category"],
        kind=kind,
        summary=row["summary"],
        description=row["description"],
        materials=row.get("materials", ""),
        tax=row.get("tax", "standard"),
        choices=tuple(_choice(choice, row) for choice in choices),
        pictures=tuple(Picture.read(line) for line in row["pictures"]),
        files=tuple(row.get("files", ())),
        regions=tuple(regions),
    )


def _choice(choice: dict[str, Any], row: dict[str, Any]) -> Choice:
    both = {**{key: row[key] for key in _NOT_OPTIONS if key in row}, **choice}
    options = {key: value for key, value in choice.items() if key not in _NOT_OPTIONS}
    return Choice(options=options, price=both["price"], was=both.get("was"), stock=both.get("stock"))
