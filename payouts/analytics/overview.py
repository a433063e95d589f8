"""The figures of a shop's page of payouts: what it earned, by month and by category, and how it goes.

Each figure has an address that lists the ledger's entries that make it: `payouts.analytics.explain`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from banibs.core import clock
from banibs.core.money import Money
from banibs.core.ui import charts
from marketplace.catalogue import categories
from marketplace.models import Kind, Seller
from marketplace.sellers import figures, time_zones
from marketplace.sellers.figures import Span, Sums
from payouts import policy


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in words, with the address that explains it."""

    label: str
    money: Money
    url: str


@dataclass(frozen=True, slots=True)
class Part(charts.Slice):
    """What a category brought, with the address that explains it."""

    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """A figure that is no sum: its text ("" where there is none yet, then `why` says so), how it changed since the month
    before ("" for not at all; `good` or not; None where that says nothing), and its last months as sizes.
    """

    label: str
    text: str
    why: str
    change: str
    good: bool | None
    trend: Sequence[float]
    url: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What `templates/seller/payouts/_earnings.html` shows, under the name `earnings`."""

    currency: str
    month: dt.date
    name: str  # "November"
    sold: bool  # whether the shop ever sold anything in this currency
    bars: Sequence[charts.Bar]
    ticks: Sequence[tuple[float, str]]
    digital: bool
    months: Sequence[Line]
    parts: Sequence[Part]
    lines: Sequence[Line]  # they add up to `kept`
    kept: Line
    orders: int
    cards: Sequence[Card]
    earned: Sequence[Line]
    choices: Sequence[tuple[str, str, bool]]  # "2026-11", "November 2026", whether it is this one

    @property
    def total(self) -> str:
        """What was kept, short enough for the middle of a ring."""
        text = str(self.kept.money)
        return text if len(text) <= policy.CHART_TOTAL_MOST_CHARACTERS else charts.short(self.kept.money)


def overview(seller: Seller, currency: str, period: str = "") -> Overview:
    """The shop's figures in a currency; `period` is a month ("2026-11"), the current one where it is none.

    Three statements and the clock, whatever the number of orders.
    """
    today = clock.now().astimezone(time_zones.zone(seller)).date()
    month = figures.month_of(period) or today.replace(day=1)
    month = min(month, today.replace(day=1))
    by_month = figures.by_month(seller.pk, currency)
    views = figures.views_by_month(
        seller.pk, currency, Span(figures.before(month, policy.CHART_MONTHS), month)
    )
    made = _Figures(currency, month, today.replace(day=1), by_month, views)
    parts = figures.by_category(seller.pk, currency, Span(month, month))
    bars = [made.bar(one) for one in made.chart_months()]
    highest = max((made.net(one) for one in made.chart_months()), key=lambda money: money.amount)
    return Overview(
        currency=currency,
        month=month,
        name=date_format(month, "F"),
        sold=bool(by_month),
        bars=bars,
        ticks=charts.scale(highest if highest.amount > 0 else Money(100, currency)),
        digital=any(Kind.DIGITAL in by_month.get(one, {}) for one in made.chart_months()),
        months=[made.line(date_format(one, "F Y"), one.strftime("%Y-%m")) for one in made.chart_months()],
        parts=_parts(parts, currency, month),
        lines=_lines(made.sums(month), currency, month),
        kept=made.line(_("You keep"), month.strftime("%Y-%m")),
        orders=made.sums(month).orders,
        cards=made.cards(),
        earned=made.earned(),
        choices=made.choices(),
    )


def explained_at(currency: str, period: str, measure: str = "net", **which: object) -> str:
    """The address of the entries that make a figure: of a period ("2026-11", "2026", "all") and what else narrows it."""
    query = urlencode({name: value for name, value in which.items() if value not in ("", None)})
    return reverse("payouts:explain", args=[currency, period, measure]) + (f"?{query}" if query else "")


@dataclass(frozen=True)
class _Figures:
    """The months of a currency, asked in several ways."""

    currency: str
    month: dt.date
    current: dt.date
    by_month: Mapping[dt.date, Mapping[str, Sums]]
    views: Mapping[dt.date, figures.Views]

    def sums(self, month: dt.date) -> Sums:
        return figures.together(self.by_month.get(month, {}).values())

    def net(self, month: dt.date) -> Money:
        return Money(self.sums(month).net, self.currency)

    def seen(self, month: dt.date) -> int:
        return self.views[month].listings if month in self.views else 0

    def chart_months(self) -> list[dt.date]:
        """The months of the chart, the chosen one last."""
        return [figures.before(self.month, count) for count in reversed(range(policy.CHART_MONTHS))]

    def bar(self, month: dt.date) -> charts.Bar:
        """A month as a column. What went back beyond what came in has no height: the text says it."""
        net = self.net(month)
        physical, digital = (
            self.by_month.get(month, {}).get(kind, Sums()).net for kind in (Kind.PHYSICAL, Kind.DIGITAL)
        )
        whole = max(net.amount, 0)
        below = min(max(physical, 0), whole)
        sizes = (below, whole - below) if digital > 0 else (whole, 0)
        return charts.Bar(date_format(month, "M"), sizes, str(net), charts.short(net))

    def line(self, label: str, period: str) -> Line:
        """What the shop kept of a month ("2026-11"), a year ("2026") or of all."""
        months = [one for one in self.by_month if period == "all" or f"{one:%Y-%m}".startswith(period)]
        money = Money(sum(self.sums(one).net for one in months), self.currency)
        return Line(label, money, explained_at(self.currency, period))

    def earned(self) -> list[Line]:
        """This month, last month, this year, all time: by today, whichever month is looked at."""
        first = min(self.by_month, default=self.current)
        return [
            self.line(_("This month"), f"{self.current:%Y-%m}"),
            self.line(_("Last month"), f"{figures.before(self.current):%Y-%m}"),
            self.line(_("This year"), f"{self.current:%Y}"),
            self.line(_("Since your first sale, %(year)d") % {"year": first.year}, "all"),
        ]

    def choices(self) -> list[tuple[str, str, bool]]:
        """The months that can be looked at, newest first, as far back as there is one."""
        first = min([*self.by_month, self.current, self.month])
        found: list[tuple[str, str, bool]] = []
        one = self.current
        while one >= first and len(found) < policy.PERIOD_CHOICES:
            found.append((f"{one:%Y-%m}", date_format(one, "F Y"), one == self.month))
            one = figures.before(one)
        return found

    def cards(self) -> list[Card]:
        """Average order, conversion, refund rate, and the year so far."""
        months, last = self.chart_months(), figures.before(self.month)
        of = date_format(last, "F")
        average = [self.sums(one).average(self.currency) for one in months]
        paid, paid_before = (
            one.amount if one else None for one in (average[-1], self.sums(last).average(self.currency))
        )
        converted = {one: self.sums(one).conversion(self.seen(one)) for one in (*months, last)}
        refunded = {one: self.sums(one).refund_rate() for one in (*months, last)}
        period = f"{self.month:%Y-%m}"
        return [
            Card(
                _("Average order"),
                str(average[-1] or ""),
                _("No order in this month."),
                *_change(_percent(paid, paid_before), of),
                [float(one.amount) if one else 0.0 for one in average],
                explained_at(self.currency, period, "average"),
            ),
            Card(
                _("Conversion"),
                _rate(converted[self.month]),
                _("Nobody has looked at a listing in this month."),
                *_change(_points(converted[self.month], converted[last]), of),
                [converted[one] or 0.0 for one in months],
                explained_at(self.currency, period, "conversion"),
            ),
            Card(
                _("Refund rate"),
                _rate(refunded[self.month]),
                _("No order in this month."),
                *_change(_points(refunded[self.month], refunded[last]), of, more_is_good=False),
                [refunded[one] or 0.0 for one in months],
                explained_at(self.currency, period, "refund-rate"),
            ),
            self._year(),
        ]

    def _year(self) -> Card:
        """The year of the month, up to it, beside the same months of the year before."""
        so_far = self._summed(self.month.year, self.month.month)
        earlier = self._summed(self.month.year - 1, self.month.month)
        return Card(
            _("%(year)d so far") % {"year": self.month.year},
            str(Money(so_far, self.currency)),
            "",
            *_change(_percent(so_far, earlier), str(self.month.year - 1)),
            [float(self._summed(one.year, one.month)) for one in self.chart_months()],
            explained_at(self.currency, f"{self.month:%Y}"),
        )

    def _summed(self, year: int, month: int) -> int:
        return sum(self.sums(one).net for one in self.by_month if one.year == year and one.month <= month)


def _lines(sums: Sums, currency: str, month: dt.date) -> list[Line]:
    """From what buyers paid to what the shop keeps: lines that add up. What is nothing is left out."""
    words = {
        "gross": (_("Goods"), 1),
        "discount": (_("Discounts"), -1),
        "promotion": (_("Discounts that BANIBS bears"), 1),
        "shipping": (_("Delivery"), 1),
        "tax": (_("Tax, which BANIBS remits"), -1),
        "fee": (_("BANIBS fee"), -1),
        "processing": (_("Card fees"), -1),
        "refunds": (_("Given back to buyers"), -1),
        "charges": (_("Fees of disputes"), -1),
    }
    return [
        Line(label, Money(sign * amount, currency), explained_at(currency, f"{month:%Y-%m}", measure))
        for measure, (label, sign) in words.items()
        if (amount := getattr(sums, measure))
    ]


def _parts(by_category: Mapping[int | None, Sums], currency: str, month: dt.date) -> list[Part]:
    """What categories brought, the most first; those that do not fit are one, and what belongs to no goods is the last."""
    goods = sorted(
        ((key, sums.net) for key, sums in by_category.items() if key is not None), key=lambda one: -one[1]
    )
    shown = goods if len(goods) <= policy.CHART_PARTS - 1 else goods[: policy.CHART_PARTS - 2]
    rest = goods[len(shown) :]
    period = f"{month:%Y-%m}"

    def part(label: str, amount: int, category: object) -> Part:
        money = Money(amount, currency)
        return Part(label, max(amount, 0), str(money), explained_at(currency, period, category=category))

    found = [part(_category(key), amount, key) for key, amount in shown]
    if rest:
        keys = "-".join(str(key) for key, _amount in rest)
        found.append(part(_("Other categories"), sum(amount for _key, amount in rest), keys))
    if None in by_category and by_category[None].net:
        found.append(part(_("Delivery, less card fees"), by_category[None].net, "none"))
    return found


def _category(key: int) -> str:
    node = categories.by_id(key)
    return node.name if node else _("Listings that are gone")


def _rate(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}%"


def _percent(now: int | None, before: int | None) -> tuple[float, str] | None:
    return None if now is None or not before or before < 0 else (100 * (now - before) / before, "%")


def _points(now: float | None, before: float | None) -> tuple[float, str] | None:
    return None if now is None or before is None else (now - before, " pt")


def _change(
    by: tuple[float, str] | None, since: str, *, more_is_good: bool = True
) -> tuple[str, bool | None]:
    """How a figure changed, in words, and whether that is good; nothing where there is nothing to compare."""
    if by is None:
        return "", None
    size, unit = by
    text = f"{'+' if size > 0 else '−' if size < 0 else ''}{abs(size):.1f}{unit}"
    said = _("%(change)s on %(since)s") % {"change": text, "since": since}
    return said, None if round(size, 1) == 0 else (size > 0) == more_is_good
