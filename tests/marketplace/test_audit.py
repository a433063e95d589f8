"""The invariants of orders hold after a day's trade, and each finds what breaks it."""

import pytest
from django.db import connection

from banibs.core import audit, events
from marketplace.audit import CHECKS as MARKET
from marketplace.models import Download
from marketplace.orders import downloads, transitions
from payments.audit import CHECKS as PAYMENTS
from payments.refunds import order_refunds
from tests import market as scene
from tests.shopping import buys, file

pytestmark = pytest.mark.django_db


def a_day_of_trade() -> scene.Market:
    """A purchase of two shops, one part posted and complete, another purchase cancelled, files fetched."""
    market = scene.opened(wallet=50_000)
    file(market.zine)
    first = buys(market, (market.basket, 2), (market.jar, 1), (market.zine, 1))
    parcel = first.orders.order_by("id").first()
    seller = events.Actor.person(market.kofi.user, role="seller")
    transitions.fulfil(parcel.pk, actor=seller)
    transitions.complete(parcel.pk, actor=events.Actor.person(market.amara, role="buyer"))
    downloads.start(Download.objects.get().pk, user_id=market.amara.pk, actor=events.SYSTEM)
    second = buys(market, (market.basket, 1))
    order_refunds.cancel_order(
        second.orders.get().pk, actor=seller, reason="sold out", user_id=market.kofi.user_id
    )
    return market


def broken() -> set[str]:
    return {finding.check.name for finding in audit.run([*MARKET, *PAYMENTS]) if not finding.holds}


def test_after_a_days_trade_everything_holds() -> None:
    a_day_of_trade()
    assert broken() == set()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE marketplace_checkout SET total = total + 1", "marketplace.checkout_is_its_orders"),
        ("ALTER TABLE marketplace_order DROP CONSTRAINT order_parts_add_up; "
         "UPDATE marketplace_order SET tax = tax + 1", "marketplace.order_is_its_lines"),
        ("ALTER TABLE marketplace_order DROP CONSTRAINT order_parts_add_up; "
         "UPDATE marketplace_order SET seller_net = seller_net + 1", "marketplace.order_is_shared_out"),
        ("UPDATE marketplace_orderline SET tax_base = tax_base + 1", "marketplace.tax_is_base_times_rate"),
        ("UPDATE marketplace_orderline SET tax_rate_bps = 1900", "marketplace.tax_is_base_times_rate"),
        ("UPDATE marketplace_orderline SET tax = tax + 1, tax_base = tax_base - 1",
         "marketplace.tax_is_base_times_rate"),
        ("UPDATE marketplace_orderline SET tax_jurisdiction = 'DE'", "marketplace.tax_is_base_times_rate"),
        ("UPDATE marketplace_order SET shipping_tax_rate_bps = 1900", "marketplace.tax_is_base_times_rate"),
        ("UPDATE marketplace_order SET paid_at = NULL", "marketplace.order_states"),
        ("UPDATE marketplace_checkout SET paid_at = NULL", "marketplace.checkout_paid_whole"),
        ("UPDATE marketplace_order SET held = held - 1 WHERE held > 0", "marketplace.held_is_pending"),
        ("UPDATE marketplace_order SET refunded = 0", "marketplace.refunded_within"),
        ("UPDATE marketplace_order SET paid_at = paid_at + interval '1 day'", "marketplace.downloads_were_paid"),
        ("INSERT INTO marketplace_coupon (code, percent_bps, minimum, used, starts_at, active) "
         "VALUES ('LOST', 500, 0, 1, now(), true)", "marketplace.coupons_counted"),
        ("UPDATE payments_payment SET user_id = (SELECT min(user_id) FROM marketplace_seller)",
         "payments.every_checkout_has_one"),
        ("UPDATE payments_paymentsplit SET wallet_part = wallet_part + 1", "payments.amounts_agree"),
        ("UPDATE payments_payment SET status = 'failed'", "payments.succeeded_is_paid"),
        ("UPDATE marketplace_checkout SET paid_at = NULL", "payments.paid_is_booked_once"),
        ("ALTER TABLE marketplace_order DROP CONSTRAINT order_fee_deferred_within; "
         "UPDATE marketplace_order SET marketplace_fee = marketplace_fee - 1, seller_net = seller_net + 1",
         "payments.booked_as_sold"),
        ("UPDATE payments_refund SET status = 'canceled'", "payments.refunds_within"),
        ("UPDATE payments_payment SET refunded = 0", "payments.refunds_of_payment"),
        ("ALTER TABLE payments_refund DROP CONSTRAINT refund_borne_whole; "
         "UPDATE payments_refund SET wallet_part = 1, amount = 1", "payments.refunds_are_booked"),
        ("ALTER TABLE payments_payment DROP CONSTRAINT payment_reserved_within; "
         "UPDATE payments_payment SET reserved = 5", "payments.reserved_is_set_aside"),
    ],
)  # fmt: skip
def test_what_breaks_is_found(statement: str, found: str) -> None:
    a_day_of_trade()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table whose checks wait cannot lose one
        cursor.execute(statement)
    assert found in broken()
