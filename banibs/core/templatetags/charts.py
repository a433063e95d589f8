"""Charts on pages: the drawing for wide screens, the one for narrow screens, and the figures as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString

from banibs.core.ui import charts as draw

register = template.Library()


@register.inclusion_tag("components/bar_chart.html")
def bars(
    data: Sequence[draw.Bar], title: str, key: str, ticks: Sequence[tuple[float, str]]
) -> dict[str, Any]:
    """`{% bars months title=_("Sales") key="sales" ticks=ticks %}`; `ticks` from `charts.scale(highest)`."""
    return {
        "title": title,
        "wide": draw.bars(data, title=title, key=key, ticks=ticks),
        "narrow": draw.bars(data, title=title, key=f"{key}-n", ticks=ticks, compact=True),
        "rows": data,
    }


@register.inclusion_tag("components/donut_chart.html")
def donut(data: Sequence[draw.Slice], title: str, key: str, middle: str, beneath: str = "") -> dict[str, Any]:
    """`{% donut parts title=… key="from" middle=total beneath="November" %}`: the ring and its legend."""
    return {"drawing": draw.donut(data, title=title, key=key, middle=middle, beneath=beneath), "rows": data}


@register.simple_tag
def spark(sizes: Sequence[float]) -> SafeString:
    """A small line beside a figure; decoration."""
    return draw.spark(sizes)
