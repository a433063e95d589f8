"""What a program reads and changes for its person: timelines, refunds, downloads, notices, addresses, coupons."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from banibs.core import events
from banibs.notifications.models import Notice
from marketplace.models import Coupon, Download, Order
from marketplace.orders import transitions
from marketplace.storage import private_files
from payments.refunds import order_refunds
from tests import market as scene
from tests.shopping import buys, file, tell

pytestmark = pytest.mark.django_db
AsPerson = Callable[..., APIClient]


def seller(market: scene.Market) -> events.Actor:
    return events.Actor.person(market.kofi.user, role="seller")


def test_a_timeline_says_what_happened_by_whom_and_why(as_person: AsPerson) -> None:
    market = scene.opened()
    checkout = buys(market, (market.basket, 1))
    order = checkout.orders.get()
    order_refunds.cancel_order(
        order.pk, actor=seller(market), reason="The basket broke", user_id=market.kofi.user.pk
    )

    for person in (market.amara, market.kofi.user):
        entries = as_person(person).get(f"/api/v1/orders/{order.number}/timeline/").json()["results"]
        placed, paid, canceled = entries[:3]
        assert (placed["kind"], placed["to"]) == ("order.created", "created")
        assert (paid["from"], paid["to"], paid["text"]) == ("created", "paid", "Paid from the wallet")
        assert canceled["kind"] == "order.canceled"
        assert canceled["actor"] == {"type": "seller", "name": "Kofi Mensah"}
        assert canceled["reason"] == "The basket broke"


def test_a_cancelled_order_lists_its_refund_to_both_sides(as_person: AsPerson) -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    address = f"/api/v1/orders/{order.number}/refunds/"
    assert as_person(market.amara).get(address).json()["results"] == []
    order_refunds.cancel_order(
        order.pk, actor=seller(market), reason="The basket broke", user_id=market.kofi.user.pk
    )
    for person in (market.amara, market.kofi.user):
        (refund,) = as_person(person).get(address).json()["results"]
        assert refund["amount"] == {"amount": 5300, "currency": "GBP", "display": "£53.00"}
        assert (refund["to_wallet"]["amount"], refund["to_card"]["amount"]) == (5300, 0)
        assert (refund["status"], refund["note"]) == ("succeeded", "The basket broke")


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_program_fetches_what_was_bought_until_the_limit(as_person: AsPerson) -> None:
    market = scene.opened()
    file(market.zine, "Night Market.pdf", content=b"0123456789", limit=2)
    buys(market, (market.zine, 1))
    download = Download.objects.get()
    program = as_person(market.amara, "orders:read")

    (listed,) = program.get("/api/v1/downloads/").json()["results"]
    assert (listed["id"], listed["name"], listed["left"], listed["state"]) == (
        download.pk,
        "Night Market.pdf",
        2,
        "ready",
    )
    address = f"/api/v1/downloads/{download.pk}/"
    whole = program.get(address)
    assert body(whole) == b"0123456789"
    assert whole["Content-Disposition"] == 'attachment; filename="Night Market.pdf"'
    part = program.get(address, headers={"Range": "bytes=2-3", "Accept": "application/pdf"})
    assert (part.status_code, body(part)) == (206, b"23")

    refused = program.get(address)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "download_limit_reached")
    Download.objects.update(limit=3)
    outside = program.get(address, headers={"Range": "bytes=90-"})
    assert (outside.status_code, outside.json()["error"]["code"]) == (416, "range_not_satisfiable")
    download.refresh_from_db()
    assert download.count == 2


def test_asking_for_the_head_of_a_file_counts_no_download(as_person: AsPerson) -> None:
    market = scene.opened()
    file(market.zine, "Night Market.pdf", content=b"0123456789", limit=1)
    buys(market, (market.zine, 1))
    download = Download.objects.get()
    program = as_person(market.amara, "orders:read")
    address = f"/api/v1/downloads/{download.pk}/"

    for _try in range(3):
        head = program.head(address)
        assert (head.status_code, head["Content-Length"]) == (200, "10")
    download.refresh_from_db()
    assert download.count == 0
    assert body(program.get(address)) == b"0123456789"

    assert program.head(address).status_code == 429  # as GET would be answered
    assert as_person(market.zuri.user).head(address).status_code == 404
    download.refresh_from_db()
    assert download.count == 1


def test_a_file_out_of_time_given_back_or_lost_is_not_counted(as_person: AsPerson) -> None:
    market = scene.opened()
    stored = file(market.zine)
    order = buys(market, (market.zine, 1)).orders.get()
    download = Download.objects.get()
    program = as_person(market.amara)
    address = f"/api/v1/downloads/{download.pk}/"

    Order.objects.filter(pk=order.pk).update(dispute="open")
    assert program.get(address).json()["error"]["code"] == "download_not_available"
    assert program.get(address).status_code == 403
    Order.objects.filter(pk=order.pk).update(dispute="none")
    Download.objects.update(expires_at=order.paid_at)
    late = program.get(address)
    assert (late.status_code, late.json()["error"]["code"]) == (410, "link_expired")
    Download.objects.update(expires_at=None)
    private_files().delete(stored.file.name)
    lost = program.get(address)
    assert (lost.status_code, lost.json()["error"]["code"]) == (404, "file_lost")
    download.refresh_from_db()
    assert download.count == 0


def test_notices_are_listed_marked_and_removed(as_person: AsPerson) -> None:
    market = scene.opened()
    buys(market, (market.basket, 1))
    tell()
    program = as_person(market.amara)
    (notice,) = program.get("/api/v1/notifications/").json()["results"]
    assert (notice["kind"], notice["read"]) == ("order_confirmed", False)
    assert notice["url"].startswith("http://testserver/")
    one = f"/api/v1/notifications/{notice['id']}/"

    assert program.patch(one, {"read": True}).json()["read"] is True
    assert program.get("/api/v1/notifications/?read=false").json()["results"] == []
    assert program.patch("/api/v1/notifications/", {"read": False}).json() == {"changed": 1}
    assert program.delete(one).status_code == 204
    assert program.get(one).status_code == 404
    assert program.get("/api/v1/notifications/").json()["results"] == []


def test_all_notices_are_removed_at_once_and_nobody_elses(as_person: AsPerson) -> None:
    market = scene.opened()
    buys(market, (market.basket, 1))
    tell()
    theirs = Notice.objects.filter(user=market.kofi.user, removed_at=None).count()
    assert theirs
    assert as_person(market.amara).delete("/api/v1/notifications/").status_code == 204
    assert not Notice.objects.filter(user=market.amara, removed_at=None).exists()
    assert Notice.objects.filter(user=market.kofi.user, removed_at=None).count() == theirs


def test_ten_wrong_coupon_codes_close_the_door_for_ten_minutes(as_person: AsPerson) -> None:
    market = scene.opened()
    Coupon.objects.create(code="INDIGO", percent_bps=1000)
    scene.put_in_cart(market.amara, (market.basket, 1))
    program = as_person(market.amara, "cart:read", "cart:write")
    for number in range(10):
        assert program.put("/api/v1/cart/coupon/", {"code": f"GUESS{number}"}).status_code == 400
    closed = program.put("/api/v1/cart/coupon/", {"code": "INDIGO"})
    assert (closed.status_code, closed.json()["error"]["code"]) == (429, "rate_limited")
    assert closed["Retry-After"] == "600"
    assert program.get("/api/v1/cart/").json()["coupon"] is None


def test_a_coupon_that_is_right_is_taken_and_dropped(as_person: AsPerson) -> None:
    market = scene.opened()
    Coupon.objects.create(code="INDIGO", percent_bps=1000)
    scene.put_in_cart(market.amara, (market.basket, 1))
    program = as_person(market.amara)
    cart = program.put("/api/v1/cart/coupon/", {"code": "indigo"}).json()
    assert (cart["coupon"], cart["coupon_problem"]) == ("INDIGO", None)
    assert program.get("/api/v1/cart/quote/").json()["discount"]["amount"] == 480
    assert program.delete("/api/v1/cart/coupon/").json()["coupon"] is None


def test_addresses_are_kept_changed_and_removed(as_person: AsPerson) -> None:
    market = scene.opened()
    program = as_person(market.amara, "orders:read", "orders:write")
    made = program.post("/api/v1/addresses/", {"name": "Amara", "country": "GH", "is_default": True})
    assert made.status_code == 201
    one = f"/api/v1/addresses/{made.json()['id']}/"
    assert program.patch(one, {"city": "Accra"}).json()["city"] == "Accra"
    assert [row["is_default"] for row in program.get("/api/v1/addresses/").json()["results"]] == [True, False]
    wrong = program.patch(one, {"country": "gh"})
    assert (wrong.status_code, list(wrong.json()["error"]["fields"])) == (400, ["country"])
    assert program.delete(one).status_code == 204
    assert market.amara.addresses.count() == 1


LISTS = [
    "/api/v1/orders/",
    "/api/v1/downloads/",
    "/api/v1/notifications/",
    "/api/v1/addresses/",
    "/api/v1/wallet/statement/?currency=GBP",
]


def test_a_list_costs_the_same_for_one_purchase_and_for_five(as_person: AsPerson) -> None:
    market = scene.opened(wallet=100_000)
    file(market.zine)
    program, kofi = as_person(market.amara), as_person(market.kofi.user)

    def buy() -> None:
        buys(market, (market.basket, 1), (market.jar, 1), (market.zine, 1))
        scene.address(market.amara) if not market.amara.addresses.exists() else None
        tell()

    def asked() -> list[int]:
        costs = []
        for caller, path in [*((program, path) for path in LISTS), (kofi, "/api/v1/seller/orders/")]:
            with CaptureQueriesContext(connection) as statements:
                answer = caller.get(path)
            assert answer.status_code == 200, answer.json()
            assert answer.json()["results"]
            costs.append(len(statements))
        return costs

    buy()
    asked()  # the key's last use is noted to the minute
    before = asked()
    for _number in range(4):
        buy()
    assert asked() == before
    assert max(before) <= 5, dict(zip([*LISTS, "seller/orders"], before, strict=True))


def test_an_order_waits_for_its_buyer_to_confirm(as_person: AsPerson) -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    address = f"/api/v1/orders/{order.number}/transitions/"

    early = as_person(market.amara).post(address, {"to": "completed"}, headers={"Idempotency-Key": "a"})
    assert (early.status_code, early.json()["error"]["code"]) == (409, "invalid_transition")
    assert early.json()["error"]["current"] == "paid"

    kofi = as_person(market.kofi.user)
    body = {"to": "fulfilled", "tracking": "GB123"}
    posted = kofi.post(address, body, headers={"Idempotency-Key": "b"})
    again = kofi.post(address, body, headers={"Idempotency-Key": "b"})
    assert (posted.status_code, posted.json()["tracking"]) == (200, "GB123")
    assert (again.json(), again["Idempotency-Replayed"]) == (posted.json(), "true")
    assert (
        as_person(market.amara)
        .post(address, {"to": "completed"}, headers={"Idempotency-Key": "c"})
        .status_code
        == 200
    )
    order.refresh_from_db()
    assert order.status == "completed"
    assert transitions.TRANSITIONS[order.status] is not None


@pytest.mark.parametrize(
    ("given", "wrong", "words"),
    [
        ({"name": "a\nb", "country": "GB"}, "name", "A line break (U+000A) cannot stand here. Please take it out."),
        ({"postcode": "NONSENSE", "country": "GB"}, "postcode", "This does not look right. Such as BS6 5NP."),
        ({"postcode": "ABC", "country": "US"}, "postcode", "This does not look right. Five digits, or nine."),
        ({"phone": "020 7946 0018 ext 12", "country": "GB"}, "phone", "Enter a phone number like +44 20 7946 0018."),
        ({"phone": "+\u0662\u0660\u0661\u0662\u0663\u0664"}, "phone", "Enter a phone number like +44 20 7946 0018."),
        ({"line1": "1\tMain St", "country": "GB"}, "line1", "A tab (U+0009) cannot stand here. Please take it out."),
    ],
)  # fmt: skip
def test_an_address_is_held_to_the_rules_of_the_page(
    as_person: AsPerson, given: dict[str, str], wrong: str, words: str
) -> None:
    market = scene.opened()
    program = as_person(market.amara)
    address = market.amara.addresses.get()

    for answer in (
        program.post("/api/v1/addresses/", {"name": "Ann", "country": "GB", **given}),
        program.patch(f"/api/v1/addresses/{address.pk}/", given),
    ):
        assert answer.status_code == 400
        assert answer.json()["error"]["fields"] == {wrong: [words]}

    assert market.amara.addresses.get().snapshot() == address.snapshot()


def test_a_postcode_is_stored_as_the_page_stores_it(as_person: AsPerson) -> None:
    market = scene.opened()
    program = as_person(market.amara)
    one = f"/api/v1/addresses/{market.amara.addresses.get().pk}/"
    assert program.patch(one, {"postcode": "bs65np"}).json()["postcode"] == "BS65NP"
    assert program.patch(one, {"postcode": "30311"}).status_code == 400
    assert program.patch(one, {"postcode": "30311", "country": "US"}).json()["country"] == "US"


def test_an_address_that_moves_to_another_country_must_be_right_there(as_person: AsPerson) -> None:
    market = scene.opened()
    program = as_person(market.amara)
    address = market.amara.addresses.get()
    one = f"/api/v1/addresses/{address.pk}/"

    refused = program.patch(one, {"country": "US"})

    assert refused.status_code == 400
    assert list(refused.json()["error"]["fields"]) == ["postcode"]
    assert market.amara.addresses.get().snapshot() == address.snapshot()
    moved = program.patch(one, {"country": "SN", "city": "Dakar", "line1": "12\u00a0rue de l’Église"}).json()
    assert (moved["postcode"], moved["line1"]) == ("", "12 rue de l’Église")  # as the page stores it


def test_a_code_that_has_ended_is_named_in_the_cart_and_not_in_the_price(as_person: AsPerson) -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1))
    Coupon.objects.create(code="INDIGO", percent_bps=1000)
    program = as_person(market.amara)
    program.put("/api/v1/cart/coupon/", {"code": "indigo"})
    lowered = program.get("/api/v1/cart/quote/").json()["total"]["amount"]
    Coupon.objects.update(active=False)

    cart = program.get("/api/v1/cart/").json()
    assert (cart["coupon"], cart["coupon_problem"]) == ("INDIGO", "switched_off")
    assert program.get("/api/v1/cart/quote/").json()["total"]["amount"] > lowered
    body = {"address": market.amara.addresses.get().pk, "expected_total": lowered}
    refused = program.post("/api/v1/checkouts/", body, headers={"Idempotency-Key": "k"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "coupon_invalid")
    assert market.wallet() == 20_000


def test_the_cart_names_goods_by_the_address_that_they_have(as_person: AsPerson) -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1))
    program = as_person(market.amara)
    slug = program.get("/api/v1/cart/").json()["items"][0]["product"]
    assert program.get(f"/api/v1/products/{slug}/?region=GB").json()["title"] == "Bolga market basket"
