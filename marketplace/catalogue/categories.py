"""The tree of categories, kept by each process for a minute (a setting): it stands on every page."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import reverse

from marketplace.models import Category


@dataclass
class Node:
    """A department, or a category below one."""

    id: int
    slug: str
    path: str
    name: str
    intro: str
    art: str
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    @functools.cached_property
    def url(self) -> str:
        """Its page."""
        return reverse("marketplace:category", args=[self.path])


_kept: tuple[float, dict[str, Node]] = (0.0, {})


def tree() -> dict[str, Node]:
    """Every node by path, departments and categories in their order. One statement a minute at most."""
    global _kept
    if time.monotonic() - _kept[0] > settings.CATEGORIES_KEEP_SECONDS or not _kept[1]:
        _kept = (time.monotonic(), _load())
    return _kept[1]


def forget() -> None:
    """Makes the next look-up ask the database."""
    global _kept
    _kept = (0.0, {})


def _load() -> dict[str, Node]:
    rows = list(Category.objects.order_by("position", "name")[:500])
    nodes = {row.pk: Node(row.pk, row.slug, row.path, row.name, row.intro, row.art) for row in rows}
    for row in rows:
        if row.parent_id is not None:
            nodes[row.pk].parent = nodes[row.parent_id]
            nodes[row.parent_id].children.append(nodes[row.pk])
    return {node.path: node for node in nodes.values()}


def departments() -> list[Node]:
    """The top of the tree, as the navigation shows it."""
    return [node for node in tree().values() if node.parent is None]


def by_id(pk: int) -> Node | None:
    """The node of a row."""
    return next((node for node in tree().values() if node.id == pk), None)
