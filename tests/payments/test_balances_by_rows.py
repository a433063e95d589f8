"""What accounts hold is what rows say: every check of it is made to fail once."""

from __future__ import annotations

import pytest
from django.db import connection

from banibs.core import audit, events
from marketplace.orders import transitions
from payments.audit import balances, seller_kinds
from payments.refunds import order_refunds
from payouts import clearing
from tests import market as scene
from tests.shopping import buys
from wallet.audit.kinds import Rows

pytestmark = pytest.mark.django_db

DISPUTED = """
    INSERT INTO payments_intent (payment_id, kind, status, amount, currency, manual_capture, confirmations, client_secret,
                                 url, charge_id, balance_transaction, refund_id)
    SELECT min(id), 'payment_intent', 'canceled', 100, 'GBP', false, 0, '', '', '', '', '' FROM payments_payment;
    INSERT INTO payments_dispute (stripe_id, payment_id, intent_id, state, currency, amount, reason, round)
    SELECT 'du_1', payment_id, id, 'open', 'GBP', 100, 'fraudulent', 1 FROM payments_intent;
    INSERT INTO payments_disputeround (dispute_id, number, state, withdrawn, fee, fee_returned, withdrawal)
    SELECT id, 1, 'open', 100, 0, 0, 'txn_1' FROM payments_dispute;
    INSERT INTO payments_disputeshare (round_id, order_id, amount, net, fee, tax, processing, promotion, from_held,
                                       from_reserve, from_available, from_wallet, from_unapplied, excess, dispute_fee,
                                       breakdown)
    SELECT r.id, o.id, 100, 100, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0, 0, '{}'
      FROM payments_disputeround r, (SELECT min(id) AS id FROM marketplace_order) o"""
OWED = """
    INSERT INTO payments_debtagreement (seller_id, currency, state, agreed, repaid, written_off, share_bps, dates)
    SELECT id, 'GBP', 'agreed', 1000, 10, 0, 5000, '[]' FROM marketplace_seller LIMIT 1"""
BREAKS = {
    "payments.revenue": "UPDATE marketplace_order SET marketplace_fee = marketplace_fee + 1",
    "payments.revenue_deferred": "UPDATE marketplace_order SET fee_deferred = fee_deferred - 1 WHERE fee_deferred > 0",
    "payments.fee_deferred": "UPDATE marketplace_order SET fee_deferred = 1 WHERE status = 'canceled'",
    "payments.tax": "UPDATE marketplace_order SET tax_jurisdiction = 'DE'",
    "payments.processing": "UPDATE marketplace_order SET processing_fee = processing_fee + 1",
    "payments.promotions": "UPDATE marketplace_order SET promotion = promotion + 1",
    "payments.goodwill": """
        INSERT INTO wallet_approval
               (action, payload, payload_hash, reason, decision_note, status, expires_at, requester_id, decider_id,
                decided_at)
        VALUES ('credit_wallet', '{"user": 1, "amount": 1, "currency": "GBP"}', '', 'Late', '', 'approved', now(),
                1, 2, now())""",
    "payments.available": "UPDATE marketplace_order SET seller_net = seller_net + 1 WHERE cleared_at IS NOT NULL",
    "payments.disputed": DISPUTED,
    "payments.disputes_withdrawn": DISPUTED,
    "payments.reserves": """
        INSERT INTO payments_reservehold (order_id, currency, amount, "left", release_on)
        SELECT min(id), 'GBP', 5, 5, now() FROM marketplace_order""",
    "payments.debts": OWED,
    "payments.debts_are_repaid": OWED,
    "payments.wallets": "UPDATE payments_payment SET wallet_part = wallet_part + 1",
    "payments.over_keeps_nothing": "UPDATE payments_payment SET reserved = 5",
    "payments.lines_given_back": "UPDATE marketplace_orderline SET refunded = refunded - 1 WHERE refunded > 0",
    "payments.units_given_back": "UPDATE marketplace_orderline SET refunded_units = 1 WHERE refunded_units = 0",
    "payments.shares_by_the_rule": "UPDATE marketplace_orderline SET refunded_fee = 0 WHERE refunded > 0",
    "payments.given_back_by_refunds": "UPDATE payments_refund SET fee = fee + 1",
    "payments.given_back_adds_up": "UPDATE marketplace_order SET refunded = refunded - 1 WHERE refunded > 0",
}
BOOKED = {
    "order_paid": "payments.booked_as_sold",
    "revenue_recognised": "payments.revenue_recognised",
    "funds_cleared": "payments.cleared_as_held",
    "order_refunded": "payments.refunds_are_booked",
}


@pytest.fixture(autouse=True)
def trade(db: None) -> None:
    """Amara bought from Kofi and Zuri; Kofi's is sent and cleared, and another of his is canceled."""
    market = scene.opened(wallet=60_000)
    order = buys(market, (market.basket, 1), (market.jar, 1)).orders.get(seller=market.kofi)
    transitions.fulfil(order.pk, actor=events.SYSTEM)
    scene.forward(days=3)
    assert clearing.clear_due() == 1
    second = buys(market, (market.basket, 1))
    order_refunds.cancel_order(second.orders.get().pk, actor=events.SYSTEM, reason="Sold out", user_id=None)
    assert broken() == set()


def broken() -> set[str]:
    return {finding.check.name for finding in audit.run(audit.checks()) if not finding.holds}


def break_rows(sql: str) -> None:
    """Does what triggers and conditions refuse."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            """SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
                WHERE contype = 'c' AND conrelid::regclass::text ~ '^(marketplace_order|payments_|wallet_approval)'"""
        )
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_every_balance_has_a_way_to_break() -> None:
    assert set(BREAKS) == {check.name for check in (*balances.CHECKS, *seller_kinds.CHECKS)}


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_each_balance_by_rows_finds_what_it_is_for(name: str) -> None:
    break_rows(BREAKS[name])
    assert name in broken()


@pytest.mark.parametrize("kind", sorted(BOOKED))
def test_a_row_whose_movement_is_gone_is_found(kind: str) -> None:
    """The other direction: `test_rowless_movements` has the movements whose row is none."""
    break_rows(
        f"""DELETE FROM wallet_transfer WHERE movement_id IN (SELECT id FROM wallet_movement WHERE kind = '{kind}');
            DELETE FROM wallet_movement WHERE kind = '{kind}'"""
    )
    assert BOOKED[kind] in broken()


def test_a_kind_is_checked_in_both_directions_from_one_entry() -> None:
    """An entry that says that every order was cleared: those that were not are found."""
    rows = Rows(
        kind="funds_cleared",
        name="lesson.cleared",
        promise="All is cleared.",
        table="marketplace_order",
        key="^order:([0-9]+):cleared$",
        legs="""SELECT 'order:' || root.id || ':cleared' AS key, root.currency, 'order:' || root.id AS subject,
                       leg.account, leg.change
                  FROM marketplace_order root
                 CROSS JOIN LATERAL (VALUES ('seller:' || root.seller_id || ':pending', -root.seller_net),
                                            ('seller:' || root.seller_id || ':available', root.seller_net))
                                    leg(account, change)
                 WHERE {where}""",
    )
    (found,) = audit.run([rows.check()])
    assert found.broken == 4  # two orders, two accounts each
    assert {row["booked"] for row in found.rows} == {None}
