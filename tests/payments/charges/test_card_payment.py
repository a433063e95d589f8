"""Amara pays by card: Stripe's word comes by webhook, late, twice, out of order, and makes one paid checkout."""

import itertools
import random

import pytest
import stripe
from django.db import transaction
from django.test import Client
from pytest_django import Settings

from banibs.core import audit, events
from banibs.core.money import Money
from banibs.users.models import User
from marketplace.cart import coupons
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Coupon, CouponRedemption, Order
from payments.charges import card_payment, change_method, expiry, payment_states, purchase, top_ups
from payments.charges.look_up_intent import look_up, stale_intents
from payments.charges.open_intent import NotPayable, open_intent
from payments.gateways import outcomes
from payments.gateways.stripe import customers
from payments.models import Incident, Intent, Method, Payment, Refund, WebhookLog
from payments.reconciliation import stripe_fees
from payments.refunds import order_refunds, send_refund, unapplied_payments
from tests import market as scene
from tests.stripe import LocalStripe, tell
from wallet import ledger, movements

pytestmark = pytest.mark.django_db
ACTOR = events.Actor(type="buyer", name="Amara")


def placed(market: scene.Market, method: str = Method.CARD) -> Payment:
    """Two baskets, a jar and a zine: £128.00, waiting for a card."""
    scene.put_in_cart(market.amara, (market.basket, 2), (market.jar, 1), (market.zine, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def opened(payment: Payment) -> Intent:
    return open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def browsing(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def books() -> dict[str, int]:
    names = (
        "stripe:clearing",
        "platform:revenue_deferred",
        "platform:processing",
        "platform:card_fees",
        "platform:tax:GB",
        "stripe:unapplied",
    )
    return {name: ledger.balance(name, "GBP").amount for name in names}


def broken() -> list[str]:
    """The promises of the books that do not hold."""
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def statuses(payment: Payment) -> set[str]:
    return set(Order.objects.filter(checkout=payment.checkout_id).values_list("status", flat=True))


def test_a_card_pays_once_stripe_says_so(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    row = opened(payment)
    assert row.client_secret
    assert opened(payment).pk == row.pk  # asked twice, one intent
    assert statuses(payment) == {"created"}

    local_stripe.pay(row.stripe_id or "")
    assert statuses(payment) == {"created"}  # the browser's word is nothing

    rows = local_stripe.deliver()

    payment.refresh_from_db()
    assert payment.status == Payment.Status.SUCCEEDED
    assert statuses(payment) == {"paid"}
    assert {log.status for log in rows} <= {"processed", "ignored"}
    assert ledger.balance(f"user:{market.amara.pk}:wallet", "GBP").amount == 0
    orders = list(Order.objects.filter(checkout=payment.checkout_id))
    fee = sum(order.processing_fee for order in orders)
    assert fee == (12_800 * 290 + 5_000) // 10_000 + 20
    stripe_fees.settle_fee(row.pk)
    real = (12_800 * 290 + 5_000) // 10_000 + 30  # what the local Stripe takes
    assert (books()["platform:processing"], books()["platform:card_fees"]) == (fee, -real)
    assert books()["stripe:clearing"] == -(12_800 - real)
    assert (
        sum(order.processing_fee_actual or 0 for order in Order.objects.filter(checkout=payment.checkout_id))
        == real
    )
    assert broken() == []


def test_a_decline_leaves_the_order_waiting_and_says_why(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    row = opened(payment)
    with pytest.raises(stripe.CardError):
        local_stripe.pay(row.stripe_id or "", "pm_card_chargeDeclinedInsufficientFunds")

    local_stripe.deliver()

    payment.refresh_from_db()
    assert (payment.status, payment.failure_code) == ("failed", "insufficient_funds")
    assert payment.failure_text == "The card does not have enough money on it."
    assert statuses(payment) == {"created"}
    assert books() == dict.fromkeys(books(), 0)

    local_stripe.pay(opened(payment).stripe_id or "")
    local_stripe.deliver()
    assert statuses(payment) == {"paid"}


def test_the_bank_asks_amara_to_confirm(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    row = opened(payment)
    local_stripe.pay(row.stripe_id or "", "pm_card_authenticationRequired")
    local_stripe.deliver()
    payment.refresh_from_db()
    assert payment.status == Payment.Status.REQUIRES_ACTION
    assert statuses(payment) == {"created"}


def test_events_in_any_order_and_ten_times_end_the_same(local_stripe: LocalStripe) -> None:
    seed = random.randrange(10**6)
    rng = random.Random(seed)
    market = scene.opened(wallet=0)
    payment = placed(market)
    row = opened(payment)
    with pytest.raises(stripe.CardError):
        local_stripe.pay(row.stripe_id or "", "pm_card_chargeDeclined")
    local_stripe.pay(row.stripe_id or "")
    happened = local_stripe.events()
    for event in rng.sample(happened * 10, len(happened) * 10):
        tell(event)
    payment.refresh_from_db()
    assert payment.status == "succeeded", seed
    assert statuses(payment) == {"paid"}
    assert books()["platform:revenue_deferred"] == 987
    assert broken() == [], seed


def test_a_lost_answer_makes_no_second_intent(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    local_stripe.control(
        "faults",
        {
            "do": "timeout_after_effect",
            "method": "POST",
            "path": "/v1/payment_intents",
            "count": 2,
            "seconds": 0.1,
        },
    )
    with pytest.raises(outcomes.Unknown):
        opened(payment)
    row = Intent.objects.get()
    assert (row.status, row.stripe_id) == ("created", None)

    again = opened(payment)

    assert again.pk == row.pk
    assert len(local_stripe.client.v1.payment_intents.list({"limit": 10}).data) == 1


def test_wallet_first_and_the_card_for_the_rest(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=5_000)
    payment = placed(market, Method.WALLET_AND_CARD)
    assert (payment.wallet_part, payment.card_part) == (5_000, 7_800)
    assert market.wallet() == 0
    assert ledger.balance(f"user:{market.amara.pk}:reserved", "GBP").amount == 5_000
    row = opened(payment)
    assert row.amount == 7_800
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    assert statuses(payment) == {"paid"}
    assert ledger.balance(f"user:{market.amara.pk}:reserved", "GBP").amount == 0
    assert books()["stripe:clearing"] < -7_000
    assert broken() == []


def test_when_the_card_fails_the_wallet_part_comes_back(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=5_000)
    payment = placed(market, Method.WALLET_AND_CARD)
    row = opened(payment)
    with pytest.raises(stripe.CardError):
        local_stripe.pay(row.stripe_id or "", "pm_card_chargeDeclined")
    local_stripe.deliver()
    for payment_id in change_method.failed_with_reserve():
        change_method.give_back_reserved(payment_id)
    assert market.wallet() == 5_000
    assert local_stripe.client.v1.payment_intents.retrieve(row.stripe_id or "").status == "canceled"

    again = change_method.pay_again(payment.pk, method=Method.WALLET_AND_CARD, actor=ACTOR)
    assert (again.wallet_part, again.card_part, market.wallet()) == (5_000, 7_800, 0)
    local_stripe.pay(opened(again).stripe_id or "")
    local_stripe.deliver()
    assert statuses(payment) == {"paid"}
    assert broken() == []


def test_an_unpaid_checkout_expires_and_money_that_comes_later_goes_back(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=5_000)
    payment = placed(market, Method.WALLET_AND_CARD)
    row = opened(payment)
    scene.forward(minutes=31)
    local_stripe.pay(row.stripe_id or "")  # paid at Stripe, and nobody told us
    assert expiry.expire_due() == 0  # Stripe is asked first: the money pays the order after all
    assert statuses(payment) == {"paid"}
    assert broken() == []


def test_expiry_gives_everything_back(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=5_000)
    payment = placed(market, Method.WALLET_AND_CARD)
    row = opened(payment)
    scene.forward(minutes=31)

    assert expiry.expire_due() == 1

    payment.refresh_from_db()
    market.basket.refresh_from_db()
    assert (payment.status, statuses(payment)) == ("canceled", {"canceled"})
    assert (market.wallet(), market.basket.stock) == (5_000, 10)
    assert local_stripe.client.v1.payment_intents.retrieve(row.stripe_id or "").status == "canceled"
    assert expiry.expire_due() == 0


def test_expiry_gives_the_coupon_back(local_stripe: LocalStripe) -> None:
    """WARM10 is for one purchase: it was used by an order that nobody paid, and is there for the next."""
    market = scene.opened(wallet=0)
    coupon = Coupon.objects.create(code="WARM10", percent_bps=1000, limit=1)
    scene.put_in_cart(market.amara, (market.basket, 1))
    coupons.apply_coupon(market.amara.cart, "warm10")
    address = market.amara.addresses.get().snapshot()
    purchase.buy(user=market.amara, address=address, method=Method.CARD, expected_total=None)
    coupon.refresh_from_db()
    assert (coupon.used, CouponRedemption.objects.count()) == (1, 1)
    scene.forward(minutes=31)

    assert expiry.expire_due() == 1

    coupon.refresh_from_db()
    assert (coupon.used, CouponRedemption.objects.count()) == (0, 0)
    assert broken() == []


def test_a_card_page_left_open_charges_nothing_once_the_wallet_has_paid(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=20_000)
    payment = placed(market)
    row = opened(payment)

    change_method.pay_again(payment.pk, method=Method.WALLET, actor=ACTOR)

    with pytest.raises(stripe.InvalidRequestError):
        local_stripe.pay(row.stripe_id or "")
    assert local_stripe.client.v1.charges.list({}).data == []
    assert statuses(payment) == {"paid"}
    assert broken() == []


def test_money_for_an_order_paid_from_the_wallet_meanwhile_goes_back(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=20_000)
    payment = placed(market, Method.CARD)
    row = opened(payment)
    Intent.objects.filter(pk=row.pk).update(
        status=Intent.Status.CANCELED
    )  # as if Stripe had not heard our cancel
    change_method.pay_again(payment.pk, method=Method.WALLET, actor=ACTOR)
    assert statuses(payment) == {"paid"}
    assert market.wallet() == 20_000 - 12_800

    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()

    row.refresh_from_db()
    assert row.status == Intent.Status.UNAPPLIED_REFUNDED
    assert books()["stripe:unapplied"] == 0
    assert unapplied_payments.due_intents() == []
    assert len(local_stripe.client.v1.refunds.list({"limit": 10}).data) == 1
    assert broken() == []


def test_paying_twice_is_refused(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    local_stripe.pay(opened(payment).stripe_id or "")
    local_stripe.deliver()
    with pytest.raises(CheckoutRefusal) as refusal:
        change_method.pay_again(payment.pk, method=Method.WALLET, actor=ACTOR)
    assert refusal.value.code == "order_already_paid"


def test_an_intent_of_another_amount_pays_nothing_and_is_an_incident(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    row = opened(payment)
    local_stripe.client.v1.payment_intents.update(row.stripe_id or "", {"amount": 100})
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    assert statuses(payment) == {"created"}
    assert Incident.objects.filter(kind="payment_mismatch").exists()
    assert books() == dict.fromkeys(books(), 0)


def test_kofi_cancels_and_the_card_gets_its_money_back(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    local_stripe.pay(opened(payment).stripe_id or "")
    local_stripe.deliver()
    kofis = Order.objects.get(checkout=payment.checkout_id, seller=market.kofi)

    refund = order_refunds.cancel_order(kofis.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    assert refund is not None
    assert refund.status == Refund.Status.PENDING
    assert ledger.balance("stripe:refunds", "GBP").amount == 10_200
    assert broken() == []
    send_refund.send_refund(refund.pk)
    send_refund.send_refund(refund.pk)
    local_stripe.deliver()
    refund.refresh_from_db()
    assert refund.status == Refund.Status.SUCCEEDED
    assert ledger.balance("stripe:refunds", "GBP").amount == 0
    assert len(local_stripe.client.v1.refunds.list({"limit": 10}).data) == 1
    assert broken() == []


def test_a_refund_that_the_card_gives_back_goes_to_the_wallet(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    local_stripe.pay(opened(payment).stripe_id or "", "pm_card_refundFail")
    local_stripe.deliver()
    zuris = Order.objects.get(checkout=payment.checkout_id, seller=market.zuri)
    refund = order_refunds.cancel_order(zuris.pk, actor=events.SYSTEM, reason="Closed", user_id=None)
    assert refund is not None
    send_refund.send_refund(refund.pk)
    local_stripe.control("clock", {"advance": 60, "tell_app": False})
    local_stripe.deliver()
    refund.refresh_from_db()
    assert refund.status == Refund.Status.FAILED
    assert market.wallet() == 2_600
    assert ledger.balance("stripe:refunds", "GBP").amount == 0
    assert broken() == []


def test_a_lost_event_is_made_up_for_by_the_sweeper(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    row = opened(payment)
    local_stripe.pay(row.stripe_id or "")
    scene.forward(minutes=3)
    for row_id in itertools.chain(stale_intents()):
        look_up(row_id)
    assert statuses(payment) == {"paid"}
    assert not WebhookLog.objects.exists()


def test_a_saved_card_that_was_declined_may_be_tried_again(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    customers.ensure(market.amara)
    saved = local_stripe.client.v1.payment_methods.attach(
        "pm_card_chargeCustomerFail", {"customer": market.amara.stripe_customer_id}
    )
    asked = []
    for _time in range(2):
        with pytest.raises(card_payment.Declined):
            card_payment.pay_by_card(payment, user=market.amara, card=saved.id)
        asked.append(Intent.objects.get().charge_id)
    assert len(set(asked)) == 2  # the second was a try of its own, not Stripe's memory of the first


def test_a_failed_mixed_payment_is_drawn_anew_before_the_next_card(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=5_000)
    payment = placed(market, Method.WALLET_AND_CARD)
    row = opened(payment)
    with pytest.raises(stripe.CardError):
        local_stripe.pay(row.stripe_id or "", "pm_card_chargeDeclined")
    local_stripe.deliver()
    change_method.give_back_reserved(payment.pk)

    page = browsing(market.amara).get(f"/checkout/pay/{payment.checkout.number}/", follow=True)  # type: ignore[union-attr]

    assert page.status_code == 200
    assert market.wallet() == 0  # set aside again
    row = Intent.objects.get(status=Intent.Status.OPEN)
    local_stripe.pay(row.stripe_id or "")
    assert [one.status for one in local_stripe.deliver() if one.status == "failed"] == []
    assert statuses(payment) == {"paid"}
    assert broken() == []


def test_an_intent_for_a_given_back_wallet_part_sets_it_aside_or_is_not_made(
    local_stripe: LocalStripe,
) -> None:
    market = scene.opened(wallet=5_000)
    payment = placed(market, Method.WALLET_AND_CARD)
    with transaction.atomic():
        payment_states.release(payment)
    opened(payment)
    assert market.wallet() == 0
    change_method.end_open(payment.pk)
    with transaction.atomic():
        payment_states.release(Payment.objects.get(pk=payment.pk))
        ledger.post(
            movements.wallet_reserved(payment=10**6, attempt=1, buyer=market.amara.pk, amount=Money(1, "GBP"))
        )
    with pytest.raises(NotPayable):
        opened(payment)


def test_money_of_other_parts_than_the_payments_goes_back(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=5_000)
    payment = placed(market, Method.CARD)
    old = opened(payment)
    Intent.objects.filter(pk=old.pk).update(status=Intent.Status.CANCELED)  # Stripe has not heard it
    change_method.pay_again(payment.pk, method=Method.WALLET_AND_CARD, actor=ACTOR)

    local_stripe.pay(old.stripe_id or "")
    local_stripe.deliver()

    old.refresh_from_db()
    assert old.status == Intent.Status.UNAPPLIED_REFUNDED
    assert statuses(payment) == {"created"}
    assert ledger.balance(f"user:{market.amara.pk}:reserved", "GBP").amount == 5_000
    assert broken() == []


def test_cards_are_refused_again_where_they_are_not_taken(
    local_stripe: LocalStripe, settings: Settings
) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    settings.STRIPE_SETTLEMENT_CURRENCIES = ["USD"]
    with pytest.raises(CheckoutRefusal) as refusal:
        change_method.pay_again(payment.pk, method=Method.STRIPE_CHECKOUT, actor=ACTOR)
    assert refusal.value.code == "payment_method_unavailable"
    assert not Intent.objects.exists()


def test_one_intent_that_stripe_does_not_know_keeps_no_other_from_expiring(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    lost, other = placed(market), placed(market)
    Intent.objects.filter(pk=opened(lost).pk).update(stripe_id="pi_unheardof")
    opened(other)
    scene.forward(minutes=31)
    assert expiry.expire_due() == 2
    assert statuses(lost) == statuses(other) == {"canceled"}
    assert broken() == []


def test_a_forgotten_top_up_ends_after_a_day_and_is_not_asked_about_for_ever(
    local_stripe: LocalStripe,
) -> None:
    market = scene.opened(wallet=0)
    payment = top_ups.create(user=market.amara, amount=Money(2_000, "GBP"))
    row = opened(payment)
    scene.forward(hours=25)
    assert expiry.expire_due() == 1
    row.refresh_from_db()
    assert row.status == Intent.Status.CANCELED
    assert stale_intents() == []
    page = browsing(market.amara).get(f"/account/wallet/top-up/{payment.pk}/", follow=True)
    assert page.status_code == 200


def test_a_wrong_key_decides_nothing_about_a_refund(local_stripe: LocalStripe, settings: Settings) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    local_stripe.pay(opened(payment).stripe_id or "")
    local_stripe.deliver()
    order = Order.objects.get(checkout=payment.checkout_id, seller=market.kofi)
    refund = order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    assert refund is not None
    settings.STRIPE_SECRET_KEY = "sk_test_revoked0000000000000000000"
    with pytest.raises(outcomes.Unknown):
        send_refund.send_refund(refund.pk)
    refund.refresh_from_db()
    assert refund.status == Refund.Status.PENDING
    assert market.wallet() == 0


def test_a_refund_made_by_hand_at_stripe_is_an_incident(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    row = opened(payment)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    local_stripe.client.v1.refunds.create({"payment_intent": row.stripe_id or "", "amount": 500})
    local_stripe.deliver()
    incident = Incident.objects.get()
    assert incident.kind == "foreign_refund"
    assert incident.detail.startswith("5.00 GBP of pi_"), "an amount that nobody reads as five hundred"
    assert broken() == []


def test_unapplied_money_that_the_card_gives_back_is_kept_apart_again(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    row = opened(payment)
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(row.stripe_id or "", "pm_card_refundFail")
    local_stripe.deliver()
    assert books()["stripe:unapplied"] == 0
    local_stripe.control("clock", {"advance": 60, "tell_app": False})
    local_stripe.deliver()
    assert books()["stripe:unapplied"] == 12_800
    assert Incident.objects.get().kind == "unapplied_refund_failed"


def test_a_fee_in_another_currency_is_asked_for_once(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    local_stripe.control("settings", {"settled_currencies": ["usd"]})
    payment = placed(market)
    row = opened(payment)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    assert Incident.objects.get().kind == "fee_currency"
    scene.forward(minutes=3)
    assert stripe_fees.unsettled_intents() == []
    local_stripe.control("settings", {"settled_currencies": ["usd", "gbp", "eur", "cad"]})
