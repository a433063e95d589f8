"""What many presses at once do to one balance, one shelf, one coupon, one key: real threads and connections.

Each story is told again with its guard off, and then goes wrong: the test can fail.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client

from banibs.core import audit, events, idempotency
from banibs.core.money import Money
from banibs.users.models import User
from marketplace.cart import contents as carts
from marketplace.cart import coupons
from marketplace.cart.refusals import CartRefusal
from marketplace.checkout import place_order
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Checkout, Coupon, Download, Variant
from marketplace.orders import downloads as files
from payments.charges import payment_states, purchase
from tests import market as scene
from tests import people
from tests.concurrency import at_once
from tests.shopping import buys, file
from wallet import ledger
from wallet.posting import Posting

pytestmark = pytest.mark.django_db(transaction=True)


def crowd(size: int, *wanted: tuple[Variant, int]) -> list[User]:
    """So many buyers with an address, money and the same things in their carts."""
    buyers = [people.person(f"buyer{n}@example.com", name=f"Buyer {n}") for n in range(size)]
    for buyer in buyers:
        scene.address(buyer)
        scene.credit(buyer, 10_000)
        scene.put_in_cart(buyer, *wanted)
    return buyers


def buy(user: User) -> str:
    """Buys the cart; answers with the number, or with the code of the refusal."""
    address = user.addresses.get().snapshot()
    try:
        bought = purchase.buy(user=user, address=address, method="wallet", expected_total=None)
    except CheckoutRefusal as refusal:
        return refusal.code
    return bought.placed.checkout.number


def sold(answers: list[Any]) -> int:
    return sum(1 for answer in answers if str(answer).startswith("B-"))


def books_hold() -> bool:
    return all(finding.holds for finding in audit.run(audit.checks()))


def test_sixty_buyers_race_for_five_baskets_and_five_are_sold() -> None:
    market = scene.opened(wallet=0)
    Variant.objects.filter(pk=market.basket.pk).update(stock=5)
    buyers = crowd(60, (market.basket, 1))

    answers = at_once([partial(buy, buyer) for buyer in buyers])

    assert sold(answers) == 5
    assert Counter(answers)["out_of_stock"] == 55
    market.basket.refresh_from_db()
    assert market.basket.stock == 0
    assert Checkout.objects.count() == 5
    assert books_hold()


def test_looking_before_taking_would_sell_more_than_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_then_take(wanted: dict[int, int], contents: carts.Contents) -> None:
        for variant, quantity in wanted.items():
            left = Variant.objects.get(pk=variant).stock
            if left < quantity:
                raise CheckoutRefusal("out_of_stock", "Only 0 left")
            time.sleep(0.05)
            Variant.objects.filter(pk=variant).update(stock=left - quantity)

    monkeypatch.setattr(place_order, "take_stock", look_then_take)
    market = scene.opened(wallet=0)
    Variant.objects.filter(pk=market.basket.pk).update(stock=2)
    assert sold(at_once([partial(buy, buyer) for buyer in crowd(8, (market.basket, 1))])) > 2


def with_coupon(size: int) -> list[User]:
    market = scene.opened(wallet=0)
    coupon = Coupon.objects.create(code="ONCE", percent_bps=1000, limit=1)
    buyers = crowd(size, (market.zine, 1))  # a file: no shelf makes them queue
    for buyer in buyers:
        coupons.apply_coupon(buyer.cart, coupon.code)
    return buyers


def test_a_coupon_for_one_is_redeemed_by_one() -> None:
    answers = at_once([partial(buy, buyer) for buyer in with_coupon(20)])

    assert sold(answers) == 1
    assert Counter(answers)["coupon_exhausted"] == 19
    assert Checkout.objects.get().discount == 70
    assert books_hold()


def test_a_coupon_counted_after_a_look_would_be_redeemed_by_many(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_then_count(placed: Checkout, coupon_id: int) -> None:
        used = Coupon.objects.get(pk=coupon_id).used
        if used >= 1:
            raise CheckoutRefusal("coupon_exhausted", "")
        time.sleep(0.05)
        Coupon.objects.filter(pk=coupon_id).update(used=used + 1)

    monkeypatch.setattr(place_order, "_redeem", look_then_count)
    assert sold(at_once([partial(buy, buyer) for buyer in with_coupon(8)])) > 1


def pay_once(user: User, key: str) -> Any:
    """The till's press: once per key, asked again while the first is at work."""

    def effect() -> idempotency.Answer:
        address = user.addresses.get().snapshot()
        bought = purchase.buy(user=user, address=address, method="wallet", expected_total=None)
        return idempotency.Answer(303, {"number": bought.placed.checkout.number})

    while True:
        try:
            return idempotency.once(
                user_id=user.pk, scope="checkout", key=key, request={}, effect=effect
            ).body["number"]
        except idempotency.InProgress:
            time.sleep(0.02)


def test_fifty_presses_with_one_key_are_one_order_and_one_answer() -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1), (market.zine, 1))

    answers = at_once([partial(pay_once, market.amara, "one key")] * 50)

    assert set(answers) == {Checkout.objects.get().number}
    assert market.wallet() == 20_000 - 6_000
    assert books_hold()


def test_a_double_click_leads_both_requests_to_the_same_proof() -> None:
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1))
    browser = Client()
    browser.force_login(market.amara)
    browser.cookies["region"] = "GB"
    till = browser.get("/checkout/payment/").context
    form = {
        "key": till["key"],
        "address": till["address"].pk,
        "expected_total": till["summary"].total.amount,
        "method": "wallet",
    }

    def click() -> str:
        tab = Client()
        tab.cookies = browser.cookies
        return tab.post("/checkout/payment/", form).headers["Location"]

    assert set(at_once([click] * 4)) == {f"/checkout/done/{Checkout.objects.get().number}/"}
    assert market.wallet() == 20_000 - 5_300


def test_without_the_key_the_presses_would_not_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "once", lambda *, effect, **_: effect())
    market = scene.opened()
    scene.put_in_cart(market.amara, (market.basket, 1))
    answers = at_once([partial(pay_once, market.amara, "one key")] * 10)
    assert len({str(answer) for answer in answers}) > 1


def test_two_tabs_spend_one_balance_once() -> None:
    market = scene.opened(wallet=5_300)  # one basket and its delivery
    scene.put_in_cart(market.amara, (market.basket, 1))

    answers = at_once([partial(pay_once, market.amara, key) for key in ("tab one", "tab two")])

    assert sold(answers) == 1
    (refused,) = [answer for answer in answers if isinstance(answer, CheckoutRefusal)]
    assert refused.code == "cart_empty"
    assert market.wallet() == 0
    assert books_hold()


def refilling(work: Callable[[], Any], user: User, variant: Variant) -> Callable[[], Any]:
    """A tab that finds its cart emptied by the other one and fills it again."""

    def again() -> Any:
        for _ in range(20):
            answer = work()
            if answer != "cart_empty":
                return answer
            with contextlib.suppress(CartRefusal):
                scene.put_in_cart(user, (variant, 1))
        return answer

    return again


def test_a_balance_for_one_pays_one_however_often_the_cart_is_filled() -> None:
    market = scene.opened(wallet=5_300)
    scene.put_in_cart(market.amara, (market.basket, 1))

    tab = refilling(partial(buy, market.amara), market.amara, market.basket)
    answers = at_once([tab] * 4)

    assert sold(answers) == 1
    assert Counter(answers)["insufficient_funds"] == 3
    assert market.wallet() == 0
    assert books_hold()


def test_a_balance_that_was_only_looked_at_would_pay_for_many(monkeypatch: pytest.MonkeyPatch) -> None:
    market = scene.opened(wallet=5_300)
    account = f"user:{market.amara.pk}:wallet"

    def look(posting: Posting) -> None:
        missing = -posting.net()[account] - ledger.balance(account, "GBP").amount
        if missing > 0:
            raise ledger.InsufficientFunds(account, Money(missing, "GBP"))

    monkeypatch.setattr(payment_states.ledger, "post", look)
    scene.put_in_cart(market.amara, (market.basket, 1))
    first = buy(market.amara)
    scene.put_in_cart(market.amara, (market.basket, 1))
    assert sold([first, buy(market.amara)]) == 2


def test_a_hundred_presses_on_a_limit_of_five_are_five_downloads() -> None:
    market = scene.opened()
    file(market.zine, limit=5)
    buys(market, (market.zine, 1))
    download = Download.objects.get()
    press = partial(files.start, download.pk, user_id=market.amara.pk, actor=events.SYSTEM)

    answers = at_once([press] * 100)

    assert sum(isinstance(answer, str) for answer in answers) == 5
    assert Counter(getattr(answer, "code", "") for answer in answers)["download_limit_reached"] == 95
    download.refresh_from_db()
    assert download.count == 5
    assert books_hold()


def test_a_download_counted_after_a_look_would_be_fetched_more_often(monkeypatch: pytest.MonkeyPatch) -> None:
    market = scene.opened()
    file(market.zine, limit=2)
    buys(market, (market.zine, 1))
    pk = Download.objects.get().pk

    def look_then_count() -> bool:
        download = Download.objects.get(pk=pk)
        if download.count >= 2:
            return False
        time.sleep(0.05)
        Download.objects.filter(pk=pk).update(count=download.count + 1)
        return True

    assert sum(at_once([look_then_count] * 8)) > 2
