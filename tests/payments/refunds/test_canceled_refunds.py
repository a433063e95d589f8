"""A refund that waits for Stripe's balance and is canceled there: nothing has left, so all is as it was before it."""

from __future__ import annotations

import html

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from banibs.core import events
from banibs.core.jobs import event_delivery
from banibs.core.models import Event
from banibs.notifications.models import Notice
from banibs.users.models import User
from marketplace.models import Coupon, CouponRedemption, Order, OrderLine
from marketplace.orders import transitions
from payments.charges import purchase
from payments.models import Incident, Method, Payment, Refund
from payments.refunds import order_refunds, send_refund
from payments.refunds.wanted import Wanted
from payouts import clearing
from tests import market as scene
from tests.payments.refunds.scenes import (
    STAFF,
    at_stripe,
    books,
    broken,
    canceled,
    nothing_is_stuck,
    opened,
    paid,
)
from tests.people import person
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)


def given_back(wanted: Wanted, *, restock: bool = False) -> Refund:
    """The shop gives some of Amara's order back; Stripe has it, and waits for our balance."""
    refund = order_refunds.refund_order(
        Order.objects.get().pk, wanted, actor=STAFF, reason="other", note="", user_id=None, restock=restock
    )
    return send_refund.send_refund(refund.pk)


def everything() -> tuple[object, ...]:
    """What a refund changes: the columns of the order, its lines and payment, and every account."""
    accounts = (
        "stripe:refunds", "stripe:clearing", "platform:revenue", "platform:revenue_deferred", "platform:tax:GB",
        "platform:processing", "platform:promotions", *(
            f"seller:{Order.objects.get().seller_id}:{part}" for part in ("pending", "available", "reserve")
        ),
    )  # fmt: skip
    lines = list(OrderLine.objects.order_by("pk").values())
    return (
        Order.objects.values().get(),
        lines,
        Payment.objects.values_list("refunded").get(),
        [books(code) for code in accounts],
    )


def waits(local_stripe: LocalStripe) -> None:
    """Stripe's balance pays no refund for now."""
    local_stripe.control("settings", {"refunds": "wait"})


def stopped(local_stripe: LocalStripe, refund: Refund) -> Refund:
    """Somebody stops it in Stripe's Dashboard, and Stripe tells so twice."""
    local_stripe.control(f"refunds/{refund.stripe_id}/cancel")
    local_stripe.deliver()
    local_stripe.deliver()
    send_refund.send_refund(refund.pk)
    refund.refresh_from_db()
    return refund


@pytest.mark.parametrize("sent", [False, True])
def test_a_part_that_never_left_is_as_if_it_had_not_been(local_stripe: LocalStripe, *, sent: bool) -> None:
    market = scene.opened(wallet=0)
    paid(local_stripe, market)
    if sent:
        transitions.fulfil(Order.objects.get().pk, actor=events.SYSTEM, carrier="Post")
    before = everything()
    waits(local_stripe)
    refund = given_back(Wanted(amount=1_000))
    assert (refund.status, books("stripe:refunds")) == ("pending", 1_000)

    stopped(local_stripe, refund)

    assert (refund.status, market.wallet()) == ("canceled", 0)
    assert everything() == before
    assert Event.objects.filter(kind="order.refund_canceled").count() == 1
    nothing_is_stuck(local_stripe)


def test_what_came_from_the_hold_goes_to_available_when_the_order_has_cleared_since(
    local_stripe: LocalStripe,
) -> None:
    market = scene.opened(wallet=0)
    paid(local_stripe, market)
    order = Order.objects.get()
    transitions.fulfil(order.pk, actor=events.SYSTEM, carrier="Post")
    waits(local_stripe)
    refund = given_back(Wanted(amount=1_000))
    assert refund.from_held > 0
    scene.forward(days=3)
    assert clearing.clear(order.pk)

    stopped(local_stripe, refund)

    order.refresh_from_db()
    assert (order.held, books(f"seller:{market.kofi.pk}:pending")) == (0, 0)
    assert books(f"seller:{market.kofi.pk}:available") == order.seller_net
    nothing_is_stuck(local_stripe)


def test_an_order_that_was_cancelled_with_it_is_paid_again_with_its_stock_and_coupon(
    local_stripe: LocalStripe,
) -> None:
    market = scene.opened(wallet=0)
    coupon = Coupon.objects.create(code="WELCOME", percent_bps=1_000, limit=1)
    cart = scene.put_in_cart(market.amara, (market.basket, 1))
    cart.coupon = coupon
    cart.save()
    address = market.amara.addresses.get().snapshot()
    bought = purchase.buy(user=market.amara, address=address, method=Method.CARD, expected_total=None)
    local_stripe.pay(opened(bought.payment).stripe_id or "")
    local_stripe.deliver()
    market.basket.refresh_from_db()
    stock, before = market.basket.stock, everything()
    waits(local_stripe)
    refund = send_refund.send_refund(canceled(Order.objects.get()).pk)
    coupon.refresh_from_db()
    assert (Order.objects.get().status, coupon.used) == ("canceled", 0)

    stopped(local_stripe, refund)

    market.basket.refresh_from_db()
    coupon.refresh_from_db()
    assert (Order.objects.get().status, market.basket.stock) == ("paid", stock)
    assert (coupon.used, CouponRedemption.objects.count()) == (1, 1)
    assert everything() == before
    nothing_is_stuck(local_stripe)
    transitions.fulfil(Order.objects.get().pk, actor=events.SYSTEM, carrier="Post")
    assert broken() == []


@pytest.mark.parametrize("received", [False, True])
def test_an_order_that_was_refunded_with_it_is_where_it_was(
    local_stripe: LocalStripe, *, received: bool
) -> None:
    paid(local_stripe, scene.opened(wallet=0))
    order = Order.objects.get()
    transitions.fulfil(order.pk, actor=events.SYSTEM, carrier="Post")
    if received:
        transitions.complete(order.pk, actor=events.SYSTEM)
    before = everything()
    waits(local_stripe)
    refund = given_back(Wanted(everything=True))
    assert Order.objects.get().status == "refunded"

    stopped(local_stripe, refund)

    assert everything() == before
    nothing_is_stuck(local_stripe)


def test_what_is_sold_on_meanwhile_cannot_come_back_so_it_stays_owed_and_ike_decides(
    local_stripe: LocalStripe,
) -> None:
    market = scene.opened(wallet=0)
    paid(local_stripe, market)
    waits(local_stripe)
    refund = send_refund.send_refund(canceled(Order.objects.get()).pk)
    market.basket.refresh_from_db()
    market.basket.stock = 0
    market.basket.save(update_fields=["stock"])

    stopped(local_stripe, refund)

    assert (refund.status, refund.failure, books("stripe:refunds")) == ("failed", "merchant_request", 5_300)
    assert (Order.objects.get().status, market.wallet()) == ("canceled", 0)
    assert Incident.objects.get(closed_at=None).kind == "refund_refused"
    assert (-books("stripe:clearing"), broken()) == (at_stripe(), [])


def test_what_has_reached_the_wallet_in_part_goes_there_wholly(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=2_000)
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    bought = purchase.buy(
        user=market.amara, address=address, method=Method.WALLET_AND_CARD, expected_total=None
    )
    local_stripe.pay(opened(bought.payment).stripe_id or "")
    local_stripe.deliver()
    waits(local_stripe)
    refund = send_refund.send_refund(canceled(Order.objects.get()).pk)
    assert (refund.wallet_part, refund.card_part) == (2_000, 3_300)

    stopped(local_stripe, refund)

    assert (refund.status, market.wallet(), Order.objects.get().status) == ("failed", 5_300, "canceled")
    nothing_is_stuck(local_stripe)


def asked(client: Client, *refunds: Refund) -> str:
    """What Ike's page says after he has chosen refunds and the action."""
    page = client.post(
        reverse("admin:payments_refund_changelist"),
        {"action": "stop", "_selected_action": [one.pk for one in refunds]},
        follow=True,
    )
    return html.unescape(page.content.decode())


def test_ike_takes_back_what_waits_for_the_buyer_and_reads_what_only_the_dashboard_can_stop(
    local_stripe: LocalStripe, ike: User, client: Client
) -> None:
    market = scene.opened(wallet=0)
    paid(local_stripe, market)
    client.force_login(ike)
    waits(local_stripe)
    first = given_back(Wanted(amount=1_000))
    assert "Its Dashboard may still stop one" in asked(client, first)
    first.refresh_from_db()
    assert (first.status, books("stripe:refunds")) == ("pending", 1_000)

    local_stripe.control("settings", {"refunds": "require_action"})
    second = given_back(Wanted(amount=500))
    assert second.status == "sent"
    assert "Choose one refund. Nothing was done." in asked(client, first, second)
    assert "comes back from Stripe" in asked(client, second)
    second.refresh_from_db()
    assert (second.status, market.wallet()) == ("failed", 500)
    assert [one.actor_name for one in Event.objects.filter(kind="order.refund_stop_asked")] == [ike.name] * 2
    assert "it is over" in asked(client, second)
    stopped(local_stripe, first)
    nothing_is_stuck(local_stripe)


def test_while_stripe_does_not_answer_ike_reads_so_and_nothing_moves(
    local_stripe: LocalStripe, ike: User, client: Client
) -> None:
    paid(local_stripe, scene.opened(wallet=0))
    client.force_login(ike)
    waits(local_stripe)
    refund = given_back(Wanted(amount=1_000))
    local_stripe.control(
        "faults", {"do": "unavailable", "path": f"/v1/refunds/{refund.stripe_id}/cancel", "count": 9}
    )
    before = everything()
    assert "Stripe did not answer" in asked(client, refund)
    assert everything() == before


def test_who_only_reads_refunds_takes_none_back(local_stripe: LocalStripe, client: Client) -> None:
    paid(local_stripe, scene.opened(wallet=0))
    waits(local_stripe)
    refund = given_back(Wanted(amount=1_000))
    reader = person("reader@example.com", name="Esi", staff=True)
    User.objects.filter(pk=reader.pk).update(is_superuser=False)
    reader.user_permissions.add(
        Permission.objects.get(codename="view_refund", content_type__app_label="payments")
    )
    client.force_login(User.objects.get(pk=reader.pk))
    asked(client, refund)
    refund.refresh_from_db()
    assert (refund.status, Event.objects.filter(kind="order.refund_stop_asked").count()) == ("pending", 0)


def test_both_are_told_that_it_was_taken_back(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    paid(local_stripe, market)
    waits(local_stripe)
    stopped(local_stripe, given_back(Wanted(amount=1_000)))
    event_delivery.deliver_due()
    told = dict(Notice.objects.filter(kind__contains="refund_canceled").values_list("user_id", "kind"))
    assert told == {market.amara.pk: "refund_canceled", market.kofi.user_id: "sale_refund_canceled"}


@pytest.mark.parametrize("dispute", ["open", "lost", "won"])
def test_where_a_bank_has_or_had_a_say_in_an_order_that_is_over_people_decide(
    local_stripe: LocalStripe, dispute: str
) -> None:
    market = scene.opened(wallet=0)
    paid(local_stripe, market)
    waits(local_stripe)
    refund = send_refund.send_refund(canceled(Order.objects.get()).pk)
    Order.objects.update(dispute=dispute)
    stock = type(market.basket).objects.get(pk=market.basket.pk).stock

    stopped(local_stripe, refund)

    assert (refund.status, books("stripe:refunds"), market.wallet()) == ("failed", 5_300, 0)
    assert Order.objects.get().status == "canceled"
    assert type(market.basket).objects.get(pk=market.basket.pk).stock == stock
    assert Incident.objects.get(closed_at=None).kind == "refund_refused"
