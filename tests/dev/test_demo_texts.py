"""The demo's words and pictures, as data: nothing missing, nothing twice, nothing that a label cannot show."""

import io
import random
import re
import zipfile
from decimal import Decimal

import pytest
from django.utils.text import slugify
from PIL import Image
from pypdf import PdfReader

from banibs.dev.demo.art import drawing
from banibs.dev.demo.goods import digital_files, gallery, prices, reading

SHOPS = reading.shops()
LISTINGS = [listing for shop in SHOPS for listing in shop.listings]
PICTURES = [picture for listing in LISTINGS for picture in listing.pictures]


def test_the_market_is_as_large_as_promised() -> None:
    assert len(SHOPS) >= 14
    assert len({shop.country for shop in SHOPS}) >= 10
    assert len(LISTINGS) >= 160
    assert len(reading.departments()) == 9
    assert {listing.category.split("/")[0] for listing in LISTINGS} == {
        one.slug for one in reading.departments()
    }
    assert {listing.kind for listing in LISTINGS} == {"physical", "digital"}


def test_every_listing_stands_in_a_category_that_exists() -> None:
    paths = {f"{one.slug}/{slugify(name)}" for one in reading.departments() for name in one.categories}

    assert {listing.category for listing in LISTINGS} == paths  # and none is empty


def test_no_two_listings_share_a_title_a_cover_or_a_sentence() -> None:
    sentences = [
        one
        for listing in LISTINGS
        for one in re.split(r"(?<=[.?])\s+", listing.description.strip())
        if len(one) > 40
    ]

    assert len({listing.slug for listing in LISTINGS}) == len(LISTINGS)
    assert len({listing.pictures[0].name for listing in LISTINGS}) == len(LISTINGS)
    assert len(set(sentences)) == len(sentences)


def test_texts_are_worth_reading_and_speak_quietly() -> None:
    for shop in SHOPS:
        assert 150 <= len(shop.story.split()) <= 250, shop.slug
        assert shop.story.strip().count("\n\n") >= 2
        assert len(shop.quote) <= 240
        assert len(shop.tagline) <= 140
    for listing in LISTINGS:
        assert len(listing.description.split()) >= 30, listing.title
        assert len(listing.title) <= 120
        assert len(listing.summary) <= 200
        assert len(listing.materials) <= 200
    every = [text for shop in SHOPS for text in (shop.story, shop.quote, shop.tagline, shop.returns)]
    assert not [text for text in [*every, *(listing.description for listing in LISTINGS)] if "!" in text]


def test_every_price_is_one_that_a_label_shows() -> None:
    for listing in LISTINGS:
        for choice in listing.choices:
            for region in listing.regions:
                now = prices.local(choice.price, region)
                assert now.amount > 0
                assert choice.was is None or prices.local(choice.was, region).amount > now.amount


def test_price_points_rise_in_every_region() -> None:
    rows = [prices.POINTS[pounds] for pounds in sorted(prices.POINTS)]

    for region in prices.CURRENCIES:
        points = [row[region] for row in rows]
        assert points == sorted(set(points)), region
    with pytest.raises(KeyError):
        prices.local(Decimal("13.37"), "GB")


def test_every_picture_is_there_says_what_it_shows_and_can_be_drawn_again() -> None:
    files = {file.stem for file in gallery.FOLDER.glob("*.webp")}

    assert files == {picture.name for picture in PICTURES}
    assert sum(file.stat().st_size for file in gallery.FOLDER.glob("*.webp")) <= 6 * 2**20
    assert not [picture.name for picture in PICTURES if not picture.alt or len(picture.alt) > 200]
    for picture in random.Random(7).sample(PICTURES, 60):
        with Image.open(gallery.FOLDER / f"{picture.name}.webp") as opened:
            assert opened.size == gallery.SIZE
        drawn = drawing.svg(picture.name)
        assert drawn == drawing.svg(picture.name)
        assert "style=" not in drawn


@pytest.mark.parametrize("ending", [".pdf", ".epub", ".wav.zip", ".svg.zip"])
def test_what_is_sold_as_a_file_is_one(ending: str) -> None:
    shop, listing, name = next(
        (shop, listing, name)
        for shop in SHOPS
        for listing in shop.listings
        for name in listing.files
        if name.endswith(ending)
    )

    content = digital_files.make(name, shop=shop, listing=listing)

    assert content == digital_files.make(name, shop=shop, listing=listing)
    if ending == ".pdf":
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content), strict=True).pages)
        assert listing.title in text
        assert shop.city in text or not shop.city.isascii()
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert archive.testzip() is None
            assert archive.namelist()
