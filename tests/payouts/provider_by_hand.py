"""A provider whose every answer the test chooses: outcomes that no local server makes. What it was asked is written to a
file before it answers, so that it outlives a process that dies.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from banibs.core.money import Money
from payments.gateways import outcomes
from payouts.models import PayoutAttempt, PayoutMethod
from payouts.providers.interface import PROVIDERS, Check, Progress, Quote, Seen, ShortOfFunds, Terms

Answer = Callable[[], Progress]


def says(*args: object, **fields: object) -> Answer:
    """It answers so."""
    return lambda: Progress(*args, **fields)  # type: ignore[arg-type]


def refuses() -> Progress:
    """It does not want to."""
    raise outcomes.Refused("account_closed", "The account is closed.")


def is_short() -> Progress:
    """It has too little of our money."""
    raise ShortOfFunds("balance_insufficient", "Too little.")


def is_silent() -> Progress:
    """Nobody knows."""
    raise outcomes.Unknown("no answer within 10 seconds")


class ByHand:
    """Stands for one of the providers. A key that it has taken is one payment, however often it is asked."""

    def __init__(self, name: str, book: Path) -> None:
        self.name = name
        self.book = book
        self.answer: Answer = says("accepted")
        self.later: Answer = says("accepted")
        self.back: Answer = says("accepted")
        self.lists: Callable[[], Sequence[Seen]] = list
        self.thinks = 0.0  # seconds

    def terms(self) -> Terms:
        return Terms(self.name, configured=True)

    def check(self, method: PayoutMethod) -> Check:
        return Check("verified", masked=method.masked)

    def quote(self, method: PayoutMethod, sends: Money) -> Quote:
        return Quote(sends=sends, arrives=sends)

    def params(self, attempt: PayoutAttempt, method: PayoutMethod) -> Mapping[str, object]:
        return {"to": method.masked}

    def send(self, attempt: PayoutAttempt) -> Progress:
        with self.book.open("a") as book:
            book.write(f"{attempt.key}\n")
        time.sleep(self.thinks)
        return self.answer()

    def look_up(self, attempt: PayoutAttempt) -> Progress:
        return self.later()

    def bring_back(self, attempt: PayoutAttempt) -> Progress:
        return self.back()

    def listed(self, methods: Sequence[PayoutMethod]) -> Sequence[Seen]:
        return self.lists()

    @property
    def asked(self) -> list[str]:
        """The key of every sending, as often as it was asked."""
        return self.book.read_text().split() if self.book.exists() else []


_NOW: dict[str, ByHand] = {}


def __getattr__(name: str) -> ByHand:
    try:
        return _NOW[name]
    except KeyError:
        raise AttributeError(name) from None


def standing(name: str) -> ByHand:
    """The hands that stand for this provider now."""
    return _NOW[name]


@contextmanager
def by_hand(book: Path, *names: str) -> Iterator[dict[str, ByHand]]:
    """Puts hands in the place of these providers."""
    before = dict(PROVIDERS.paths)
    _NOW.update({name: ByHand(name, book) for name in names})
    PROVIDERS.paths.update({name: f"{__name__}.{name}" for name in names})  # type: ignore[attr-defined]
    try:
        yield dict(_NOW)
    finally:
        PROVIDERS.paths.update(before)  # type: ignore[attr-defined]
        _NOW.clear()
