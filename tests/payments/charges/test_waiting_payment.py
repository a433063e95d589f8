"""A checkout that waits for its money: what may still be done about it, by whom it is paid, and when it ends."""

from __future__ import annotations

import pytest
import stripe

from banibs.core import events
from banibs.core.money import Money
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Order
from payments.charges import change_method, expiry, limits, purchase, top_ups
from payments.charges.open_intent import open_intent
from payments.models import Intent, Method, Payment
from tests import market as scene
from tests.stripe import LocalStripe
from wallet.models import Movement

pytestmark = pytest.mark.django_db(transaction=True)
AMARA = events.Actor(type="buyer", name="Amara")


def placed(market: scene.Market, method: str = Method.CARD) -> Payment:
    """Kofi's basket: £53.00 with delivery."""
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def opened(payment: Payment) -> Intent:
    return open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def orders(payment: Payment) -> list[Order]:
    return list(Order.objects.filter(checkout=payment.checkout_id))


def statuses() -> tuple[str, str]:
    return Payment.objects.get().status, Order.objects.get().status


def test_her_card_is_kept_only_where_she_says_so(local_stripe: LocalStripe) -> None:
    assert not placed(scene.opened(wallet=0)).save_card


def test_the_books_say_who_paid(local_stripe: LocalStripe) -> None:
    market = scene.opened()
    placed(market, Method.WALLET)
    assert Movement.objects.get(kind="order_paid").actor == f"user:{market.amara.pk}"

    local_stripe.pay(opened(placed(market)).stripe_id or "")
    local_stripe.deliver()
    assert Movement.objects.filter(kind="order_paid").latest("pk").actor == "stripe"


@pytest.mark.parametrize(("card_part", "small"), [(0, False), (1, True), (29, True), (30, False)])
def test_a_card_takes_nothing_between_nothing_and_its_least(card_part: int, *, small: bool) -> None:
    assert limits.too_small(card_part, "GBP") is small


def test_what_has_ended_waits_no_more(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    change_method.check_waiting(payment, orders(payment))
    Order.objects.update(status=Order.Status.CANCELED)
    with pytest.raises(CheckoutRefusal) as refusal:
        change_method.check_waiting(payment, orders(payment))
    assert refusal.value.code == "checkout_expired"

    top_up = top_ups.create(user=market.amara, amount=Money(2_000, "GBP"))
    Payment.objects.filter(pk=top_up.pk).update(status=Payment.Status.CANCELED)
    top_up.refresh_from_db()
    with pytest.raises(CheckoutRefusal) as refusal:
        change_method.check_waiting(top_up, [])
    assert refusal.value.code == "checkout_expired"


def test_only_a_wallet_part_that_came_back_is_drawn_anew(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=1_000)
    by_card, mixed = placed(market), placed(market, Method.WALLET_AND_CARD)
    assert not change_method.needs_new_parts(by_card)
    assert not change_method.needs_new_parts(mixed)
    change_method.give_back_reserved(mixed.pk)  # nothing has failed: it stays set aside
    mixed.refresh_from_db()
    assert not change_method.needs_new_parts(mixed)
    mixed.reserved = 0
    assert change_method.needs_new_parts(mixed)


@pytest.mark.parametrize(("wallet", "covers"), [(5_299, False), (5_300, True), (5_301, True)])
def test_the_wallet_covers_it_to_the_penny(local_stripe: LocalStripe, wallet: int, *, covers: bool) -> None:
    assert change_method.wallet_covers(placed(scene.opened(wallet=wallet))) is covers


def test_a_single_penny_of_the_wallet_is_given_back_too(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=1)
    payment = placed(market, Method.WALLET_AND_CARD)
    assert (payment.wallet_part, market.wallet()) == (1, 0)
    with pytest.raises(stripe.CardError):
        local_stripe.pay(opened(payment).stripe_id or "", "pm_card_chargeDeclined")
    local_stripe.deliver()
    assert change_method.failed_with_reserve() == [payment.pk]
    change_method.give_back_reserved(payment.pk)
    assert (market.wallet(), change_method.failed_with_reserve()) == (1, [])


def test_before_its_time_a_checkout_does_not_end(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    market.basket.refresh_from_db()
    stock = market.basket.stock
    assert expiry.expire(payment.pk) is False
    assert statuses() == ("created", "created")
    scene.forward(minutes=31)
    assert expiry.expire(payment.pk) is True
    assert statuses() == ("canceled", "canceled")
    market.basket.refresh_from_db()
    assert (market.basket.stock or 0) == (stock or 0) + 1
    assert expiry.expire(payment.pk) is False


def test_a_card_that_was_opened_since_is_ended_first(local_stripe: LocalStripe) -> None:
    payment = placed(scene.opened(wallet=0))
    opened(payment)
    scene.forward(minutes=31)
    assert expiry.expire(payment.pk) is False
    assert statuses() == ("created", "created")
    change_method.end_open(payment.pk)
    assert not change_method.open_intents(payment.pk)
    assert expiry.expire(payment.pk) is True
    assert statuses() == ("canceled", "canceled")


def test_paid_in_the_last_second_it_does_not_end(local_stripe: LocalStripe) -> None:
    payment = placed(scene.opened(wallet=0))
    local_stripe.pay(opened(payment).stripe_id or "")
    local_stripe.deliver()
    scene.forward(minutes=31)
    assert expiry.expire(payment.pk) is False
    assert statuses() == ("succeeded", "paid")
    assert expiry.due_payments() == []
