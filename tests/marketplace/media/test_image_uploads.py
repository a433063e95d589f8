"""A picture is what it decodes to, and what is kept is ours alone."""

import io
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image, ImageFile, ImageOps

from marketplace import policy as marketplace_policy
from marketplace.media import image_uploads, logos, product_images
from marketplace.models import ProductImage, Seller
from tests import market as scene
from tests.marketplace.media import samples
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


def test_more_than_a_phone_takes_is_refused_before_a_pixel_is_decoded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoded: list[object] = []
    real = Image.Image.load
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: decoded.append(self) or real(self))

    with pytest.raises(image_uploads.UnsupportedImage) as refusal:
        image_uploads.store(uploads.huge_png(8500, 6010), folder="tests")

    assert refusal.value.message == "A picture may have 51 megapixels at most"
    # Pillow's own guard, for heads that promise four times as much, has the same words
    with pytest.raises(image_uploads.UnsupportedImage, match="51 megapixels"):
        image_uploads.store(uploads.huge_png(20_000, 20_000), folder="tests")
    assert decoded == []
    # the limit is what refuses it: just below, the same bytes get as far as the decoder
    with pytest.raises(image_uploads.UnsupportedImage, match="damaged"):
        image_uploads.store(uploads.huge_png(8490, 6000), folder="tests")
    assert decoded


@pytest.mark.parametrize("size", [(790, 36_861), (36_861, 790), (201, 60_000)])
def test_a_long_picture_is_made_to_fit_what_a_webp_can_be(size: tuple[int, int]) -> None:
    stored = image_uploads.store(uploads.picture(size=size), folder="tests")

    assert (stored.width, stored.height) == size
    for width in marketplace_policy.IMAGE_WIDTHS_PIXELS:
        kept = opened(stored.path, width)
        assert kept.width <= width
        assert kept.height <= 16_383
        assert kept.width / kept.height == pytest.approx(size[0] / size[1], rel=0.04)


def test_a_phones_own_form_is_taken() -> None:
    colours = samples.rgba()
    stored = image_uploads.store(
        uploads.file(samples.written(colours, "HEIF"), "IMG_0001.HEIC"), folder="tests"
    )

    kept = opened(stored.path, 1440).convert("RGBA")
    assert kept.size == samples.SIZE
    for n, (colour, alpha) in enumerate(zip(samples.FIELDS, samples.ALPHAS, strict=True)):
        shown = kept.getpixel((100 + n % 2 * 200, 80 + n // 2 * 160))
        assert abs(shown[3] - alpha) <= 6  # type: ignore[index]  # RGBA
        assert not alpha or max(abs(a - b) for a, b in zip(shown, colour, strict=False)) <= 8  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["JPEG", "HEIF"])
def test_48_megapixels_from_a_phone_are_taken_in_bounded_memory(form: str, tmp_path: Path) -> None:
    file = tmp_path / "phone"
    exif = Image.Exif()
    exif[0x0112] = 6  # phones turn by a word
    save = {"exif": exif} if form == "JPEG" else {"enc_params": {"preset": "ultrafast"}}
    Image.new("RGB", (8064, 6048), "#c9552e").save(file, form, quality=80, **save)

    script = textwrap.dedent("""
        import resource, sys
        import django
        django.setup()
        from django.core.files.uploadedfile import SimpleUploadedFile
        from marketplace.media.picture_decoding import decoded
        upload = SimpleUploadedFile("phone", open(sys.argv[1], "rb").read())
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        picture, size = decoded(upload, width=1440)
        print(picture.size, size, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
    """)
    said = subprocess.run(
        [sys.executable, "-c", script, file], check=True, capture_output=True, text=True, timeout=120
    ).stdout
    *_log, answer = said.strip().splitlines()
    sizes, megabytes = answer.rsplit(" ", 1)
    upright = (6048, 8064) if form == "JPEG" else (8064, 6048)
    assert sizes == f"{(upright[0] // 2, upright[1] // 2)} {upright}"
    # a JPEG is decoded at half its sides; HEIC knows no such thing
    assert int(megabytes) < (150 if form == "JPEG" else 500)


@pytest.mark.parametrize(
    "error", [OSError("broken"), ValueError("encoding error 5"), MemoryError(), KeyError(1)]
)
def test_whatever_goes_wrong_is_a_sentence_and_leaves_no_file(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    monkeypatch.setattr(default_storage, "save", lambda name, content: kept.append(name) or name)

    def fails(*_: object, **__: object) -> None:
        raise error

    for step in ((Image.Image, "convert"), (Image.Image, "save"), (ImageOps, "exif_transpose")):
        with monkeypatch.context() as broken:
            upload = uploads.picture()
            broken.setattr(*step, fails)
            with pytest.raises(image_uploads.UnsupportedImage) as refusal:
                image_uploads.store(upload, folder="tests")
        assert refusal.value.message in (
            "That picture is damaged",
            "That picture cannot be kept. Try a smaller one",
        )
    assert kept == []


@pytest.mark.django_db
def test_a_picture_whose_row_cannot_be_written_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    market = scene.opened()
    written: list[str] = []
    real = default_storage.save
    monkeypatch.setattr(
        default_storage,
        "save",
        lambda name, content, **more: written.append(real(name, content, **more)) or written[-1],
    )

    def fails(**_: object) -> None:
        raise RuntimeError("no row")

    monkeypatch.setattr(ProductImage.objects, "create", fails)
    monkeypatch.setattr(Seller, "save", lambda self, **_: fails())
    market.kofi.logo = "kept.webp"
    with pytest.raises(RuntimeError):
        product_images.add(market.basket.product, uploads.picture())
    with pytest.raises(RuntimeError):
        logos.replace(market.kofi, uploads.picture())

    assert market.kofi.logo.name == "kept.webp"
    assert len(written) == len(marketplace_policy.IMAGE_WIDTHS_PIXELS) + 1
    assert not any(default_storage.exists(name) for name in written)


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
