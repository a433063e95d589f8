"""Pages by key: the thousandth costs what the first does, and a row that comes meanwhile shifts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

from banibs.core import policy

Row = TypeVar("Row", bound=Model)


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
    if key is None:
        return None
    changed = query.copy()
    for old in ("before", "after"):
        changed.pop(old, None)
    changed[name] = str(key)
    return f"?{changed.urlencode()}"


def page(rows: QuerySet[Row], query: QueryDict, *, size: int | None = None) -> Page[Row]:
    """The page of `rows` (newest first, by id) that `?before=` or `?after=` asks for. One statement."""
    size = size or policy.PAGE_ROWS
    before, after = _key(query, "before"), _key(query, "after")
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: size + 1])
        more = len(found) > size
        found = found[:size][::-1]
        return Page(found, found[0].pk if more else None, found[-1].pk if found else None)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: size + 1])
    more = len(found) > size
    found = found[:size]
    first = found[0].pk if found and before is not None else None
    return Page(found, first, found[-1].pk if more else None)


def _key(query: QueryDict, name: str) -> int | None:
    """A key from an address; what is no number, or none that a row can have, asks for nothing."""
    text: Any = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
