"""What a browser shows of the original is what it shows of ours: asked of Chromium, for every mode."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from marketplace.media import image_uploads
from tests.marketplace.media import profiles, samples
from tests.marketplace.sellers import uploads

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Draws a picture on white and on black and reads the middles of its four fields.
SEEN = """
async ({source, points}) => {
  const image = new Image();
  image.src = source;
  await image.decode();
  const seen = {size: [image.naturalWidth, image.naturalHeight], colours: []};
  for (const ground of ['#fff', '#000']) {
    const canvas = document.createElement('canvas');
    canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
    const brush = canvas.getContext('2d', {willReadFrequently: true, colorSpace: 'srgb'});
    brush.fillStyle = ground; brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.drawImage(image, 0, 0);
    for (const [x, y] of points)
      seen.colours.push([...brush.getImageData(x * canvas.width, y * canvas.height, 1, 1).data].slice(0, 3));
  }
  return seen;
}
"""
POINTS = [[x, y] for y in (0.25, 0.75) for x in (0.25, 0.75)]
FORMS = {b"\xff\xd8": "jpeg", b"\x89P": "png", b"RI": "webp"}
NEAR = 6  # of 255: what two lossy codecs may differ by in a plain field


@pytest.fixture(scope="module")
def bare(browser: Browser) -> Any:
    """A page without anything."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def seen(page: Page, content: bytes) -> Any:
    source = f"data:image/{FORMS[content[:2]]};base64,{base64.b64encode(content).decode()}"
    return page.evaluate(SEEN, {"source": source, "points": POINTS})


@pytest.mark.parametrize("name", samples.all_modes())
def test_a_browser_shows_ours_as_it_shows_the_original(bare: Page, name: str) -> None:
    original = samples.all_modes()[name]

    stored = image_uploads.store(uploads.file(original, f"{name}.bin"), folder="tests")

    with default_storage.open(f"{stored.path}-1440.webp") as kept:
        ours = seen(bare, kept.read())
    theirs = seen(bare, original)
    assert ours["size"] == theirs["size"] == [stored.width, stored.height]
    for mine, other in zip(ours["colours"], theirs["colours"], strict=True):
        assert max(abs(a - b) for a, b in zip(mine, other, strict=True)) <= NEAR, (ours, theirs)


def middles(stored: image_uploads.Stored) -> list[tuple[int, ...]]:
    with default_storage.open(f"{stored.path}-1440.webp") as kept:
        picture = Image.open(io.BytesIO(kept.read())).convert("RGB")
    return [picture.getpixel((int(x * picture.width), int(y * picture.height))) for x, y in POINTS]  # type: ignore[misc]


def test_black_ink_counts_as_its_profile_says() -> None:
    """Chromium darkens black ink beyond its profile; here each ink takes a quarter of the lightness."""
    inks = samples.fields("CMYK", ((0, 0, 0, 0), (0, 0, 0, 255), (255, 0, 0, 255), (0, 0, 0, 128)))
    upload = uploads.file(samples.written(inks, "JPEG", quality=95, icc_profile=profiles.inks()), "a.jpg")

    shown = middles(image_uploads.store(upload, folder="tests"))

    # L* 100, 75, 50 and 87.5, each in sRGB
    for colour, grey in zip(shown, (255, 185, 119, 220), strict=True):
        assert max(abs(channel - grey) for channel in colour) <= NEAR, shown


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_whichever_form_it_has_a_turned_picture_stands_upright(form: str) -> None:
    """A WebP too, whose turn other programs heed and Chromium does not."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned to the right by a quarter
    upload = uploads.file(samples.written(samples.rgb(), form, quality=95, exif=exif), "turned")

    stored = image_uploads.store(upload, folder="tests")

    assert (stored.width, stored.height) == (320, 400)
    above_left = samples.FIELDS[2]  # it was below on the left
    assert max(abs(a - b) for a, b in zip(middles(stored)[0], above_left, strict=True)) <= NEAR


@pytest.mark.parametrize("value", [0, 100, 30_000, 65_535])
def test_sixteen_bits_of_grey_are_scaled_not_cut_off(value: int) -> None:
    picture = Image.new("I;16", (200, 200), value)
    stored = image_uploads.store(uploads.file(samples.written(picture, "PNG"), "x.png"), folder="tests")

    assert max(abs(channel - value // 257) for colour in middles(stored) for channel in colour) <= 2
