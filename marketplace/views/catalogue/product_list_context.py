"""What every page of products shows around its grid: filters with counts, chips, sorting, neighbours."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from banibs.core.money import Money
from banibs.core.templatetags.ui import country as country_name
from marketplace import policy
from marketplace.catalogue import product_list
from marketplace.catalogue.filters import Asked, Filters
from marketplace.regions.lookup import Place
from marketplace.regions.visitor_request import VisitorRequest


class Choice(NamedTuple):
    """A filter that can be ticked, and how many pieces it would leave."""

    value: str
    name: str
    said: str
    chosen: bool
    empty: bool


class Chip(NamedTuple):
    """A filter that is set; `url` is the page without it."""

    text: str
    url: str


def count_text(count: int) -> str:
    """A count as people read it: exactly to 1,000, then "1,000+"."""
    return f"{policy.PRODUCTS_MOST_COUNTED:,}+" if count > policy.PRODUCTS_MOST_COUNTED else f"{count:,}"


def cursor(request: VisitorRequest, sort: str) -> product_list.Cursor | None:
    """Where among the pages the address points to; the first page where it makes no sense."""
    if "before" in request.GET:
        return product_list.cursor_of(request.GET["before"], sort=sort, backwards=True)
    return product_list.cursor_of(request.GET.get("after", ""), sort=sort)


def context(
    *,
    path: str,
    asked: Asked,
    page: product_list.Page,
    counts: product_list.Counts,
    place: Place,
    sorts: dict[str, str],
) -> dict[str, Any]:
    """What the templates of results and filters ask for. `path` is the page's own address."""
    query = asked.query()
    joined = f"{path}?{query}&" if query else f"{path}?"
    return {
        "path": path,
        "asked": asked,
        "page": page,
        "counts": counts,
        "total": count_text(counts.total),
        "many": 2 if counts.total != 1 else 1,
        "cards": page.cards,
        "chips": chips(asked),
        "kinds": _kinds(asked.filters, counts),
        "countries": _countries(asked.filters, counts),
        "in_stock": _tick("in_stock", asked.filters.in_stock, counts.in_stock),
        "free_delivery": _tick("free_delivery", asked.filters.free_delivery, counts.free_delivery),
        "prices": [
            (
                "min_price",
                _("Lowest price"),
                _plain(asked.filters.least, place),
                Money(0, place.currency).format(),
            ),
            ("max_price", _("Highest price"), _plain(asked.filters.most, place), ""),
        ],
        "sorts": sorts,
        "previous_url": f"{joined}before={page.previous}" if page.previous else None,
        "next_url": f"{joined}after={page.next}" if page.next else None,
        "pushed": f"{path}?{query}" if query else path,
    }


def respond(request: VisitorRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
    """The whole page, or for htmx its results alone, with the clean address to show in the browser."""
    if request.variant.part is not None:
        response = render(request, "marketplace/catalogue/_product_grid.html", {**shown, "oob": True})
        at = {name: request.GET[name] for name in ("after", "before") if name in request.GET}
        joint = "&" if "?" in shown["pushed"] else "?"
        response.headers["HX-Push-Url"] = shown["pushed"] + "".join(
            f"{joint}{name}={at[name]}" for name in at
        )
    else:
        response = render(request, template, shown)
    return response


def sort_names() -> dict[str, str]:
    """The ways to sort a page of products."""
    return {"newest": _("Newest first"), "price": _("Price, low to high"), "-price": _("Price, high to low")}


def chips(asked: Asked) -> list[Chip]:
    """One for each filter that is set."""
    chosen, found = asked.filters, []
    if chosen.kind:
        found.append(Chip(_kind_name(chosen.kind), asked.without(kind="")))
    for code in chosen.countries:
        rest = tuple(other for other in chosen.countries if other != code)
        found.append(Chip(country_name(code), asked.without(countries=rest)))
    if chosen.least is not None or chosen.most is not None:
        found.append(Chip(_price_words(asked), asked.without(least=None, most=None)))
    if chosen.in_stock:
        found.append(Chip(_("In stock"), asked.without(in_stock=False)))
    if chosen.free_delivery:
        found.append(Chip(_("Free delivery"), asked.without(free_delivery=False)))
    return found


def _price_words(asked: Asked) -> str:
    least, most = asked.filters.least, asked.filters.most
    if least is None:
        return _("Up to %(most)s") % {"most": Money(most or 0, asked.currency)}
    if most is None:
        return _("%(least)s and more") % {"least": Money(least, asked.currency)}
    return _("%(least)s to %(most)s") % {
        "least": Money(least, asked.currency), "most": Money(most, asked.currency)
    }  # fmt: skip


def _kind_name(kind: str) -> str:
    return {"": _("All"), "physical": _("Physical"), "digital": _("Digital")}[kind]


def _kinds(chosen: Filters, counts: product_list.Counts) -> list[Choice]:
    return [
        Choice(kind, _kind_name(kind), "", kind == chosen.kind, bool(kind) and not counts.kinds.get(kind))
        for kind in ("", "physical", "digital")
    ]


def _countries(chosen: Filters, counts: product_list.Counts) -> list[Choice]:
    codes = set(counts.countries) | set(chosen.countries)
    named = sorted((country_name(code), code) for code in codes)
    return [
        Choice(
            code,
            name,
            count_text(counts.countries.get(code, 0)),
            code in chosen.countries,
            not counts.countries.get(code),
        )
        for name, code in named
    ]


def _tick(name: str, chosen: bool, count: int) -> Choice:
    return Choice(name, "", count_text(count), chosen, not count)


def _plain(amount: int | None, place: Place) -> str:
    return "" if amount is None else Money(amount, place.currency).plain
