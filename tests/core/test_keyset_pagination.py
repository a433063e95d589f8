"""One way to page by key: forwards, backwards, and at both ends."""

import random

import pytest
from django.http import QueryDict

from banibs.core.db.keyset_pagination import beyond, turned_query, window


def read(rows: list[int], *, size: int, after: int | None = None, before: int | None = None) -> list[int]:
    """What a query of ascending rows gives: one more than a page, away from the key."""
    if before is not None:
        return [row for row in reversed(rows) if row < before][: size + 1]
    return [row for row in rows if after is None or row > after][: size + 1]


@pytest.mark.parametrize("count", [0, 1, 3, 4, 9, 10])
@pytest.mark.parametrize("size", [1, 3, 10])
def test_walking_to_the_end_and_back_shows_every_row_once_each_way(count: int, size: int) -> None:
    rows = sorted(random.sample(range(1000), count))
    there, key, pages = [], None, 0
    while True:
        shown = window(read(rows, size=size, after=key), size=size, from_key=key is not None)
        there += shown.rows
        pages += 1
        assert (shown.previous is not None) is (pages > 1)
        if shown.next is None:
            break
        key = shown.next
    assert there == rows
    assert pages == max(1, -(-count // size))

    back = list(shown.rows)
    while shown.previous is not None:
        shown = window(read(rows, size=size, before=shown.previous), size=size, backwards=True)
        assert shown.next == shown.rows[-1]
        back = [*shown.rows, *back]
    assert back == rows


def test_a_key_of_two_parts_is_compared_as_a_row() -> None:
    assert beyond(("o.amount", "o.id"), "DESC", ["key0", "key1"]) == "(o.amount, o.id) < (%(key0)s, %(key1)s)"
    assert beyond(("o.id",), "ASC", ["key0"]) == "(o.id) > (%(key0)s)"


def test_an_address_is_turned_on_one_side_and_keeps_the_rest() -> None:
    query = QueryDict("q=a+b&before=7&page=1")
    assert turned_query(query, ("before", "after"), "after", 9) == "?q=a+b&page=1&after=9"
    assert query["before"] == "7"
