"""Every address of the resolver, for tests that ask all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern


@dataclass(frozen=True)
class Address:
    """One pattern: its route with holes such as `<int:pk>`, its name with its namespaces, and its view."""

    route: str
    name: str
    view: Callable[..., Any]

    @property
    def holes(self) -> tuple[str, ...]:
        """The names of what has to be filled in."""
        return tuple(re.findall(r"<(?:\w+:)?(\w+)>", self.route))

    def path(self, values: dict[str, Any]) -> str:
        """The address with its holes filled."""
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda hole: str(values[hole[1]]), self.route)


def every_address() -> list[Address]:
    """All patterns, in the order in which they are looked at."""
    return list(_below(get_resolver().url_patterns, "", ""))


def _below(patterns: list[Any], route: str, namespace: str) -> Iterator[Address]:
    for pattern in patterns:
        there = route + _route(pattern)
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _below(pattern.url_patterns, there, inside)
        elif isinstance(pattern, URLPattern):
            yield Address(there, namespace + (pattern.name or ""), pattern.callback)


def _route(pattern: URLPattern | URLResolver) -> str:
    """A route; of a regular expression its named groups as holes."""
    text = str(pattern.pattern)
    if not isinstance(pattern.pattern, RegexPattern):
        return text
    return (
        re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", text)
        .strip("^$")
        .replace("\\Z", "")
        .replace("\\", "")
    )
