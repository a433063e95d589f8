"""Contrast of the tokens, light and dark: 4.5 for text, 3 for controls and chart marks (WCAG 2.2)."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
TEXT = [
    "ink/bg",
    "ink/bg-subtle",
    "ink/surface-2",
    "ink-2/bg",
    "ink-2/bg-subtle",
    "ink-2/surface",
    "ink-2/surface-2",
    "brand/bg",
    "brand/bg-subtle",
    "brand/surface",
    "brand/brand-soft",
    "on-brand/brand",
    "on-brand/brand-hover",
    "on-marigold/marigold",
    "marigold/night",
    "marigold/indigo",
    "ok/bg",
    "ok/ok-soft",
    "warn/warn-soft",
    "bad/bg",
    "bad/surface",
    "bad/bad-soft",
    "hib/bg",
    "hib/hib-soft",
]
MARKS = [
    "line-strong/surface",
    "line-strong/bg",
    "line-strong/bg-subtle",
    "focus/bg",
    "focus/surface",
    "c1/surface",
    "c2/surface",
    "c3/surface",
    "c4/surface",
    "c5/surface",
]


def _colours() -> dict[str, tuple[str, str]]:
    pairs = {
        name: (light, dark)
        for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS)
    }
    return pairs | {name: (one, one) for name, one in re.findall(r"--([\w-]+): (#\w{6});", TOKENS)}


def _light(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours, 1 to 21."""
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("pair", "floor"), [(pair, 4.5) for pair in TEXT] + [(pair, 3.0) for pair in MARKS])
def test_a_pair_can_be_read_in_both_themes(pair: str, floor: float) -> None:
    front, back = (_colours()[name] for name in pair.split("/"))
    for theme in (0, 1):
        assert contrast(front[theme], back[theme]) >= floor, f"{pair}: {front[theme]} on {back[theme]}"


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#8a8a8a", "#ffffff") < 4.5
