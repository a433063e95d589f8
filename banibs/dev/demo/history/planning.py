"""Who buys what and when in the demo's half year: a pure draw from a fixed seed over what is for sale."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from banibs.dev.demo import people
from marketplace.models import Country, Offer

DAYS = 183
CHECKOUTS = 78
LEAST_STOCK = 7  # what is nearly gone stays so
WEIGHTS = {"GB": 5, "US": 6, "EU": 3}  # how often a buyer of this region buys
FAVOURITES = (
    "indigo-house",
    "bolga-weavers",
    "lagos-press",
)  # the shops of the three demo sign-ins sell most
# Shops whose parcels still wait on the last three days, so that each demo seller has something to send.
WAITING = (("buyer@banibs.test", "GB", 30), ("beverley.grant@banibs.test", "GB", 20), ("tyrone.wallace@banibs.test", "US", 11),
           ("buyer2@banibs.test", "US", 7), ("amina.diallo@banibs.test", "EU", 5), ("buyer@banibs.test", "GB", 3))  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """A checkout to be lived: when, by whom, priced for which region, and what (variant, quantity)."""

    at: dt.datetime
    buyer: str
    region: str
    wanted: tuple[tuple[int, int], ...]
    canceled: bool
    downloads: tuple[int, int]


@dataclass(frozen=True)
class Piece:
    """What can be put into a cart somewhere."""

    variant: int
    shop: str
    digital: bool
    since: dt.datetime


def plans(*, now: dt.datetime, chance: random.Random) -> Iterator[Plan]:
    """The checkouts of the half year, and those of the last hours that still wait to be sent."""
    shelves = _shelves()
    homes = _homes()
    for n in range(CHECKOUTS):
        at = _moment(now, chance)
        buyer = chance.choices(
            list(homes), weights=[WEIGHTS.get(regions[0], 2) for regions in homes.values()]
        )[0]
        region = homes[buyer][0] if chance.random() < 0.8 else chance.choice(homes[buyer])
        wanted = _basket(shelves[region], at, chance)
        if wanted:
            yield Plan(
                at, buyer, region, wanted, canceled=n % 13 == 6, downloads=(5, 5) if n % 11 == 3 else (0, 3)
            )
    for buyer, region, hours in WAITING:
        at = now - dt.timedelta(hours=hours)
        pieces = [
            next(p for p in _mixed(shelves[region], chance) if p.shop == shop and not p.digital)
            for shop in FAVOURITES
            if _sends(shop, shelves[region])
        ]
        extra = next((p for p in _mixed(shelves[region], chance) if p.digital), None)
        wanted = tuple((p.variant, 1) for p in (*pieces, *([extra] if extra and hours < 12 else [])))
        yield Plan(at, buyer, region, wanted, canceled=False, downloads=(0, 1))


def _moment(now: dt.datetime, chance: random.Random) -> dt.datetime:
    """More towards today, more in the evening and at the weekend."""
    days = DAYS * (1 - chance.random() ** 0.62) + 1.4
    at = (now - dt.timedelta(days=days)).replace(
        hour=chance.choice((7, 9, 11, 12, 13, 15, 17, 18, 19, 20, 20, 21, 21, 22)),
        minute=chance.randrange(60),
    )
    return (
        at + dt.timedelta(days=5 - at.weekday())
        if at.weekday() < 2 and chance.random() < 0.4 and days > 8
        else at
    )


def _basket(shelf: Sequence[Piece], at: dt.datetime, chance: random.Random) -> tuple[tuple[int, int], ...]:
    offered = [piece for piece in shelf if piece.since < at]
    if not offered:
        return ()
    weights = [4.0 if piece.shop in FAVOURITES else 1.0 for piece in offered]
    chosen = chance.choices(offered, weights=weights, k=chance.choice((1, 1, 2, 2, 2, 3, 4)))
    return tuple(
        (variant, 1 if chance.random() < 0.82 else 2)
        for variant in dict.fromkeys(piece.variant for piece in chosen)
    )


def _mixed(shelf: Sequence[Piece], chance: random.Random) -> list[Piece]:
    return chance.sample(list(shelf), len(shelf))


def _sends(shop: str, shelf: Sequence[Piece]) -> bool:
    return any(piece.shop == shop and not piece.digital for piece in shelf)


def _shelves() -> Mapping[str, list[Piece]]:
    """What is on sale in each region with enough in stock, in a fixed order."""
    shelves: dict[str, list[Piece]] = defaultdict(list)
    rows = Offer.objects.select_related("variant", "product", "seller").order_by("variant_id", "region_id")
    for offer in rows:
        stock = offer.variant.stock
        if stock is None or stock >= LEAST_STOCK:
            piece = Piece(
                offer.variant_id, offer.seller.slug, offer.kind == "digital", offer.product.created_at
            )
            shelves[offer.region_id].append(piece)
    return shelves


def _homes() -> Mapping[str, list[str]]:
    """The regions in which each buyer has an address; the first is home."""
    regions = dict(Country.objects.values_list("code", "region_id"))
    rows = {**people.ADDRESSES, **{email: (home,) for email, (_, home) in people.CUSTOMERS.items()}}
    return {email: [regions[row[-1]] for row in homes] for email, homes in rows.items()}
