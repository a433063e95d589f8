"""Pages of products: what is on them, in which order, and how many there are."""

import pytest

from marketplace import policy as marketplace_policy
from marketplace.catalogue import product_list
from marketplace.catalogue.filters import Filters
from marketplace.catalogue.product_list import Scope
from marketplace.models import Seller, ShippingRate
from marketplace.regions import lookup as regions
from tests import market as scene
from tests import people

pytestmark = pytest.mark.django_db
GB = Scope("GB")


@pytest.fixture
def kofis() -> Seller:
    return scene.sends_to(people.kofi(), "GB", "US")


def titles(page: product_list.Page) -> list[str]:
    return [card.title for card in page.cards]


def page(scope: Scope = GB, chosen: Filters = Filters(), **more: object) -> product_list.Page:  # noqa: B008
    return product_list.page(scope, chosen, regions.place(scope.region), **more)  # type: ignore[arg-type]


def walk(sort: str) -> list[list[str]]:
    """Every page from the first to the last, and then back again."""
    first = page(sort=sort)
    seen = [titles(first)]
    at = first
    while at.next is not None:
        at = page(sort=sort, cursor=product_list.cursor_of(str(at.next), sort=sort))
        seen.append(titles(at))
    back = [titles(at)]
    while at.previous is not None:
        at = page(sort=sort, cursor=product_list.cursor_of(str(at.previous), sort=sort, backwards=True))
        back.append(titles(at))
    assert back[::-1] == seen
    return seen


@pytest.mark.parametrize("sort", ["newest", "price", "-price"])
def test_pages_hold_each_piece_once_in_order_there_and_back(kofis: Seller, sort: str) -> None:
    for number in range(60):
        scene.listing(kofis, f"Thing {number}", price=100 + 10 * (number % 7))
    pages = walk(sort)
    assert [len(one) for one in pages] == [24, 24, 12]
    everything = [title for one in pages for title in one]
    assert len(set(everything)) == 60
    if sort == "newest":
        assert everything == [f"Thing {number}" for number in reversed(range(60))]
    else:
        prices = [100 + 10 * (int(title.split()[1]) % 7) for title in everything]
        assert prices == sorted(prices, reverse=sort == "-price")


def test_a_page_says_where_it_stands(kofis: Seller) -> None:
    for number in range(30):
        scene.listing(kofis, f"Thing {number}")
    first = page()
    second = page(cursor=first.next)
    assert (first.first, first.last, first.previous) == (1, 24, None)
    assert (second.first, second.last, second.next) == (25, 30, None)
    assert page(cursor=second.previous).first == 1


@pytest.mark.parametrize("text", ["", "x", "1", "1.2.3.4", "-1.2", "9" * 30 + ".1", "1.2'", "٣.١"])
def test_a_cursor_that_makes_no_sense_is_the_first_page(text: str) -> None:
    assert product_list.cursor_of(text, sort="newest") is None


def test_a_piece_is_there_where_it_has_a_price_and_a_parcel_can_go(kofis: Seller) -> None:
    scene.listing(kofis, "Basket", sold_in=("GB", "NG"))
    scene.listing(kofis, "Pattern", kind="digital", stock=None, sold_in=("NG",))
    assert titles(page()) == ["Basket"]
    assert titles(page(Scope("NG"))) == ["Pattern"]  # nobody has said what a parcel to Nigeria costs
    assert titles(page(Scope("US"))) == []


def test_a_listing_with_variants_is_one_card_at_its_lowest_price(kofis: Seller) -> None:
    from marketplace.models import Variant

    small = scene.listing(kofis, "Basket", price=4800)
    scene.offer(Variant.objects.create(product=small.product, name="Tiny", stock=3), 2900, "GB")
    (card,) = page().cards
    assert card.price.amount == 2900


def test_filters_narrow(kofis: Seller) -> None:
    zuris = scene.sends_to(people.zuri(), "GB")
    ShippingRate.objects.filter(seller=zuris).update(flat=0, per_item=0)
    scene.listing(kofis, "Basket", price=4800)
    scene.listing(kofis, "Sold", price=300, stock=0)
    scene.listing(zuris, "Jar", price=1400)
    scene.listing(zuris, "Zine", price=700, kind="digital", stock=None)

    def found(**chosen: object) -> set[str]:
        return set(titles(page(chosen=Filters(**chosen))))  # type: ignore[arg-type]

    assert found(kind="digital") == {"Zine"}
    assert found(countries=("KE",)) == {"Jar", "Zine"}
    assert found(countries=("KE", "GH")) == {"Basket", "Sold", "Jar", "Zine"}
    assert found(least=700, most=1400) == {"Jar", "Zine"}
    assert found(in_stock=True) == {"Basket", "Jar", "Zine"}
    assert found(free_delivery=True) == {"Jar", "Zine"}
    assert found(kind="physical", countries=("KE",), free_delivery=True) == {"Jar"}


def test_counts_say_what_each_further_choice_would_leave(kofis: Seller) -> None:
    zuris = scene.sends_to(people.zuri(), "GB")
    scene.listing(kofis, "Basket")
    scene.listing(kofis, "Sold", stock=0)
    scene.listing(zuris, "Jar")
    scene.listing(zuris, "Zine", kind="digital", stock=None)

    everything = product_list.counts(GB, Filters())
    assert (everything.total, everything.kinds) == (4, {"physical": 3, "digital": 1})
    assert everything.countries == {"GH": 2, "KE": 2}
    assert (everything.in_stock, everything.free_delivery) == (3, 1)

    of_ghana = product_list.counts(GB, Filters(countries=("GH",)))
    assert of_ghana.total == 2
    assert of_ghana.countries == {"GH": 2, "KE": 2}  # ticking Kenya as well would add two
    assert of_ghana.kinds == {"physical": 2, "digital": 0}


def test_counts_stop_at_a_thousand_and_are_then_kept_for_a_minute(
    kofis: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marketplace_policy, "PRODUCTS_MOST_COUNTED", 3)
    for number in range(6):
        scene.listing(kofis, f"Thing {number}")
    assert product_list.counts(GB, Filters()).total == 4  # one more than are counted
    scene.listing(kofis, "Another", kind="digital", stock=None)
    assert product_list.counts(GB, Filters()).kinds["digital"] == 0  # from before
    assert product_list.counts(GB, Filters(kind="digital")).kinds["digital"] == 1


def test_a_department_holds_its_categories_and_a_category_only_itself(kofis: Seller) -> None:
    home = scene.category("Home")
    baskets, pots = scene.category("Baskets", home), scene.category("Pots", home)
    scene.listing(kofis, "Basket", in_category=baskets)
    scene.listing(kofis, "Pot", in_category=pots)
    scene.listing(kofis, "Scarf", in_category=scene.category("Fashion"))
    assert titles(page(Scope("GB", department=home.pk))) == ["Pot", "Basket"]
    assert titles(page(Scope("GB", category=baskets.pk))) == ["Basket"]


def test_what_is_taken_down_or_behind_a_closed_door_is_not_shown(kofis: Seller) -> None:
    from marketplace.catalogue import offer_index

    basket = scene.listing(kofis, "Basket")
    basket.product.status = "archived"
    basket.product.save()
    offer_index.refresh_products([basket.product_id])
    assert titles(page()) == []
    scene.listing(kofis, "Pot")
    kofis.status = Seller.Status.PAUSED
    kofis.save()
    offer_index.refresh_seller(kofis.pk)
    assert titles(page()) == []
