"""Kofi's program runs his shop: its words, its money, its listings, its figures."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from marketplace.catalogue import page_views
from marketplace.models import Offer, Product, Seller, Variant
from tests import market as scene
from tests.shopping import buys, tell
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db
AsPerson = Callable[..., APIClient]
SHOP, PRODUCTS = "/api/v1/seller/", "/api/v1/seller/products/"


def test_the_shop_with_its_money_and_how_far_it_is_at_stripe(as_person: AsPerson) -> None:
    market = scene.opened()
    buys(market, (market.basket, 1))
    shop = as_person(market.kofi.user, "seller:read").get(SHOP).json()
    assert (shop["slug"], shop["name"], shop["status"]) == ("kofi-weaves", "Kofi Weaves", "active")
    (balance,) = shop["balances"]
    assert balance["currency"] == "GBP"
    assert balance["pending"]["amount"] == market.kofi.orders.get().seller_net
    assert balance["available"]["amount"] == 0
    assert shop["onboarding"] == {"status": "none", "missing": []}


def test_its_words_change_and_its_address_never(as_person: AsPerson) -> None:
    market = scene.opened()
    program = as_person(market.kofi.user)
    changed = program.patch(
        SHOP, {"name": "Kofi & Daughters", "story": "We weave.\n\n<script>x</script>"}
    ).json()
    assert (changed["slug"], changed["name"]) == ("kofi-weaves", "Kofi & Daughters")
    assert "<script" not in changed["story_html"]
    assert changed["story_html"].startswith("<p>We weave.</p>")
    for body, field in (
        ({"status": "suspended"}, "status"),
        ({"slug": "x"}, "slug"),
        ({"name": "a\nb"}, "name"),
        ({"country": "XX"}, "country"),
        ({"balance": 1}, "balance"),
    ):
        refused = program.patch(SHOP, body)
        assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, [field])


def test_a_shop_pauses_and_its_goods_leave_at_once(as_person: AsPerson, stranger: APIClient) -> None:
    market = scene.opened()
    program = as_person(market.kofi.user)
    assert (
        program.patch(SHOP, {"status": "paused", "paused_until": "2099-01-01"}).json()["status"] == "paused"
    )
    assert stranger.get("/api/v1/products/?region=GB&seller=kofi-weaves").status_code == 400
    assert "Bolga market basket" not in stranger.get("/api/v1/products/?region=GB").content.decode()
    assert program.patch(SHOP, {"status": "active"}).json()["status"] == "active"
    again = program.patch(SHOP, {"status": "active"})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "invalid_transition")


def test_a_buyer_has_no_shop(as_person: AsPerson) -> None:
    market = scene.opened()
    program = as_person(market.amara)
    for path in (SHOP, PRODUCTS, f"{SHOP}analytics/"):
        assert program.get(path).status_code == 404


def new(**more: object) -> dict[str, object]:
    return {
        "title": "Fan of palm leaf",
        "kind": "physical",
        "category": "home",
        "description": "Light.\n\nStrong.",
        "prices": [{"region": "GB", "amount": 1500, "compare_at": 1800}, {"region": "US", "amount": 1900}],
        "variants": [
            {"options": {"Size": "Small"}, "stock": 3, "sku": "F-S"},
            {"options": {"Size": "Large"}, "stock": None, "prices": [{"region": "GB", "amount": 1700}]},
        ],
        **more,
    }


def test_a_listing_is_written_read_and_changed(as_person: AsPerson) -> None:
    market = scene.opened()
    program = as_person(market.kofi.user, "seller:read", "seller:write")
    made = program.post(PRODUCTS, new())
    assert made.status_code == 201, made.json()
    listing = made.json()
    assert (listing["status"], listing["description_html"]) == ("draft", "<p>Light.</p><p>Strong.</p>")
    assert {one["region"]: one["price"]["amount"] for one in listing["prices"]} == {"GB": 1500, "US": 1900}
    small, large = listing["variants"]
    assert (small["name"], small["stock"], small["sku"]) == ("Small", 3, "F-S")
    assert large["prices"] == [
        {"region": "GB", "price": {"amount": 1700, "currency": "GBP", "display": "£17.00"}}
    ]

    one = f"{PRODUCTS}{listing['id']}/"
    changed = program.patch(one, {"title": "Palm fan", "prices": [{"region": "GB", "amount": 1600}]}).json()
    assert (changed["title"], changed["summary"]) == ("Palm fan", "")
    assert [price["region"] for price in changed["prices"]] == ["GB"]
    assert [variant["id"] for variant in changed["variants"]] == [small["id"], large["id"]]
    assert changed["variants"][1]["prices"][0]["price"]["amount"] == 1700
    fewer = program.patch(
        one, {"variants": [{"id": large["id"], "options": {"Size": "Large"}, "stock": 2}]}
    ).json()
    assert [(variant["id"], variant["stock"]) for variant in fewer["variants"]] == [(large["id"], 2)]


def test_a_listing_goes_on_sale_when_it_has_what_buyers_need(as_person: AsPerson) -> None:
    market = scene.opened()
    program = as_person(market.kofi.user)
    pk = program.post(PRODUCTS, new()).json()["id"]
    early = program.patch(f"{PRODUCTS}{pk}/", {"status": "active", "title": "Not this"})
    assert (early.status_code, early.json()["error"]["code"]) == (409, "listing_not_ready")
    assert early.json()["error"]["problems"] == ["Add at least one picture"]
    assert Product.objects.get(pk=pk).title == "Fan of palm leaf"  # all of it, or nothing

    Product.objects.filter(pk=pk).update(cover="listings/1/a")
    assert program.patch(f"{PRODUCTS}{pk}/", {"status": "active"}).json()["status"] == "active"
    assert program.delete(f"{PRODUCTS}{pk}/").status_code == 204
    assert program.delete(f"{PRODUCTS}{pk}/").status_code == 204
    assert program.get(f"{PRODUCTS}{pk}/").json()["status"] == "archived"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": ""}, "invalid_request"),
        ({"title": "a\u202eb"}, "hidden_characters"),
        ({"category": "nowhere"}, "unknown_category"),
        ({"seller_id": 1}, "unknown_field"),
        ({"prices": [{"region": "XX", "amount": 1}]}, "unknown_region"),
        ({"prices": [{"region": "GB", "amount": 12.5}]}, "invalid_amount"),
        ({"prices": [{"region": "GB", "amount": "10,00"}]}, "invalid_amount"),
        ({"prices": [{"region": "GB", "amount": 2**63}]}, "invalid_amount"),
        ({"prices": [{"region": "GB", "amount": 5, "compare_at": 5}]}, "invalid_request"),
        ({"prices": [{"region": "GB", "amount": 5}, {"region": "GB", "amount": 6}]}, "region_twice"),
        ({"prices": [{"region": "GB", "amount": 5, "currency": "USD"}]}, "unknown_field"),
        ({"variants": []}, "invalid_request"),
        ({"variants": [{"stock": -1}]}, "invalid_request"),
        ({"variants": [{"stock": 1}, {"stock": 2}]}, "variant_twice"),
        (
            {"variants": [{"stock": 1, "options": {"Size": "S"}}, {"stock": 2, "options": {"Size": "s"}}]},
            "variant_twice",
        ),
        ({"variants": [{"stock": 1, "options": {"Size": "S"}}, {"stock": 2}]}, "invalid_request"),
        ({"variants": [{}]}, "invalid_request"),
        ({"variants": [{"id": 10**17, "stock": 1}]}, "unknown_variant"),
        ({"status": "sold"}, "invalid_request"),
    ],
)
def test_what_makes_no_listing_is_refused_and_nothing_is_written(
    as_person: AsPerson, change: dict[str, object], code: str
) -> None:
    market = scene.opened()
    before = (Product.objects.count(), Variant.objects.count(), Offer.objects.count())
    answer = as_person(market.kofi.user).post(PRODUCTS, new(**change))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code), answer.json()
    assert (Product.objects.count(), Variant.objects.count(), Offer.objects.count()) == before


def test_a_change_made_meanwhile_is_not_overwritten(as_person: AsPerson) -> None:
    market = scene.opened()
    program = as_person(market.kofi.user)
    one = f"{PRODUCTS}{market.basket.product_id}/"
    read = program.get(one).json()
    program.patch(one, {"title": "Basket of Bolgatanga"})
    late = program.patch(one, {"title": "Old words", "updated_at": read["updated_at"]})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "listing_changed")
    assert Product.objects.get(pk=market.basket.product_id).title == "Basket of Bolgatanga"


def test_figures_by_month_and_currency(as_person: AsPerson) -> None:
    market = scene.opened()
    buys(market, (market.basket, 1))
    tell()
    found = as_person(market.kofi.user).get(f"{SHOP}analytics/?months=3").json()
    assert (found["to_send"], found["low_on_stock"]) == (1, 0)
    (pounds,) = found["currencies"]
    assert (pounds["currency"], len(pounds["months"])) == ("GBP", 3)
    net = market.kofi.orders.get().seller_net
    assert (pounds["months"][-1]["orders"], pounds["months"][-1]["kept"]["amount"]) == (1, net)
    assert pounds["clearing"] == {
        "orders": 1,
        "held": {"amount": net, "currency": "GBP", "display": f"£{net / 100:.2f}"},
    }
    page_views.count_product(market.basket.product_id, "GB")
    page_views.count_product(market.basket.product_id, "US")  # where nobody pays in pounds
    page_views.move()
    said = as_person(market.kofi.user).get(f"{SHOP}analytics/").json()["figures"]
    assert (said["currency"], said["total"]["orders"], said["total"]["views"]) == ("GBP", 1, 1)
    assert (said["total"]["conversion"], said["total"]["kept"]["amount"]) == (100.0, net)
    assert [(row["id"], row["units"], row["views"]) for row in said["listings"]] == [
        (market.basket.product_id, 1, 1)
    ]
    assert [(row["region"], row["orders"]) for row in said["regions"]] == [("GB", 1)]
    dollars = as_person(market.kofi.user).get(f"{SHOP}analytics/?currency=USD").json()["figures"]
    assert (dollars["total"]["orders"], dollars["total"]["views"], dollars["total"]["conversion"]) == (
        0,
        1,
        0.0,
    )
    for wrong in ("months=0", "months=25", "currency=gbp", "currency=%00", "period=6"):
        assert as_person(market.kofi.user).get(f"{SHOP}analytics/?{wrong}").status_code == 400, wrong
    assert as_person(market.zuri.user).get(f"{SHOP}analytics/").json()["figures"] is None


def test_his_list_costs_the_same_for_few_and_many(as_person: AsPerson) -> None:
    market = scene.opened()
    program = as_person(market.kofi.user)

    def asked() -> int:
        program.get(PRODUCTS)
        with CaptureQueriesContext(connection) as statements:
            assert program.get(PRODUCTS).status_code == 200
        return len(statements)

    before = asked()
    for number in range(12):
        scene.listing(market.kofi, f"Basket {number}")
    assert asked() == before
    assert before <= 6


def test_onboarding_leads_to_stripe(as_person: AsPerson, local_stripe: LocalStripe) -> None:
    market = scene.opened()
    program = as_person(market.kofi.user)
    link = program.post(f"{SHOP}onboarding-link/")
    assert link.status_code == 201
    assert link.json()["url"].startswith("http")
    assert program.get(SHOP).json()["onboarding"]["status"] == "started"


def test_a_shop_that_moves_says_its_zone(as_person: AsPerson) -> None:
    market = scene.opened()
    program = as_person(market.kofi.user)
    assert program.get("/api/v1/seller/").json()["timezone"] == "Africa/Accra"
    refused = program.patch("/api/v1/seller/", {"country": "US"})
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["timezone"])
    assert Seller.objects.get(pk=market.kofi.pk).country == "GH"
    moved = program.patch("/api/v1/seller/", {"country": "US", "timezone": "America/Chicago"}).json()
    assert (moved["country"], moved["timezone"]) == ("US", "America/Chicago")
    assert program.patch("/api/v1/seller/", {"country": "KE"}).json()["timezone"] == "Africa/Nairobi"
