"""Drawings of goods: every thing in every palette and view is well formed, small and harmless."""

from xml.etree import ElementTree

import pytest

from banibs.dev.demo.art import goods

UNSAFE = ("style=", "<script", "<style", "href=", "url(http")


@pytest.mark.parametrize("thing", goods.THINGS)
def test_a_thing_can_be_drawn_in_every_palette(thing: str) -> None:
    drawn = {palette: goods.draw(thing, palette=palette) for palette in goods.PALETTES}
    for svg in drawn.values():
        ElementTree.fromstring(svg)
        assert not any(word in svg for word in UNSAFE)
        assert len(svg) < 16_000
    assert len(set(drawn.values())) == len(goods.PALETTES)


def test_views_show_other_parts_of_the_same_drawing() -> None:
    assert len({goods.draw("basket", view=view) for view in goods.VIEWS}) == len(goods.VIEWS)


def test_an_unknown_word_is_an_error() -> None:
    for words in (
        {"thing": "spaceship"},
        {"thing": "basket", "palette": "beige"},
        {"thing": "basket", "view": "above"},
    ):
        with pytest.raises(KeyError):
            goods.draw(**words)
