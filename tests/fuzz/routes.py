"""Every address of the resolver, each hole as `{}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

_HOLE = re.compile(r"<(?:\w+:)?\w+>|\(\?P<\w+>(?:[^()]|\([^()]*\))*\)")


def every_route() -> list[str]:
    """All of them, each once: `/p/{}-{}/`."""
    return sorted(set(_below(get_resolver().url_patterns, "/")))


def _below(patterns: list[Any], route: str) -> Iterator[str]:
    for pattern in patterns:
        there = route + _route(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, there)
        else:
            yield there


def _route(pattern: object) -> str:
    text = _HOLE.sub("{}", str(pattern))
    if not isinstance(pattern, RegexPattern):
        return text
    return text.strip("^$").replace("\\Z", "").replace("\\", "")
