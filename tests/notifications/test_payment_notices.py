"""What Amara and the shops hear of a card: declined, too late, given back, added to the wallet. Once each."""

from __future__ import annotations

import pytest
import stripe
from django.core import mail

from banibs.core import events
from banibs.core.money import Money
from banibs.notifications import inbox, text
from banibs.users.models import User
from marketplace.models import Order
from payments.charges import expiry, purchase, top_ups
from payments.charges.open_intent import open_intent
from payments.models import Intent, Method, Payment
from payments.refunds import order_refunds, send_refund
from tests import market as scene
from tests.shopping import tell
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db


def told(user: User) -> list[str]:
    return [text.text(notice) for notice in inbox.for_user(user.pk).order_by("pk")]


def subjects(user: User) -> list[str]:
    return [letter.subject for letter in mail.outbox if letter.to == [user.email]]


def opened(market: scene.Market) -> tuple[Payment, Intent]:
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    bought = purchase.buy(user=market.amara, address=address, method=Method.CARD, expected_total=None)
    return bought.payment, open_intent(bought.payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def number(payment: Payment) -> str:
    assert payment.checkout is not None
    return payment.checkout.number


def test_a_declined_card_is_told_once_with_the_reason(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment, row = opened(market)
    with pytest.raises(stripe.CardError):
        local_stripe.pay(row.stripe_id or "", "pm_card_chargeDeclinedInsufficientFunds")
    local_stripe.deliver()
    tell()
    tell()
    assert told(market.amara) == [
        f"The payment of order {number(payment)} did not go through. The card does not have enough money on it."
        " Nothing was charged; the order waits."
    ]
    assert subjects(market.amara) == [f"Card declined: order {number(payment)}"]
    assert told(market.kofi.user) == []


def test_money_that_comes_too_late_is_told_to_both_sides(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment, row = opened(market)
    Intent.objects.filter(pk=row.pk).update(status=Intent.Status.CANCELED)  # Stripe did not hear our cancel
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    tell()
    assert told(market.amara) == [
        f"Order {number(payment)} was not paid in time and is cancelled. Nothing was charged.",
        f"£53.00 came for order {number(payment)}, which did not wait for it any more. It goes back by itself.",
        f"£53.00 that came too late for order {number(payment)} is on its way back to your card.",
    ]
    assert told(market.kofi.user) == [
        f"A payment for {number(payment)}-1 came after the order had expired. It goes back; there is nothing to send."
    ]


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ("pm_card_visa", "£53.00 of order {} was sent back to your card. Banks take a few days to show it."),
        (
            "pm_card_refundFail",
            "Your card did not take the refund of order {}. £53.00 is in your wallet instead.",
        ),
    ],
)
def test_a_refund_is_told_when_it_is_sent_or_comes_back(
    local_stripe: LocalStripe, card: str, said: str
) -> None:
    market = scene.opened(wallet=0)
    payment, row = opened(market)
    local_stripe.pay(row.stripe_id or "", card)
    local_stripe.deliver()
    order = Order.objects.get()
    refund = order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    assert refund is not None
    send_refund.send_refund(refund.pk)
    local_stripe.control("clock", {"advance": 60, "tell_app": False})
    local_stripe.deliver()
    tell()
    assert told(market.amara)[-1] == said.format(number(payment))
    if card == "pm_card_refundFail":
        assert told(market.kofi.user)[-1] == (
            f"The buyer's card did not take the refund of order {order.number}. £53.00 is in their wallet instead."
            " Your balance stays as it is."
        )
    letter = next(one for one in mail.outbox if one.to == [market.amara.email] and "cancelled" in one.subject)
    assert "goes back the way you paid" in str(letter.body)
    assert "back in your wallet" not in str(letter.body)


def test_a_top_up_is_told_when_it_is_there(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = top_ups.create(user=market.amara, amount=Money(2_000, "GBP"))
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    tell()
    assert told(market.amara) == ["£20.00 was added to your wallet by card."]
    assert subjects(market.amara) == ["Wallet topped up"]
