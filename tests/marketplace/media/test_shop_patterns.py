"""The cloth of a shop: the same for the same slug, its own for every other, and safe in any page."""

from xml.etree import ElementTree

from marketplace.media import shop_patterns

UNSAFE = ("style=", "<script", "<style", "href=", "url(http")


def test_the_same_slug_always_weaves_the_same_cloth() -> None:
    shop_patterns.square.cache_clear()
    first = shop_patterns.square("indigo-house")
    shop_patterns.square.cache_clear()
    assert shop_patterns.square("indigo-house") == first


def test_kofi_and_zuri_have_cloths_of_their_own() -> None:
    assert len({shop_patterns.square(slug) for slug in ("kofi", "zuri", "indigo-house", "adas-shea")}) == 4


def test_any_slug_gives_well_formed_and_harmless_svg() -> None:
    for slug in ("", "a", "x" * 60, "1-2-3", 'a"><script>'):
        for drawn in (shop_patterns.square(slug), shop_patterns.band(slug)):
            ElementTree.fromstring(drawn)
            assert not any(word in drawn for word in UNSAFE)
            assert len(drawn) < 40_000
