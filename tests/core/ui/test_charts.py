"""Charts: the figures are in words too, sums are right, and text cannot bring markup."""

import pytest

from banibs.core.money import Money
from banibs.core.ui import charts


def test_a_chart_says_its_figures() -> None:
    svg = charts.bars(
        [charts.Bar("Nov", (30, 13), "$43.00")], title="Sales", key="s", ticks=[(0, "$0"), (50, "$50")]
    )
    assert '<title id="s-t">Sales</title><desc id="s-d">Nov: $43.00</desc>' in svg
    assert 'role="img"' in svg


def test_a_month_without_sales_is_a_gap_and_no_error() -> None:
    svg = charts.bars([charts.Bar("Nov", (0, 0), "$0.00")], title="Sales", key="s", ticks=[(0, "$0")])
    assert "k1" not in svg
    assert charts.bars([], title="Sales", key="s", ticks=[]).startswith("<svg")


def test_one_part_is_a_whole_ring() -> None:
    svg = charts.donut(
        [charts.Slice("All", 10, "$10"), charts.Slice("None", 0, "$0")], title="x", key="d", middle="$10"
    )
    assert svg.count("<path") == 1


def test_a_line_needs_two_points() -> None:
    assert charts.spark([3]) == ""
    assert charts.spark([3, 3]).count("<circle") == 1


def test_labels_cannot_bring_markup() -> None:
    evil = "</title><script>"
    svg = charts.bars([charts.Bar(evil, (1,), evil)], title=evil, key="s", ticks=[(1, evil)])
    assert "<script>" not in svg


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (Money(86000, "GBP"), "£860"),
        (Money(430000, "USD"), "$4.3k"),
        (Money(500000, "USD"), "$5k"),
        (Money(1500, "XOF"), "F\N{NO-BREAK SPACE}CFA\N{NO-BREAK SPACE}1.5k"),
    ],
)
def test_a_scale_is_short(amount: Money, text: str) -> None:
    assert charts.short(amount).replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}") == text


@pytest.mark.parametrize("highest", [0, 1, 99, 4300, 430_000, 98_765_432])
def test_a_scale_reaches_the_highest_in_a_few_lines(highest: int) -> None:
    lines = charts.scale(Money(highest, "USD"))
    assert lines[0][0] == 0
    assert lines[-1][0] >= highest
    assert 2 <= len(lines) <= 7
