"""Rules of a listing: what is written, what is refused, what buyers find."""

import threading
from collections.abc import Mapping

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banibs.core import events
from marketplace.models import Offer, Product, Variant
from marketplace.sellers import listings
from marketplace.sellers.listings import Choice, Content, Price, Stock
from tests import market as scene

pytestmark = pytest.mark.django_db


def content(product: Product, *choices: Choice, prices: Mapping[str, Price] | None = None) -> Content:
    columns = {
        "title": product.title,
        "category_id": product.category_id,
        "summary": "",
        "materials": "",
        "tax_class": "standard",
    }
    return Content(columns, prices if prices is not None else {"GB": Price(4800)}, choices)


def sold_at(product: Product) -> dict[tuple[str, str], int]:
    rows = Offer.objects.filter(product=product).values_list("variant__name", "region", "amount")
    return {(name, region): amount for name, region, amount in rows}


def test_choices_and_prices_are_written_as_one() -> None:
    market = scene.opened()
    product = market.basket.product
    wanted = content(
        product,
        Choice(market.basket.pk, {"Size": "Small"}, "BB-S", Stock(10, 10)),
        Choice(None, {"Size": "Large"}, "BB-L", Stock(3, None), {"GB": 5600}),
        prices={"GB": Price(4800, 5200), "KE": Price(780_000)},
    )

    listings.save(product.pk, wanted, seen=product.updated_at)

    assert sold_at(product) == {
        ("Small", "GB"): 4800,
        ("Large", "GB"): 5600,
        ("Small", "KE"): 780_000,
        ("Large", "KE"): 780_000,
    }
    before = dict(Offer.objects.filter(product=product, region="GB").values_list("amount", "compare_at"))
    assert before == {4800: 5200, 5600: None}  # nothing was ever dearer than what it costs now
    assert Offer.objects.get(product=product, region="GB", lead=True).amount == 4800
    assert Variant.objects.get(name="Large").stock == 3


@pytest.mark.parametrize("count", [1, 12, 24])
def test_saving_costs_the_same_however_many_choices(count: int) -> None:
    market = scene.opened()
    product = market.basket.product
    rest = (Choice(None, {"Size": str(n)}, "", Stock(1, None)) for n in range(count - 1))
    wanted = content(product, Choice(market.basket.pk, {"Size": "one"}, "", Stock(10, 10)), *rest)

    with CaptureQueriesContext(connection) as statements:
        listings.save(product.pk, wanted, seen=product.updated_at)

    counted = [one for one in statements.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(counted) <= 13


def test_what_was_changed_elsewhere_is_not_written_over() -> None:
    market = scene.opened()
    product = market.basket.product
    seen = product.updated_at
    mine = content(product, Choice(market.basket.pk, {}, "", Stock(10, 10)), prices={"GB": Price(100)})
    listings.save(product.pk, content(product, Choice(market.basket.pk, {}, "", Stock(10, 10))), seen=seen)

    with pytest.raises(listings.Conflict) as conflict:
        listings.save(product.pk, mine, seen=seen)

    assert sold_at(product) == {("", "GB"): 4800}
    listings.save(product.pk, mine, seen=conflict.value.product.updated_at)  # said twice is meant
    assert sold_at(product) == {("", "GB"): 100}


def test_a_number_of_pieces_is_changed_only_from_what_is_there() -> None:
    market = scene.opened()
    product = market.basket.product
    Variant.objects.filter(pk=market.basket.pk).update(stock=7)  # three were bought meanwhile

    with pytest.raises(listings.StockMoved) as moved:
        listings.save(
            product.pk,
            content(product, Choice(market.basket.pk, {}, "", Stock(15, 10))),
            seen=product.updated_at,
        )
    assert moved.value.left == {market.basket.pk: 7}

    listings.save(
        product.pk, content(product, Choice(market.basket.pk, {}, "", Stock(10, 10))), seen=product.updated_at
    )
    market.basket.refresh_from_db()
    assert market.basket.stock == 7  # left alone: its seller did not touch it


def test_a_choice_taken_away_is_kept_for_its_orders_and_sold_no_more() -> None:
    market = scene.opened()
    product = market.basket.product

    listings.save(
        product.pk,
        content(product, Choice(None, {"Size": "New"}, "", Stock(1, None))),
        seen=product.updated_at,
    )

    market.basket.refresh_from_db()
    assert not market.basket.active
    assert sold_at(product) == {("New", "GB"): 4800}


def test_a_listing_is_on_sale_only_when_it_is_whole() -> None:
    market = scene.opened()
    draft = listings.draft(
        market.kofi, title="Kente strip", kind="digital", category=market.basket.product.category
    )
    actor = events.Actor.person(market.kofi.user, role="seller")

    with pytest.raises(listings.NotReady) as lacking:
        listings.move(draft.pk, to="active", actor=actor)

    assert len(lacking.value.problems) == 3  # a picture, a price, the file
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_what_is_taken_down_is_found_no_more_and_comes_back() -> None:
    market = scene.opened()
    product = market.basket.product
    Product.objects.filter(pk=product.pk).update(cover="listings/x")
    actor = events.Actor.person(market.kofi.user, role="seller")

    listings.move(product.pk, to="archived", actor=actor, reason="no more grass")
    assert not Offer.objects.filter(product=product, lead=True).exists()

    listings.move(product.pk, to="active", actor=actor)
    assert Offer.objects.filter(product=product, lead=True).count() == 2


def test_what_a_seller_keeps_is_what_an_order_would_give() -> None:
    kept = listings.seller_share(4800, region="GB", kind="physical", tax_class="standard")
    assert (kept.kept.amount, kept.fee.amount, kept.tax.amount) == (3600, 400, 800)
    abroad = listings.seller_share(4800, region="US", kind="digital", tax_class="standard")
    assert (abroad.kept.amount, abroad.fee.amount, abroad.tax.amount) == (4224, 576, 0)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_restock_at_once_do_not_both_win() -> None:
    market = scene.opened()
    outcomes: list[str] = []

    def restock(to: int) -> None:
        try:
            stocks = {market.basket.pk: Stock(to, 10)}
            listings.restock(market.basket.product, region="GB", stocks=stocks, amounts={})
            outcomes.append("done")
        except listings.StockMoved:
            outcomes.append("moved")
        finally:
            connection.close()

    threads = [threading.Thread(target=restock, args=[n]) for n in (20, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["done", "moved"]
