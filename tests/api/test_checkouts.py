"""Amara's program buys for her."""

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from banibs.core.models import Event
from marketplace.models import Checkout, Order
from tests import market as scene

pytestmark = pytest.mark.django_db
AsPerson = Callable[..., APIClient]


def test_a_program_fills_the_cart_asks_what_it_costs_and_pays(as_person: AsPerson) -> None:
    market = scene.opened(wallet=20_000)
    program = as_person(market.amara)
    program.patch("/api/v1/cart/", {"region": "GB"})
    added = program.post("/api/v1/cart/items/", {"variant": market.basket.pk, "quantity": 2})
    assert added.status_code == 201, added.json()
    program.post("/api/v1/cart/items/", {"variant": market.zine.pk, "quantity": 1})

    quote = program.get("/api/v1/cart/quote/").json()
    assert quote["total"] == {"amount": 10_900, "currency": "GBP", "display": "£109.00"}
    assert quote["wallet"]["missing"]["amount"] == 0

    body = {"address": market.amara.addresses.get().pk, "payment_method": "wallet", "expected_total": 10_900}
    placed = program.post("/api/v1/checkouts/", body, headers={"Idempotency-Key": "cart-1"})

    assert placed.status_code == 201, placed.json()
    answer = placed.json()
    assert answer["status"] == "succeeded"
    assert [order["status"] for order in answer["orders"]] == ["paid", "fulfilled"]
    assert answer["cart_cleared"] is True
    assert market.wallet() == 20_000 - 10_900

    again = program.post("/api/v1/checkouts/", body, headers={"Idempotency-Key": "cart-1"})
    assert (again.status_code, again.json()) == (201, answer)
    assert again["Idempotency-Replayed"] == "true"
    assert Checkout.objects.count() == 1

    other = program.post(
        "/api/v1/checkouts/", {**body, "expected_total": 1}, headers={"Idempotency-Key": "cart-1"}
    )
    assert (other.status_code, other.json()["error"]["code"]) == (422, "idempotency_key_reused")


def test_a_refusal_stores_nothing_and_leaves_the_key_usable(as_person: AsPerson) -> None:
    market = scene.opened(wallet=0)
    program = as_person(market.amara)
    scene.put_in_cart(market.amara, (market.basket, 1))
    body = {"address": market.amara.addresses.get().pk, "payment_method": "wallet", "expected_total": 5_300}

    short = program.post("/api/v1/checkouts/", body, headers={"Idempotency-Key": "k"})
    assert short.status_code == 402
    assert short.json()["error"]["code"] == "insufficient_funds"
    assert short.json()["error"]["missing"]["amount"] == 5_300
    assert not Order.objects.exists()

    scene.credit(market.amara, 5_300)
    paid = program.post("/api/v1/checkouts/", body, headers={"Idempotency-Key": "k"})
    assert paid.status_code == 201


@pytest.mark.parametrize("quantity", [-1, 0, 10**9, 1.5, "1e3", "٣", None, [], True])
def test_a_quantity_is_a_whole_number_from_1_to_100(as_person: AsPerson, quantity: object) -> None:
    market = scene.opened()
    answer = as_person(market.amara).post(
        "/api/v1/cart/items/", {"variant": market.basket.pk, "quantity": quantity}
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_quantity"
    assert answer.json()["error"]["message"] == "Quantity must be a whole number from 1 to 100"
    assert not market.amara.cart.items.exists() if hasattr(market.amara, "cart") else True


def test_every_error_has_the_one_shape(as_person: AsPerson) -> None:
    market = scene.opened()
    program = as_person(market.amara, "cart:read")
    for answer, status, code in (
        (APIClient().get("/api/v1/cart/"), 401, "not_authenticated"),
        (program.post("/api/v1/cart/items/", {"variant": 1}), 403, "insufficient_scope"),
        (as_person(market.amara).delete("/api/v1/cart/quote/"), 405, "method_not_allowed"),
        (program.get("/api/v1/cart/?user=2"), 400, "unknown_filter"),
        (as_person(market.amara).get("/api/v1/orders/B-1-1/"), 404, "not_found"),
        (as_person(market.amara).post("/api/v1/checkouts/", {}), 400, "idempotency_key_required"),
        (as_person(market.amara).post("/api/v1/checkouts/", {"total": 1}), 400, "unknown_field"),
    ):
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_quote_says_whose_tax_it_is_and_whether_it_is_an_estimate(as_person: AsPerson) -> None:
    market = scene.opened()
    atlanta = market.amara.addresses.get()
    program = as_person(market.amara)
    scene.put_in_cart(market.amara, (market.basket, 1), region="US")

    estimate = program.get("/api/v1/cart/quote/").json()  # the only address is in Bristol
    assert (estimate["tax_estimated"], estimate["sellers"][0]["tax_jurisdiction"]) == (True, "US")
    assert (estimate["tax_label"], estimate["total"]["amount"]) == ("Estimated tax", 5_696)

    atlanta.country, atlanta.region, atlanta.city, atlanta.postcode = "US", "GA", "Atlanta", "30303"
    atlanta.save()
    for query in ("", f"?address={atlanta.pk}"):
        quote = program.get(f"/api/v1/cart/quote/{query}").json()
        assert (quote["tax_estimated"], quote["sellers"][0]["tax_jurisdiction"]) == (False, "US-GA")
        assert quote["tax_label"] == "Sales tax, Georgia, 4 %, without local tax"
        (line,) = quote["sellers"][0]["lines"]
        assert (line["tax"]["amount"], line["tax_rate_bps"], quote["total"]["amount"]) == (192, 400, 5_492)

    for foreign in ("0", "x", str(scene.address(market.kofi.user).pk)):
        refused = program.get(f"/api/v1/cart/quote/?address={foreign}")
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "not_found")

    scene.credit(market.amara, 20_000, "USD")
    body = {"address": atlanta.pk, "expected_total": 5_696}
    changed = program.post("/api/v1/checkouts/", body, headers={"Idempotency-Key": "k"})
    assert (changed.status_code, changed.json()["error"]["code"]) == (409, "price_changed")
    placed = program.post(
        "/api/v1/checkouts/", body | {"expected_total": 5_492}, headers={"Idempotency-Key": "k"}
    )
    (order,) = placed.json()["orders"]
    assert order["tax_jurisdiction"] == "US-GA"
    (line,) = order["lines"]
    assert (line["tax_base"]["amount"], line["tax_rate_bps"], line["tax"]["amount"]) == (4_800, 400, 192)


def test_anothers_address_is_as_if_it_were_not_there(as_person: AsPerson) -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1))
    program, kofis = as_person(market.amara), scene.address(market.kofi.user).pk
    before = market.wallet()
    for foreign in (kofis, kofis + 1_000_000):
        answer = program.post("/api/v1/checkouts/", {"address": foreign}, headers={"Idempotency-Key": "k"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
        quoted = program.get(f"/api/v1/cart/quote/?address={foreign}")
        assert (quoted.status_code, quoted.json()["error"]["code"]) == (404, "not_found")
    assert (market.wallet(), Order.objects.count()) == (before, 0)
    told = Event.objects.filter(kind="access.refused", actor_id=market.amara.pk, subject_type="address")
    assert told.count() == 1  # Kofi's, asked for in two ways

    placed = program.post(
        "/api/v1/checkouts/",
        {"address": market.amara.addresses.get().pk},
        headers={"Idempotency-Key": "k"},
    )
    assert placed.status_code == 201
