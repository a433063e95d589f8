"""A picture is what it decodes to, and what is kept is ours alone."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from marketplace import policy as marketplace_policy
from marketplace.media import image_uploads
from tests.marketplace.sellers import uploads


def opened(path: str, width: int) -> Image.Image:
    with default_storage.open(f"{path}-{width}.webp") as stored:
        return Image.open(io.BytesIO(stored.read()))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_kept_as_webp_in_four_widths(form: str) -> None:
    stored = image_uploads.store(uploads.picture(size=(1600, 2000), form=form), folder="tests")

    assert (stored.width, stored.height) == (1600, 2000)
    assert [opened(stored.path, width).size for width in marketplace_policy.IMAGE_WIDTHS_PIXELS] == [
        (w, round(w * 1.25)) for w in marketplace_policy.IMAGE_WIDTHS_PIXELS
    ]
    assert {opened(stored.path, width).format for width in marketplace_policy.IMAGE_WIDTHS_PIXELS} == {"WEBP"}
    image_uploads.forget(stored.path)
    assert not default_storage.exists(f"{stored.path}-240.webp")


def test_a_small_picture_is_never_blown_up() -> None:
    stored = image_uploads.store(uploads.picture(size=(300, 400)), folder="tests")

    assert opened(stored.path, 1440).size == (300, 400)
    assert opened(stored.path, 240).size == (240, 320)


def test_where_it_was_taken_is_not_kept_but_which_way_is_up_is() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010E] = "<script>alert(1)</script>"
    exif[0x8825] = {1: "N", 2: (5.0, 33.0, 0.0)}  # where
    upload = uploads.picture(size=(800, 400), exif=exif)
    assert b"<script>" in upload.read()
    upload.seek(0)

    stored = image_uploads.store(upload, folder="tests")

    assert (stored.width, stored.height) == (400, 800)
    for width in marketplace_policy.IMAGE_WIDTHS_PIXELS:
        with default_storage.open(f"{stored.path}-{width}.webp") as kept:
            content = kept.read()
        assert b"<script>" not in content
        assert b"EXIF" not in content
        assert not Image.open(io.BytesIO(content)).getexif()


def test_what_hangs_behind_a_picture_does_not_come_along() -> None:
    upload = uploads.picture()
    polyglot = uploads.file(
        upload.read() + b"<?php system($_GET['c']); ?><script>alert(1)</script>", "a.php.jpg"
    )

    stored = image_uploads.store(polyglot, folder="tests")

    with default_storage.open(f"{stored.path}-1440.webp") as kept:
        assert b"<?php" not in kept.read()


@pytest.mark.parametrize(
    "upload",
    [
        uploads.file(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "a.svg"),
        uploads.file(b"<html><body onload=alert(1)>", "a.jpg"),
        uploads.file(b"GIF89a/*<script>alert(1)</script>*/=1;", "a.gif"),
        uploads.picture(form="GIF", name="true.gif"),
        uploads.picture(form="BMP", name="true.jpg"),
        uploads.file(b"", "empty.jpg"),
        uploads.file(b"\xff\xd8\xff\xe0" + b"\0" * 500, "cut.jpg"),
        uploads.picture(size=(40, 40)),
    ],
    ids=["svg", "html", "gif-polyglot", "gif", "bmp", "empty", "cut", "tiny"],
)
def test_anything_else_is_refused_and_nothing_is_kept(
    upload: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(default_storage, "save", lambda name, content: kept.append(name))

    with pytest.raises(image_uploads.UnsupportedImage):
        image_uploads.store(upload, folder="tests")  # type: ignore[arg-type]

    assert kept == []


def test_forty_one_megapixels_are_refused_before_one_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[object] = []
    monkeypatch.setattr(Image.Image, "load", lambda self: decoded.append(self))

    with pytest.raises(image_uploads.UnsupportedImage) as refusal:
        image_uploads.store(uploads.huge_png(8200, 5000), folder="tests")

    assert "40 megapixels" in refusal.value.message
    assert decoded == []
    # the limit is what refuses it: just below, the same bytes get as far as the decoder
    with pytest.raises((image_uploads.UnsupportedImage, TypeError, AttributeError, ValueError)):
        image_uploads.store(uploads.huge_png(7900, 5000), folder="tests")
    assert decoded


def test_a_full_disk_leaves_no_half_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    real = default_storage.save

    def save(name: str, content: object) -> str:
        if len(written) == 2:
            raise OSError(28, "No space left on device")
        written.append(real(name, content))
        return written[-1]

    monkeypatch.setattr(default_storage, "save", save)
    with pytest.raises(OSError, match="No space"):
        image_uploads.store(uploads.picture(), folder="tests")

    assert len(written) == 2
    assert not any(default_storage.exists(name) for name in written)
