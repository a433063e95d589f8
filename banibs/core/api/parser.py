"""The strict parser of JSON bodies: bounded, and never a crash, whatever is sent (docs "Faults", Hostile input)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from banibs.core import policy
from banibs.core.api.errors import Refused


class StrictJSONParser(BaseParser):
    """JSON as UTF-8, no larger than a form may be. A name twice in an object, NaN and endless nesting are refused."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        largest: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(largest + 1)
        if len(body) > largest:
            raise Refused(413, "too_large", f"A body has at most {largest} bytes")
        try:
            found = json.loads(body.decode(), object_pairs_hook=_pairs, parse_constant=_constant)
        except RecursionError as error:
            raise ParseError("This is nested too deeply") from error
        except ValueError as error:
            raise ParseError(f"This is no JSON: {error}") from error
        _check_depth(found)
        return found


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _check_depth(body: Any) -> None:
    level, depth = [body], 0
    while level:
        depth += 1
        if depth > policy.API_MOST_NESTING:
            raise ParseError("This is nested too deeply")
        level = [
            part
            for one in level
            if isinstance(one, dict | list)
            for part in (one.values() if isinstance(one, dict) else one)
            if isinstance(part, dict | list)
        ]
