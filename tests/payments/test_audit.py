"""What the audit promises of cards: it holds after a day of them, and each promise finds what breaks it."""

from __future__ import annotations

import pytest
from django.db import connection

from banibs.core import audit, events
from banibs.core.money import Money
from marketplace.models import Order
from payments.audit import CHECKS
from payments.charges import expiry, purchase, top_ups
from payments.charges.open_intent import open_intent
from payments.charges.sync_intent import sync_intent
from payments.gateways.stripe import payment_intents
from payments.models import Intent, Method, Payment
from payments.refunds import order_refunds
from tests import market as scene
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db


def opened(payment: Payment) -> Intent:
    return open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def placed(market: scene.Market) -> Payment:
    scene.put_in_cart(market.amara, (market.basket, 1), (market.jar, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=Method.CARD, expected_total=None).payment


def a_day_of_cards(local_stripe: LocalStripe) -> None:
    """A purchase whose one part goes back and is not sent yet, a top-up, and money that came too late."""
    market = scene.opened(wallet=0)
    local_stripe.pay(opened(placed(market)).stripe_id or "")
    local_stripe.pay(opened(top_ups.create(user=market.amara, amount=Money(2_000, "GBP"))).stripe_id or "")
    local_stripe.deliver()
    order = Order.objects.get(seller=market.kofi)
    order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Damaged", user_id=None)
    late = opened(placed(market))
    Intent.objects.filter(pk=late.pk).update(status="canceled")
    scene.forward(minutes=31)
    assert expiry.expire_due() == 1
    local_stripe.pay(late.stripe_id or "")
    sync_intent(payment_intents.read_intent(late.stripe_id or ""))


def broken() -> set[str]:
    return {finding.check.name for finding in audit.run(CHECKS) if not finding.holds}


def test_after_a_day_of_cards_everything_holds(local_stripe: LocalStripe) -> None:
    a_day_of_cards(local_stripe)
    assert broken() == set()
    assert set(Intent.objects.values_list("status", flat=True)) == {"succeeded", "unapplied"}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE payments_intent SET status = 'canceled'", "payments.card_part_came_by_one_intent"),
        ("UPDATE payments_payment SET status = 'failed'", "payments.top_ups_are_booked"),
        ("UPDATE payments_refund SET status = 'succeeded'", "payments.owed_to_cards"),
        ("UPDATE payments_refund SET status = 'canceled'", "payments.owed_to_cards"),
        (
            "UPDATE payments_intent SET status = 'unapplied_refunded' WHERE status = 'unapplied'",
            "payments.unapplied_is_kept_apart",
        ),
    ],
)
def test_what_breaks_is_found(local_stripe: LocalStripe, statement: str, found: str) -> None:
    a_day_of_cards(local_stripe)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert found in broken()
