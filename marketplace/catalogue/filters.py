"""What a visitor narrows a page of products by, read from the address. Pure: no database.

A value that means nothing is left out and said so; no address of a page of products is an error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from banibs.core import money
from banibs.core.money import Money
from marketplace import policy

SORTS = ("newest", "price", "-price")
KINDS = ("physical", "digital")


@dataclass(frozen=True, slots=True)
class Filters:
    """The chosen ones. `least` and `most` are displayed prices in minor units, ends included."""

    kind: str = ""
    countries: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    in_stock: bool = False
    free_delivery: bool = False

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def count(self) -> int:
        """How many are set, as the button "Filters (2)" says."""
        price = self.least is not None or self.most is not None
        return bool(self.kind) + len(self.countries) + price + self.in_stock + self.free_delivery


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a page asks for, and what of it could not be read."""

    filters: Filters
    sort: str
    currency: str
    notes: tuple[str, ...] = ()
    q: str = ""

    def query(self) -> str:
        """The same as an address's query, without a place among the pages; "" when nothing is asked."""
        chosen = self.filters
        pairs: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        pairs += [("kind", chosen.kind)] if chosen.kind else []
        pairs += [("country", country) for country in chosen.countries]
        pairs += [
            (name, Money(amount, self.currency).plain)
            for name, amount in (("min_price", chosen.least), ("max_price", chosen.most))
            if amount is not None
        ]
        pairs += [("in_stock", "1")] if chosen.in_stock else []
        pairs += [("free_delivery", "1")] if chosen.free_delivery else []
        pairs += [("sort", self.sort)] if self.sort not in ("newest", "best") else []
        return urlencode(pairs)

    def without(self, **changes: object) -> str:
        """The query with filters put back to nothing, for the cross on a chip."""
        return "?" + replace(self, filters=replace(self.filters, **changes)).query()  # type: ignore[arg-type]  # `changes` are fields of Filters


def read(params: QueryDict, currency: str, *, sorts: tuple[str, ...] = SORTS) -> Asked:
    """Reads the address of a page of products. The first of `sorts` is meant where none is asked for."""
    notes: list[str] = []
    kind = params.get("kind", "")
    if kind and kind not in KINDS:
        notes.append(_("We do not know that item type, so we show both."))
        kind = ""
    least, most = (_amount(params.get(name, ""), currency, notes) for name in ("min_price", "max_price"))
    if least is not None and most is not None and least > most:
        least, most = most, least
    countries = sorted(
        {
            code.upper()
            for code in params.getlist("country")
            if len(code) == 2 and code.isascii() and code.isalpha()
        }
    )
    sort = params.get("sort", "")
    return Asked(
        filters=Filters(
            kind=kind,
            countries=tuple(countries[: policy.FILTER_MOST_COUNTRIES]),
            least=least,
            most=most,
            in_stock=params.get("in_stock") == "1",
            free_delivery=params.get("free_delivery") == "1",
        ),
        sort=sort if sort in sorts else sorts[0],
        currency=currency,
        notes=tuple(dict.fromkeys(notes)),
    )


def _amount(text: str, currency: str, notes: list[str]) -> int | None:
    if not text.strip():
        return None
    try:
        return money.parse(text, currency).amount
    except money.InvalidAmount:
        example = Money(2500, currency).plain
        notes.append(
            _("We could not read that price, so we left it out. Write it like %(example)s.")
            % {"example": example}
        )
        return None
