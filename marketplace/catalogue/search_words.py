"""Misspelt words: which word of a title or of a shop's name somebody may have meant.

Words are compared by their groups of three letters, as pg_trgm does it, in a table of our own: that extension is not on
every server. Two letters that changed places break too many groups, so those words are asked for beside them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any

from django.db import connection

from banibs.core.text import fold
from marketplace import policy

_LEAST_CHARACTERS = 3  # one group of three letters within the word

_LEARN = """
INSERT INTO marketplace_searchword (word, trigrams)
SELECT word, banibs_trigrams(word)
  FROM (SELECT DISTINCT regexp_split_to_table(banibs_fold(t.words), '[^[:alpha:]]+') AS word
          FROM ({texts}) t) found
 WHERE length(word) BETWEEN %(least)s AND %(most)s
 ORDER BY word
    ON CONFLICT DO NOTHING
"""
_OF_SHOP = "SELECT name AS words FROM marketplace_seller WHERE id = %(which)s AND status = 'active'"
_OF_PRODUCTS = """
SELECT p.title || ' ' || s.name AS words
  FROM marketplace_product p JOIN marketplace_seller s ON s.id = p.seller_id
 WHERE p.id = ANY(%(which)s) AND p.status = 'active' AND s.status = 'active'
"""
_NEAREST = """
SELECT a.typed, near.word
  FROM unnest(%(words)s::text[]) AS a(typed)
 CROSS JOIN LATERAL (
   SELECT s.word
     FROM marketplace_searchword s
    CROSS JOIN LATERAL (SELECT count(*) AS n FROM unnest(s.trigrams) g
                         WHERE g = ANY (banibs_trigrams(a.typed))) shared
    WHERE s.trigrams && banibs_trigrams(a.typed)
      AND shared.n >= %(similar)s * (cardinality(s.trigrams) + cardinality(banibs_trigrams(a.typed)) - shared.n)
    ORDER BY shared.n::float / (cardinality(s.trigrams) + cardinality(banibs_trigrams(a.typed)) - shared.n) DESC, s.word
    LIMIT 10) near
 UNION ALL
SELECT b.typed, s.word
  FROM unnest(%(swapped_of)s::text[], %(swapped)s::text[]) AS b(typed, swapped)
  JOIN marketplace_searchword s ON s.word = b.swapped
"""


def learn_products(products: Sequence[int]) -> None:
    """Takes in the words of these listings' titles and their shops' names, of those on sale. One statement."""
    _learn(_OF_PRODUCTS, list(products))


def learn_shop(seller: int) -> None:
    """Takes in the words of a shop's name, once it is open. One statement."""
    _learn(_OF_SHOP, seller)


def _learn(texts: str, which: int | list[int]) -> None:
    asked = {"which": which, "least": _LEAST_CHARACTERS, "most": policy.SEARCH_WORD_MOST_CHARACTERS}
    with connection.cursor() as cursor:
        cursor.execute(_LEARN.format(texts=texts), asked)


def correction(q: str) -> str:
    """What was typed with each word that nobody uses here replaced by the nearest that somebody does; "" if none is.

    One statement.
    """
    words = re.findall(r"\w+", fold(q))
    typed = [word for word in words if _LEAST_CHARACTERS <= len(word) <= policy.SEARCH_WORD_MOST_CHARACTERS]
    if not typed or len(words) > policy.SEARCH_CORRECTED_WORDS:
        return ""
    swapped = [(word, other) for word in typed for other in sorted(_swapped(word))]
    asked: dict[str, Any] = {
        "words": typed,
        "similar": policy.SEARCH_LEAST_SIMILARITY,
        "swapped_of": [word for word, _other in swapped],
        "swapped": [other for _word, other in swapped],
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST, asked)
        near: dict[str, list[str]] = {}
        for word, candidate in cursor.fetchall():
            near.setdefault(word, []).append(candidate)
    meant = [_nearest(word, near.get(word, [])) for word in words]
    return " ".join(meant) if meant != words else ""


def _swapped(word: str) -> set[str]:
    """The word with two neighbouring letters in each other's place, in every way, in the singular and the plural."""
    turned = {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1)} - {word}
    return turned | {f"{one}s" for one in turned}


def _nearest(word: str, candidates: list[str]) -> str:
    """The candidate that is one swap away, or has most letters in the same order.

    The word itself when it is one, or there is none.
    """
    if word in candidates or not candidates:
        return word
    swapped = _swapped(word)
    return max(candidates, key=lambda one: (one in swapped, difflib.SequenceMatcher(None, word, one).ratio()))
