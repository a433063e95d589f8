"""The cloth of a shop: the same for the same slug, its own for every other, and safe in any page."""

from xml.etree import ElementTree

from marketplace import cloth

UNSAFE = ("style=", "<script", "<style", "href=", "url(http")


def test_the_same_slug_always_weaves_the_same_cloth() -> None:
    cloth.cloth.cache_clear()
    first = cloth.cloth("indigo-house")
    cloth.cloth.cache_clear()
    assert cloth.cloth("indigo-house") == first


def test_kofi_and_zuri_have_cloths_of_their_own() -> None:
    assert len({cloth.cloth(slug) for slug in ("kofi", "zuri", "indigo-house", "adas-shea")}) == 4


def test_any_slug_gives_well_formed_and_harmless_svg() -> None:
    for slug in ("", "a", "x" * 60, "1-2-3", 'a"><script>'):
        for drawn in (cloth.cloth(slug), cloth.band(slug)):
            ElementTree.fromstring(drawn)
            assert not any(word in drawn for word in UNSAFE)
            assert len(drawn) < 40_000
