"""Colour profiles made by hand (ICC.1:2001-04), each far from sRGB, so that heeding one or not is plainly seen."""

from __future__ import annotations

import struct
from collections.abc import Mapping

D50 = (0.9642, 1.0, 0.8249)


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _profile(kind: bytes, colours: bytes, connection: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + b"\0" * 79,
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(*D50),
        **tags,
    }
    table, body, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s", start + len(body), b"none", 0x02400000, kind, colours, connection)
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + _fixed(*D50) + b"\0" * 48
    return head + struct.pack(">I", len(tags)) + table + body


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


def swapped() -> bytes:
    """RGB whose red and blue stand in each other's place, with a gamma of 1.8."""
    red, green, blue = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7139)
    tags = {
        b"rXYZ": b"XYZ \0\0\0\0" + _fixed(*blue),
        b"gXYZ": b"XYZ \0\0\0\0" + _fixed(*green),
        b"bXYZ": b"XYZ \0\0\0\0" + _fixed(*red),
        **{name: _gamma(1.8) for name in (b"rTRC", b"gTRC", b"bTRC")},
    }
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags)


def linear_grey() -> bytes:
    """Grey whose numbers are light, not what the eye makes of it: shown much brighter than without it."""
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": _gamma(1.0)})


def inks() -> bytes:
    """CMYK of which each ink only darkens, none colours: a picture in it is grey where its profile is heeded."""
    lightness = bytes(
        value
        for corner in range(16)  # C, M, Y, K: none or full
        for value in (round(255 * (1 - corner.bit_count() / 4)), 128, 128)
    )
    straight = bytes(range(256))
    table = b"mft1\0\0\0\0" + bytes((4, 3, 2, 0)) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    table += straight * 4 + lightness + straight * 3
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table})
