"""The tags of every page: money, prices, states, links that know where they are."""

from types import SimpleNamespace

from django.template import engines
from django.test import RequestFactory

from banibs.core.money import Money


def _render(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load ui %}" + source).render(context)


def test_money_is_written_for_people() -> None:
    assert _render("{{ m|money }}", m=Money(129900, "NGN")) == "₦1,299.00"
    assert _render("{{ m|money }}", m=None) == ""


def test_a_statement_shows_the_sign_of_each_movement() -> None:
    assert _render("{{ m|signed }}", m=Money(1200, "GBP")) == "+£12.00"
    assert _render("{{ m|signed }}", m=Money(-350, "GBP")) == "\N{MINUS SIGN}£3.50"


def test_a_sale_is_spoken_as_now_and_was() -> None:
    html = _render("{% price now was %}", now=Money(1900, "GBP"), was=Money(2400, "GBP"))
    assert '<span class="sr-only">now </span><span class="now">£19.00</span>' in html
    assert '<s><span class="sr-only">was </span>£24.00</s>' in html


def test_a_price_that_was_not_higher_is_no_sale() -> None:
    assert "<s>" not in _render("{% price now was %}", now=Money(1900, "GBP"), was=Money(1900, "GBP"))


def test_a_state_is_an_icon_and_a_word() -> None:
    html = _render('{% status "sale" "paid" "24 Nov" %}')
    assert "Send by 24 Nov" in html
    assert "<svg" in html
    assert _render('{% status "order" "completed" "" "digital" %}').endswith("Complete</span>")


def test_a_detail_cannot_bring_markup() -> None:
    assert "&lt;b&gt;" in _render('{% status "sale" "paid" detail %}', detail="<b>")


def test_a_menu_marks_the_page_and_those_below_it() -> None:
    request = RequestFactory().get("/account/orders/B-71840/")
    assert 'aria-current="page"' in _render('{% nav "marketplace:orders" "Orders" %}', request=request)
    assert "aria-current" not in _render(
        '{% nav "marketplace:account" "Overview" exact=True %}', request=request
    )
    assert "aria-current" not in _render(
        '{% nav "marketplace:account" "All" but="marketplace:orders" %}', request=request
    )


def test_a_room_that_is_not_built_in_has_no_link() -> None:
    assert _render('{% nav "nowhere:page" "Nowhere" %}') == ""


def test_a_query_keeps_what_it_was_not_told_to_change() -> None:
    request = RequestFactory().get("/browse/?country=GH&country=NG&sort=price&after=9")
    url = _render('{% query after=None sort="newest" %}', request=request)
    assert url == "?country=GH&amp;country=NG&amp;sort=newest"


def test_countries_and_sizes_are_named() -> None:
    assert _render('{{ "GH"|country }}, {{ "ZZ9"|country }}') == "Ghana, ZZ9"
    assert (
        _render("{{ a|filesize_short }} {{ b|filesize_short }}", a=38_000_000, b=2_400_000_000)
        == "38 MB 2.4 GB"
    )


def test_the_cloth_of_a_shop_has_an_address() -> None:
    shop = SimpleNamespace(slug="indigo-house")
    assert _render('{% cloth shop.slug "band" %}', shop=shop) == "/shops/indigo-house/cloth.svg?shape=band"
    assert _render("{% cloth shop.slug %}", shop=SimpleNamespace(slug="")).endswith(".svg")
