"""The mark of this installation, in every key and on every object of ours at Stripe."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping

from payments.models import Installation

MARK = "banibs_installation"


@functools.cache
def row() -> Installation:
    """The one row, which the migrations made. It never changes, so a process reads it once."""
    return Installation.objects.get()


def mark() -> str:
    """This installation's mark."""
    return row().mark


def since() -> dt.datetime:
    """From when on keys and metadata bear the mark. What was sent before went under another key."""
    return row().created_at


def marked(metadata: Mapping[str, str]) -> dict[str, str]:
    """Metadata with our mark."""
    return {**metadata, MARK: mark()}


def is_ours(metadata: Mapping[str, str]) -> bool:
    """Whether this installation wrote these metadata."""
    return metadata.get(MARK) == mark()


def is_anothers(metadata: Mapping[str, str]) -> bool:
    """Whether another installation wrote them, on the same Stripe account. Without any mark: nobody knows."""
    return metadata.get(MARK, mark()) != mark()


def key(name: str) -> str:
    """An idempotency key that no other installation uses."""
    return f"{mark()}:{name}"
