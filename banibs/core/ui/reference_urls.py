"""Finds the address of the page that a reference such as B-71840 names, without a query."""

from __future__ import annotations

import functools
import re

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string


@functools.cache
def _links() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), name) for pattern, name in import_string(settings.REFERENCE_LINKS))


def url(reference: str) -> str | None:
    """The page of what a reference names, or None where it has none."""
    for pattern, name in _links():
        if found := pattern.fullmatch(reference):
            try:
                return reverse(name, args=[found[1]])
            except NoReverseMatch:  # the page belongs to a part of the project that is not installed
                return None
    return None
