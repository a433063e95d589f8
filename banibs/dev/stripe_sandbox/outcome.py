"""Doing something that may be refused, in one transaction: undone when refused, unless the refusal
stays on record.
"""

from collections.abc import Callable
from typing import TypeVar

from banibs.dev.stripe_sandbox.errors import ApiError
from banibs.dev.stripe_sandbox.store import Store

Result = TypeVar("Result")


def of(store: Store, act: Callable[[], Result]) -> tuple[Result | None, ApiError | None]:
    """What came of it, or why it was refused."""
    try:
        with store.unit():
            try:
                return act(), None
            except ApiError as refusal:
                if not refusal.keeps:
                    raise
                return None, refusal
    except ApiError as refusal:
        return None, refusal
