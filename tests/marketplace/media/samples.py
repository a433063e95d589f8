"""One small picture of every mode that JPEG, PNG and WebP can have: four fields, so that a turn or a mix-up is seen."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image, ImageOps

from tests.marketplace.media import profiles

SIZE = (400, 320)
FIELDS = ((200, 40, 40), (40, 170, 60), (50, 70, 210), (230, 210, 90))
ALPHAS = (255, 128, 0, 255)
Sample = tuple[str, bytes]


def fields(mode: str, values: tuple[object, ...]) -> Image.Image:
    """A picture of four fields: above left, above right, below left, below right."""
    picture = Image.new(mode, SIZE)
    half = (SIZE[0] // 2, SIZE[1] // 2)
    for n, value in enumerate(values):
        at = (n % 2 * half[0], n // 2 * half[1])
        picture.paste(value, (*at, at[0] + half[0], at[1] + half[1]))
    return picture


def written(picture: Image.Image, form: str, **save: object) -> bytes:
    """A picture as a file of this form."""
    file = io.BytesIO()
    picture.save(file, form, **save)  # type: ignore[arg-type]  # what each form takes
    return file.getvalue()


def rgb() -> Image.Image:
    """The fields in colour."""
    return fields("RGB", FIELDS)


def rgba() -> Image.Image:
    """The fields in colour, one half seen, one not at all."""
    return fields("RGBA", tuple((*colour, alpha) for colour, alpha in zip(FIELDS, ALPHAS, strict=True)))


def _png(bits: int, colour: int, rows: list[bytes], *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of depths that Pillow does not write."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", *SIZE, bits, colour, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [(b"IHDR", head), *chunks, (b"IDAT", data), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, content) for kind, content in parts)


def _deep(colour: int, values: tuple[tuple[int, ...], ...], *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of sixteen bits a channel."""
    ends = [b"".join(struct.pack(">H", channel) for channel in value) for value in values]
    half = SIZE[0] // 2
    rows = [ends[0] * half + ends[1] * half] * (SIZE[1] // 2)
    rows += [ends[2] * half + ends[3] * half] * (SIZE[1] // 2)
    return _png(16, colour, rows, *chunks)


def _few_greys(bits: int) -> bytes:
    """A grey PNG of less than eight bits."""
    top = 2**bits - 1
    greys = [0, top, top // 2, top // 3]
    each = 8 // bits
    octets = [bytes([sum(grey << bits * n for n in range(each))]) for grey in greys]
    half = SIZE[0] // 2 // each
    rows = [octets[0] * half + octets[1] * half] * (SIZE[1] // 2)
    rows += [octets[2] * half + octets[3] * half] * (SIZE[1] // 2)
    return _png(bits, 0, rows)


def jpegs() -> Iterator[Sample]:
    """Grey, colour, four inks, and what a camera and a profile add."""
    grey, colour, inks = (
        fields("L", (0, 90, 180, 255)),
        rgb(),
        fields("CMYK", ((200, 40, 0, 10), (0, 180, 60, 0), (20, 0, 200, 60), (0, 0, 0, 200))),
    )
    yield "jpeg-grey", written(grey, "JPEG", quality=95)
    yield "jpeg-grey-profile", written(grey, "JPEG", quality=95, icc_profile=profiles.linear_grey())
    yield "jpeg-colour", written(colour, "JPEG", quality=95)
    yield "jpeg-progressive", written(colour, "JPEG", quality=95, progressive=True)
    yield "jpeg-rgb-inside", written(colour, "JPEG", quality=95, keep_rgb=True)
    yield "jpeg-profile", written(colour, "JPEG", quality=95, icc_profile=profiles.swapped())
    yield "jpeg-broken-profile", written(colour, "JPEG", quality=95, icc_profile=b"not a profile" * 20)
    yield "jpeg-profile-of-grey", written(colour, "JPEG", quality=95, icc_profile=profiles.linear_grey())
    yield "jpeg-inks", written(inks, "JPEG", quality=95)
    coloured = fields("CMYK", ((200, 40, 0, 0), (0, 180, 60, 0), (20, 0, 200, 0), (0, 0, 0, 0)))
    yield "jpeg-inks-profile", written(coloured, "JPEG", quality=95, icc_profile=profiles.inks())
    for turn in range(2, 9):
        exif = Image.Exif()
        exif[0x0112] = turn
        yield f"jpeg-turn-{turn}", written(colour, "JPEG", quality=95, exif=exif)
    yield (
        "jpeg-two-in-one",
        written(colour, "MPO", quality=95, save_all=True, append_images=[ImageOps.mirror(colour)]),
    )


def pngs() -> Iterator[Sample]:
    """Every colour type and depth, what is see-through in each, profiles, turns and animations."""
    for bits in (1, 2, 4):
        yield f"png-grey-{bits}", _few_greys(bits)
    grey = fields("L", (0, 90, 180, 255))
    yield "png-grey", written(grey, "PNG")
    yield "png-grey-profile", written(grey, "PNG", icc_profile=profiles.linear_grey())
    yield "png-grey-key", written(grey, "PNG", transparency=90)
    yield "png-grey-16", _deep(0, ((0,), (30000,), (50000,), (65535,)))
    yield (
        "png-grey-16-key",
        _deep(0, ((0,), (30000,), (50000,), (65535,)), (b"tRNS", struct.pack(">H", 30000))),
    )
    half_seen = fields("LA", ((0, 255), (90, 128), (180, 0), (255, 200)))
    yield "png-grey-alpha", written(half_seen, "PNG")
    yield "png-grey-alpha-profile", written(half_seen, "PNG", icc_profile=profiles.linear_grey())
    yield "png-grey-alpha-16", _deep(4, ((0, 65535), (30000, 30000), (50000, 0), (65535, 50000)))
    yield "png-colour", written(rgb(), "PNG")
    yield "png-colour-key", written(rgb(), "PNG", transparency=FIELDS[1])
    yield "png-colour-profile", written(rgb(), "PNG", icc_profile=profiles.swapped())
    yield "png-colour-16", _deep(2, tuple(tuple(c * 257 for c in colour) for colour in FIELDS))
    yield "png-alpha", written(rgba(), "PNG")
    yield "png-alpha-profile", written(rgba(), "PNG", icc_profile=profiles.swapped())
    deep = tuple((*(c * 257 for c in colour), a * 257) for colour, a in zip(FIELDS, ALPHAS, strict=True))
    yield "png-alpha-16", _deep(6, deep)
    palette = rgb().quantize(4)
    yield "png-palette", written(palette, "PNG")
    yield "png-palette-bits", written(palette, "PNG", bits=2)
    yield "png-palette-profile", written(palette, "PNG", icc_profile=profiles.swapped())
    yield "png-palette-alphas", written(palette, "PNG", transparency=bytes((255, 128, 0, 255)))
    yield "png-palette-one-gone", written(palette, "PNG", transparency=palette.getpixel((10, 10)))
    exif = Image.Exif()
    exif[0x0112] = 6
    yield "png-turned", written(rgb(), "PNG", exif=exif)
    rows = [b"".join(map(bytes, (FIELDS[0],) * 200 + (FIELDS[1],) * 200))] * 160
    rows += [b"".join(map(bytes, (FIELDS[2],) * 200 + (FIELDS[3],) * 200))] * 160
    gamma = (b"gAMA", struct.pack(">I", 100_000))
    yield "png-gamma-srgb", _png(8, 2, rows, gamma, (b"sRGB", b"\0"))
    moving = {"save_all": True, "append_images": [ImageOps.mirror(rgb())], "duration": 60_000}
    yield "png-moving", written(rgb(), "PNG", **moving)
    yield (
        "png-moving-with-still",
        written(
            ImageOps.invert(rgb()),
            "PNG",
            default_image=True,
            save_all=True,
            append_images=[rgb(), ImageOps.mirror(rgb())],
            duration=60_000,
        ),
    )


def webps() -> Iterator[Sample]:
    """With and without loss, alpha, profile, turn and motion."""
    yield "webp", written(rgb(), "WEBP", quality=95)
    yield "webp-exact", written(rgb(), "WEBP", lossless=True)
    yield "webp-alpha", written(rgba(), "WEBP", lossless=True)
    yield "webp-profile", written(rgb(), "WEBP", quality=95, icc_profile=profiles.swapped())
    yield "webp-alpha-profile", written(rgba(), "WEBP", lossless=True, icc_profile=profiles.swapped())
    yield (
        "webp-moving",
        written(rgba(), "WEBP", lossless=True, save_all=True, append_images=[rgb()], duration=60_000),
    )


def all_modes() -> dict[str, bytes]:
    """Name → file."""
    return dict([*jpegs(), *pngs(), *webps()])
