"""Charts as SVG text, drawn on the server: no script, our own tokens, the same on paper, in words for screen
readers.

A chart is pure: figures in, SVG out. Amounts are drawn by their size and written by the text that comes with
them, so that money is formatted in one place. Classes k1…k5 are the colours of static/css/money.css.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from banibs.core.money import Money, exponent, half_up, symbol


@dataclass(frozen=True, slots=True)
class Bar:
    """One column: its label, the sizes stacked in it from below, the sum as a person reads it, and short."""

    label: str
    sizes: Sequence[float]
    text: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of a whole."""

    label: str
    size: float
    text: str


def short(amount: Money) -> str:
    """An amount for a scale or a narrow column: "£4.3k", "£860". Rounded: never for a sum that is owed."""
    unit = 10 ** exponent(amount.currency)
    if abs(amount.amount) < 1000 * unit:
        return f"{symbol(amount.currency)}{half_up(amount.amount, unit)}"
    tenths = half_up(amount.amount, 100 * unit)
    text = f"{tenths // 10}" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"
    return f"{symbol(amount.currency)}{text}k"


def scale(highest: Money) -> list[tuple[float, str]]:
    """Round lines from zero to at least the highest amount: four to six of them."""
    unit = 10 ** exponent(highest.currency)
    step = unit
    while step * 5 < highest.amount:
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    count = max(1, -(-highest.amount // step))
    return [(step * i, short(Money(step * i, highest.currency))) for i in range(count + 1)]


def bars(
    data: Sequence[Bar], *, title: str, key: str, ticks: Sequence[tuple[float, str]], compact: bool = False
) -> SafeString:
    """Stacked columns; the last one is now. `ticks` are the lines of the scale, from 0 up; `key` is unique.

    `compact` is the drawing for narrow screens, where letters must stay readable.
    """
    width, height = (350, 250) if compact else (640, 352)
    left, top, bottom = (34, 16, 26) if compact else (52, 16, 30)
    highest = max([size for size, _ in ticks] + [sum(bar.sizes) for bar in data] + [1])
    inner = height - top - bottom
    step = (width - left) / max(len(data), 1)
    thick = min(46.0, step * 0.5)

    def y(size: float) -> float:
        return top + inner - size / highest * inner

    parts = [
        _open(width, height, key=key, title=title, text="; ".join(f"{bar.label}: {bar.text}" for bar in data))
    ]
    if data:
        last = left + step * (len(data) - 1) + 4
        parts.append(
            f'<rect class="now" x="{last:.1f}" y="{top - 12}" width="{step - 8:.1f}" '
            f'height="{inner + bottom + 12}" rx="8"/>'
        )
    for size, text in ticks:
        parts.append(
            f'<line class="grid-line" x1="{left}" x2="{width}" y1="{y(size):.1f}" y2="{y(size):.1f}"/>'
        )
        parts.append(f'<text x="{left - 8}" y="{y(size) + 4:.1f}" text-anchor="end">{escape(text)}</text>')
    for index, bar in enumerate(data):
        x = left + step * index + (step - thick) / 2
        parts.append(_column(bar, x=x, thick=thick, y=y))
        middle = x + thick / 2
        now = ' class="bar-value"' if index == len(data) - 1 else ""
        shown = bar.short or bar.text if compact else bar.text
        parts.append(
            f'<text x="{middle:.1f}" y="{height - 8}" text-anchor="middle"{now}>{escape(bar.label)}</text>'
        )
        parts.append(
            f'<text class="bar-value" x="{middle:.1f}" y="{y(sum(bar.sizes)) - 8:.1f}" text-anchor="middle">'
            f"{escape(shown)}</text>"
        )
    return _close(parts)


def _column(bar: Bar, *, x: float, thick: float, y: Callable[[float], float]) -> str:
    below = 0.0
    drawn = []
    filled = [(number, size) for number, size in enumerate(bar.sizes, start=1) if size > 0]
    for number, size in filled:
        bottom, top = y(below), y(below + size)
        gap = 2 if below else 0
        if number == filled[-1][0] and bottom - gap - top > 6:
            drawn.append(
                f'<path class="chart-{number}" d="M{x:.1f} {bottom - gap:.1f}V{top + 5:.1f}q0-5 5-5'
                f"h{thick - 10:.1f}"
                f'q5 0 5 5V{bottom - gap:.1f}Z"/>'
            )
        else:
            drawn.append(
                f'<rect class="chart-{number}" x="{x:.1f}" y="{top:.1f}" width="{thick:.1f}" '
                f'height="{max(bottom - gap - top, 0.5):.1f}"/>'
            )
        below += size
    return f"<g><title>{escape(bar.label)}: {escape(bar.text)}</title>{''.join(drawn)}</g>"


def donut(data: Sequence[Slice], *, title: str, key: str, middle: str, beneath: str = "") -> SafeString:
    """Parts of a whole as a ring, its sum in the middle. At most five parts."""
    whole = sum(part.size for part in data)
    parts = [
        _open(168, 168, key=key, title=title, text="; ".join(f"{part.label}: {part.text}" for part in data))
    ]
    angle = -math.pi / 2
    for number, part in enumerate(data, start=1):
        if part.size <= 0:
            continue
        turn = 2 * math.pi * part.size / whole
        parts.append(
            f'<path class="chart-{number}" d="{_ring(angle, turn)}">'
            f"<title>{escape(part.label)}: {escape(part.text)}</title></path>"
        )
        angle += turn
    parts.append(
        f'<text class="chart-total" x="84" y="{88 if beneath else 92}" text-anchor="middle">{escape(middle)}</text>'
    )
    if beneath:
        parts.append(f'<text x="84" y="106" text-anchor="middle">{escape(beneath)}</text>')
    return _close(parts)


def _ring(start: float, turn: float, *, outer: float = 78, inner: float = 54, centre: float = 84) -> str:
    gap = min(0.028, turn / 4)
    begin, end = start + gap / 2, start + min(turn, 2 * math.pi - 0.0001) - gap / 2
    large = 1 if end - begin > math.pi else 0

    def at(radius: float, angle: float) -> str:
        return f"{centre + radius * math.cos(angle):.1f} {centre + radius * math.sin(angle):.1f}"

    return (
        f"M{at(outer, begin)}A{outer} {outer} 0 {large} 1 {at(outer, end)}"
        f"L{at(inner, end)}A{inner} {inner} 0 {large} 0 {at(inner, begin)}Z"
    )


def spark(sizes: Sequence[float], *, width: int = 150, height: int = 40) -> SafeString:
    """A line without a scale, as decoration beside its figure: hidden from screen readers."""
    if len(sizes) < 2:
        return SafeString("")
    low, high = min(sizes), max(sizes)
    span = (high - low) or 1
    points = [
        (3 + i * (width - 8) / (len(sizes) - 1), height - 5 - (size - low) / span * (height - 12))
        for i, size in enumerate(sizes)
    ]
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    end_x, end_y = points[-1]
    return mark_safe(  # nosec B308 B703  # numbers only
        f'<svg class="chart" viewBox="0 0 {width} {height}" aria-hidden="true">'
        f'<path class="area" d="{line}L{end_x:.1f} {height}L{points[0][0]:.1f} {height}Z"/>'
        f'<path class="chart-line" d="{line}" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>'
        f'<circle class="chart-1" cx="{end_x:.1f}" cy="{end_y:.1f}" r="3.2"/></svg>'
    )


def _open(width: int, height: int, *, key: str, title: str, text: str) -> str:
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(text)}</desc>'
    )


def _close(parts: Sequence[str]) -> SafeString:
    return mark_safe("".join(parts) + "</svg>")  # nosec B308 B703  # every text was escaped
