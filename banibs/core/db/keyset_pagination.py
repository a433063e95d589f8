"""Keyset pagination: the thousandth page costs what the first does, and a row added meanwhile shifts nothing.

Whoever pages reads one row more than a page holds, on one side of a key, and lets `window` say what the page is and
where to turn from. `page` does all of it for rows of a model by their id; products, shops and statements have keys and
SQL of their own. Lists of the API that are rows of a model have DRF's cursors (`banibs.core.api.KeysetPage`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

from banibs.core import policy

Row = TypeVar("Row", bound=Model)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows newest first, and the ids to turn from; None where there is nothing further."""

    rows: Sequence[Row]
    newer: int | None
    older: int | None

    def links(self, query: QueryDict) -> dict[str, str | None]:
        """The addresses of the pages before and after this one, with everything else of the query kept."""
        return {"previous": _link(query, "after", self.newer), "next": _link(query, "before", self.older)}


def _link(query: QueryDict, name: str, key: int | None) -> str | None:
    return None if key is None else turned_query(query, ("before", "after"), name, key)


def turned_query(query: QueryDict, sides: Sequence[str], side: str, key: object) -> str:
    """The query of an address turned to a key on one of its sides, with everything else of it kept."""
    changed = query.copy()
    for old in sides:
        changed.pop(old, None)
    changed[side] = str(key)
    return f"?{changed.urlencode()}"


@dataclass(frozen=True, slots=True)
class Window(Generic[Item]):
    """The rows of a page in their order, and those to turn from; None where there is nothing further."""

    rows: Sequence[Item]
    previous: Item | None
    next: Item | None


def window(
    found: Sequence[Item], *, size: int, backwards: bool = False, from_key: bool = False
) -> Window[Item]:
    """The page among rows that were read on one side of a key, one more than `size` where there are so many.

    `backwards`: they were read away from the key against the order of the page. `from_key`: forwards, but not from the
    very beginning.
    """
    more, rows = len(found) > size, found[:size]
    if not rows:
        return Window([], None, None)
    if backwards:
        rows = rows[::-1]
        return Window(rows, rows[0] if more else None, rows[-1])
    return Window(rows, rows[0] if from_key else None, rows[-1] if more else None)


def beyond(columns: Sequence[str], direction: str, parameters: Sequence[str]) -> str:
    """The SQL condition of rows behind a key in a direction, ASC or DESC; the parameters hold the key's parts."""
    sign = {"ASC": ">", "DESC": "<"}[direction]
    return f"({', '.join(columns)}) {sign} ({', '.join(f'%({name})s' for name in parameters)})"


def page(rows: QuerySet[Row], query: QueryDict, *, size: int | None = None) -> Page[Row]:
    """The page of `rows` (newest first, by id) that `?before=` or `?after=` asks for. One statement."""
    size = size or policy.PAGE_ROWS
    before, after = _key(query, "before"), _key(query, "after")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    elif before is not None:
        rows = rows.filter(pk__lt=before)
    backwards = after is not None
    found = list(rows.order_by("pk" if backwards else "-pk")[: size + 1])
    shown = window(found, size=size, backwards=backwards, from_key=before is not None)
    return Page(
        shown.rows,
        newer=shown.previous.pk if shown.previous else None,
        older=shown.next.pk if shown.next else None,
    )


def _key(query: QueryDict, name: str) -> int | None:
    """A key from an address; what is no number, or none that a row can have, asks for nothing."""
    text: Any = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
