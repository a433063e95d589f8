"""Whose tax Amara pays: in Berlin, in Atlanta, for files alone, and where no rate was seen."""

from __future__ import annotations

import pytest
from django.db import transaction

from banibs.core import audit, events
from banibs.core.money import Money
from banibs.users.models import Address
from marketplace.audit import CHECKS
from marketplace.cart import contents as carts
from marketplace.checkout import tax_label
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Checkout, Order, OrderLine
from marketplace.pricing.quote import Tender
from marketplace.regions import lookup as regions
from payments.charges import purchase
from payments.refunds import order_refunds
from tests import market as scene
from wallet import accounts, ledger

pytestmark = pytest.mark.django_db
BERLIN = {"line1": "Kaiserdamm 3", "city": "Berlin", "region": "", "postcode": "14057", "country": "DE"}
ATLANTA = {
    "line1": "1180 Cascade Avenue",
    "city": "Atlanta",
    "region": "GA",
    "postcode": "30311",
    "country": "US",
}


@pytest.fixture
def market() -> scene.Market:
    """Kofi sends to Europe too, and Zuri's files are sold there; Amara has dollars and euros."""
    market = scene.opened()
    scene.sends_to(market.kofi, "EU")
    for variant, price in ((market.basket, 4_800), (market.zine, 700)):
        scene.offer(variant, price, "EU")
    scene.credit(market.amara, 20_000, "USD")
    scene.credit(market.amara, 20_000, "EUR")
    return market


def moves_to(market: scene.Market, **lines: str) -> Address:
    Address.objects.filter(user=market.amara).update(**lines)
    return Address.objects.get(user=market.amara)


def buys(market: scene.Market, region: str, *variants: object, expected_total: int | None = None) -> Checkout:
    scene.put_in_cart(market.amara, *((variant, 1) for variant in variants), region=region)  # type: ignore[misc]
    return purchase.buy(
        user=market.amara,
        address=Address.objects.get(user=market.amara).snapshot(),
        method="wallet",
        expected_total=expected_total,
    ).placed.checkout


def collected(jurisdiction: str, currency: str) -> int:
    return ledger.balance(accounts.tax(jurisdiction), currency).amount


def all_holds() -> None:
    assert [finding.check.name for finding in audit.run(CHECKS) if not finding.holds] == []


def words(checkout: Checkout) -> str:
    return tax_label.for_orders(checkout, list(checkout.orders.order_by("id").prefetch_related("lines")))


def test_in_berlin_the_price_is_the_same_and_the_tax_in_it_is_germanys(market: scene.Market) -> None:
    moves_to(market, **BERLIN)
    shown = carts.contents(
        scene.put_in_cart(market.amara, (market.basket, 1), region="EU"), regions.place("EU")
    )
    assert shown.tax.estimated
    checkout = buys(market, "EU", expected_total=shown.quote(Tender()).total)

    order, line = Order.objects.get(), OrderLine.objects.get()
    assert (checkout.total, order.tax_jurisdiction) == (5_300, "DE")
    assert (line.tax_jurisdiction, line.tax_rate_bps, line.tax_base, line.tax) == ("DE", 1_900, 4_034, 766)
    assert (order.shipping_tax_rate_bps, order.shipping_tax) == (1_900, 80)
    assert order.marketplace_fee == 403  # of the price without Germany's tax
    assert order.seller_net == 4_034 - 403 + 420
    assert (collected("DE", "EUR"), collected("EU", "EUR")) == (846, 0)
    assert words(checkout) == "VAT, Germany, 19 %"
    all_holds()


def test_in_paris_the_shop_keeps_less_of_the_same_price(market: scene.Market) -> None:
    moves_to(market, **BERLIN | {"country": "FR", "city": "Paris"})
    checkout = buys(market, "EU", market.basket)
    assert (checkout.total, checkout.tax) == (5_300, 800 + 83)
    assert collected("FR", "EUR") == 883
    all_holds()


def test_in_atlanta_georgias_rate_comes_on_top(market: scene.Market) -> None:
    moves_to(market, **ATLANTA)
    checkout = buys(market, "US", market.basket, expected_total=4_800 + 500 + 192)
    order, line = Order.objects.get(), OrderLine.objects.get()
    assert (order.tax_jurisdiction, order.tax, order.shipping_tax, order.shipping_tax_rate_bps) == (
        "US-GA",
        192,
        0,
        0,
    )
    assert (line.tax_base, line.tax_rate_bps) == (4_800, 400)
    assert (collected("US-GA", "USD"), collected("US", "USD")) == (192, 0)
    assert words(checkout) == "Sales tax, Georgia, 4 %, without local tax"
    all_holds()


def test_given_back_the_tax_comes_out_of_the_account_it_went_to(market: scene.Market) -> None:
    moves_to(market, **ATLANTA)
    buys(market, "US", market.basket)
    moves_to(market, region="NY")  # nobody asks the address again
    order_refunds.cancel_order(
        Order.objects.get().pk,
        actor=events.Actor.person(market.kofi.user, role="seller"),
        reason="sold out",
        user_id=market.kofi.user_id,
    )
    assert (collected("US-GA", "USD"), collected("US-NY", "USD"), collected("US", "USD")) == (0, 0, 0)
    assert market.wallet("USD") == 20_000


def test_the_total_that_was_an_estimate_is_not_charged(market: scene.Market) -> None:
    moves_to(market, **ATLANTA)
    cart = scene.put_in_cart(market.amara, (market.basket, 1), region="US")
    estimate = carts.contents(cart, regions.place("US")).quote(Tender()).total
    assert estimate == 4_800 + 500 + 396
    with pytest.raises(CheckoutRefusal) as refused, transaction.atomic():
        buys(market, "US", expected_total=estimate)
    assert (refused.value.code, refused.value.data["total"]) == ("price_changed", 5_492)
    assert not Order.objects.exists()
    assert market.wallet("USD") == 20_000


@pytest.mark.parametrize("state", ["MN", "Puerto Rico", "Armed Forces (AE)"])
def test_where_no_rate_was_seen_or_no_such_state_is_known_the_regions_holds(
    market: scene.Market, state: str
) -> None:
    moves_to(market, **ATLANTA | {"region": state})
    checkout = buys(market, "US", market.basket)
    assert (checkout.tax, OrderLine.objects.get().tax_rate_bps) == (396, 825)
    assert (Order.objects.get().tax_jurisdiction, collected("US", "USD")) == ("US", 396)
    assert words(checkout) == "Sales tax, United States, 8.25 %"
    all_holds()


def test_a_parcel_to_a_state_that_there_is_not_is_not_placed(market: scene.Market) -> None:
    moves_to(market, **ATLANTA | {"region": "Ruritania"})
    with pytest.raises(CheckoutRefusal) as refused, transaction.atomic():
        buys(market, "US", market.basket)
    assert refused.value.code == "billing_address_required"
    assert not Order.objects.exists()
    assert market.wallet("USD") == 20_000


def test_files_alone_bear_the_regions_rate_in_a_state_and_the_countrys_in_europe(
    market: scene.Market,
) -> None:
    moves_to(market, **ATLANTA)
    buys(market, "US", market.zine)
    assert (Order.objects.get().tax_jurisdiction, OrderLine.objects.get().tax_rate_bps) == ("US", 825)
    moves_to(market, **BERLIN)
    carts.change_region(market.amara.cart, "EU")
    buys(market, "EU", market.zine)
    assert (collected("US", "USD"), collected("DE", "EUR")) == (58, 112)
    all_holds()


def test_in_oregon_nothing_is_taxed(market: scene.Market) -> None:
    moves_to(market, **ATLANTA | {"region": "Oregon"})
    checkout = buys(market, "US", market.basket, market.zine)
    assert (checkout.tax, set(Order.objects.values_list("tax_jurisdiction", flat=True))) == (0, {"US-OR"})
    all_holds()


def test_files_of_another_shop_stay_in_the_regions_account(market: scene.Market) -> None:
    moves_to(market, **ATLANTA)
    checkout = buys(market, "US", market.basket, market.zine)
    assert list(Order.objects.order_by("id").values_list("tax_jurisdiction", "tax")) == [
        ("US-GA", 192),
        ("US", 58),
    ]
    assert (collected("US-GA", "USD"), collected("US", "USD")) == (192, 58)
    assert words(checkout) == "Sales tax, Georgia, 4 %, without local tax; United States, 8.25 %"
    all_holds()


def test_a_parcel_with_a_file_in_it_is_of_one_jurisdiction_at_two_rates(market: scene.Market) -> None:
    moves_to(market, **ATLANTA)
    checkout = buys(market, "US", market.jar, market.zine)
    assert list(OrderLine.objects.order_by("id").values_list("tax_jurisdiction", "tax_rate_bps", "tax")) == [
        ("US-GA", 400, 56),
        ("US-GA", 825, 58),
    ]
    assert collected("US-GA", "USD") == 114
    assert words(checkout) == "Sales tax, Georgia, 4 %, without local tax, and 8.25 % on files"
    all_holds()


def test_a_country_that_is_its_own_region_is_its_own_jurisdiction(market: scene.Market) -> None:
    checkout = buys(market, "GB", market.basket)
    assert (Order.objects.get().tax_jurisdiction, collected("GB", "GBP")) == ("GB", 883)
    assert words(checkout) == "VAT, United Kingdom, 20 %"
    assert Money(checkout.total, "GBP") == Money(5_300, "GBP")
