"""Words of the plain catalogue: the same draw, from the same seed, always gives the same listings."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

_WORDS = """amber anchor apple arctic autumn bamboo basil beacon birch blossom breeze brick bronze
canvas cedar chalk cherry cinder clay clover cobalt copper coral cotton crystal dawn delta denim
drift dune ebony echo ember falcon fern fjord flint forest frost garnet ginger glacier granite
harbor hazel heather indigo iron ivory jade jasper juniper lake lantern lark laurel lava lemon
lilac linen lunar maple marble meadow mint mist moss nectar north nova oak ocean olive onyx opal
orbit orchid pearl pebble pepper pine plum prairie quartz rain raven reef ridge river robin ruby
saffron sage sand scarlet shadow silver sky slate solar spruce stone storm summit teal thistle
thunder tide timber topaz tulip umber valley velvet vine violet walnut wave willow winter zephyr"""
_NOUNS = "lamp chair table mug shirt scarf jacket bag wallet watch ring bowl vase rug clock candle pillow blanket mirror frame"
WORDS, NOUNS = _WORDS.split(), _NOUNS.split()
SEED = 42


class Plain(NamedTuple):
    """A plain listing: places of its seller and category in their lists, price in cents."""

    number: int
    title: str
    noun: str
    description: str
    category: int
    seller: int
    cents: int


def listings(*, first: int, until: int, sellers: int, categories: int) -> Iterator[Plain]:
    """Listings `first` to `until` (not included), each drawn from its own seed: any part is as the whole has it."""
    for number in range(first, until):
        chance = random.Random(SEED * 1_000_000_007 + number)  # nosec B311  # words, not a secret
        noun = chance.choice(NOUNS)
        yield Plain(
            number=number,
            title=f"{chance.choice(WORDS).title()} {chance.choice(WORDS)} {noun} {number}",
            noun=noun,
            description=" ".join(chance.choices(WORDS, k=12)),
            category=chance.randrange(categories),
            seller=chance.randrange(sellers),
            cents=chance.randrange(500, 50_000),
        )
