"""Money that moves without a row behind it is found: each way of it once, by the name of the check that finds it.

Whoever does it here may write the books: the movements are well-formed, balanced and fingerprinted.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import LazySettings
from django.db import connection, transaction

from banibs.core import audit, events
from banibs.core.money import Money
from banibs.users.models import User
from marketplace.models import Order
from marketplace.orders import transitions
from marketplace.pricing import shares
from payments.audit import KINDS as OF_PAYMENTS
from payments.charges import purchase, top_ups
from payments.charges.open_intent import open_intent
from payments.models import (
    Dispute,
    DisputeRound,
    DisputeShare,
    Intent,
    Method,
    Payment,
    PaymentSplit,
    Refund,
)
from payments.reconciliation import stripe_fees
from payments.refunds import order_refunds, parts
from payments.refunds.plan import Plan
from payments.refunds.wanted import Wanted
from payouts import clearing
from payouts.audit import KINDS as OF_PAYOUTS
from tests import market as scene
from tests import people
from tests.shopping import buys
from tests.stripe import LocalStripe
from wallet import approvals, ledger, movements, verified
from wallet.audit.own_kinds import KINDS as OF_THE_WALLET
from wallet.models import Approval
from wallet.posting import Posting, Transfer
from wallet.statement import KINDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> scene.Market:
    """Amara bought a basket from Kofi and a jar from Zuri; Kofi's is sent and cleared, and another is canceled."""
    market = scene.opened(wallet=60_000)
    first = buys(market, (market.basket, 1), (market.jar, 1))
    order = first.orders.get(seller=market.kofi)
    transitions.fulfil(order.pk, actor=events.Actor.person(market.kofi.user, role="seller"))
    scene.forward(days=3)
    assert clearing.clear_due() == 1
    second = buys(market, (market.basket, 1))
    order_refunds.cancel_order(
        second.orders.get().pk, actor=events.SYSTEM, reason="Sold out", user_id=market.kofi.user_id
    )
    assert found() == set()
    return market


def found() -> set[str]:
    """The checks that do not hold, whole; what the quick run finds is among them."""
    checks = audit.checks()
    whole = {one.check.name for one in audit.run(checks) if not one.holds}
    since = verified.begin(audit.tables(checks)).since
    quick = {one.check.name for one in audit.run_quick(checks, since) if not one.holds}
    assert quick <= whole
    return whole


def found_quickly() -> set[str]:
    """The checks that the run of every ten minutes finds broken."""
    checks = audit.checks()
    since = verified.begin(audit.tables(checks)).since
    return {one.check.name for one in audit.run_quick(checks, since) if not one.holds}


def post(
    key: str, kind: str, *moved: tuple[str, str, int, str], currency: str = "GBP", **more: str
) -> ledger.Posted:
    """Posts what nothing stands behind."""
    transfers = tuple(Transfer(*one) for one in moved)
    with transaction.atomic():
        return ledger.post(Posting(key, kind, currency, transfers, **more))


def behind_the_guards(sql: str, *params: object) -> None:
    """Does what triggers and the ledger's one writer refuse."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET LOCAL session_replication_role = origin")


def sql(statement: str) -> None:
    """As the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def kofis(market: scene.Market) -> str:
    """What Kofi's shop has available."""
    return f"seller:{market.kofi.pk}:available"


def amaras(market: scene.Market) -> str:
    """What Amara can spend."""
    return f"user:{market.amara.pk}:wallet"


def test_a_refund_that_does_not_exist(market: scene.Market) -> None:
    order = Order.objects.filter(seller=market.kofi, status="fulfilled").get()
    post(
        "refund:999999:posted",
        "order_refunded",
        (kofis(market), amaras(market), 1000, f"order:{order.pk}"),
    )
    assert found_quickly() == {"payments.refunds_are_booked"}
    assert found() >= {"payments.refunds_are_booked", "payments.available", "payments.wallets"}


def test_revenue_that_goes_to_a_wallet_as_a_refund(market: scene.Market) -> None:
    refund = Refund.objects.get()
    post(
        f"refund:{refund.pk}:again:posted",
        "order_refunded",
        ("platform:revenue", amaras(market), 100, f"order:{refund.order_id}"),
    )
    assert "payments.refunds_are_booked" in found_quickly()
    assert found() >= {"payments.refunds_are_booked", "payments.revenue", "payments.wallets"}


def test_tax_that_goes_to_a_shop_by_a_kind_that_nobody_knows(market: scene.Market) -> None:
    post("bonus:1", "bonus", ("platform:tax:GB", kofis(market), 100, ""))
    assert found_quickly() == {"wallet.kinds_known"}
    assert found() >= {"wallet.kinds_known", "payments.tax", "payments.available"}


def test_a_correction_of_nothing(market: scene.Market) -> None:
    post(
        "order:1:cleared:reversed",
        "reversed",
        (amaras(market), f"user:{people.ike().pk}:wallet", 100, ""),
    )
    assert found_quickly() == {"payments.corrections", "wallet.reversals"}
    assert found() >= {"payments.corrections", "wallet.reversals", "payments.wallets"}


def test_a_correction_of_a_sale(market: scene.Market) -> None:
    order = Order.objects.filter(seller=market.kofi, status="fulfilled").get()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM wallet_movement WHERE key = %s", [f"order:{order.pk}:cleared"])
        (movement,) = cursor.fetchone()
    with transaction.atomic():
        ledger.reverse(movement, actor="system", reason="A slip")
    assert found_quickly() == {"payments.corrections"}
    assert found() >= {"payments.corrections", "payments.available", "marketplace.held_is_pending"}


def test_a_top_up_whose_subject_is_a_payment_for_goods(market: scene.Market) -> None:
    payment = Payment.objects.exclude(checkout=None).earliest("pk")
    post(
        f"payment:{payment.pk}:topped_up",
        "wallet_topped_up",
        ("stripe:clearing", amaras(market), 5000, f"payment:{payment.pk}"),
    )
    assert found_quickly() == {"payments.top_ups_are_booked"}
    assert found() >= {"payments.top_ups_are_booked", "payments.wallets"}


def test_a_fee_of_stripes_under_a_second_balance_transaction(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    scene.put_in_cart(market.amara, (market.basket, 1))
    payment = purchase.buy(
        user=market.amara,
        address=market.amara.addresses.get().snapshot(),
        method=Method.CARD,
        expected_total=None,
    ).payment
    intent = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(intent.stripe_id or "")
    local_stripe.deliver()
    stripe_fees.settle_fee(intent.pk)
    assert Intent.objects.get().balance_transaction
    assert found() == set()
    post(
        "balance_transaction:txn_Another1:fee",
        "processing_fee_settled",
        ("platform:card_fees", "stripe:clearing", 50, f"payment:{payment.pk}"),
    )
    assert found_quickly() == {"payments.fees_are_settled"}
    assert found() == {"payments.fees_are_settled"}


def test_a_fee_of_stripes_again_under_its_key_of_old(local_stripe: LocalStripe) -> None:
    """The first edition wrote Stripe's id in small letters, and took the fee from another account."""
    market = scene.opened(wallet=0)
    payment = top_ups.create(user=market.amara, amount=Money(2_000, "GBP"))
    intent = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(intent.stripe_id or "")
    local_stripe.deliver()
    stripe_fees.settle_fee(intent.pk)
    assert found() == set()
    number = Intent.objects.get().balance_transaction
    assert number != number.lower()
    post(
        f"balance_transaction:{number.lower()}:fee",
        "processing_fee_settled",
        ("platform:processing", "stripe:clearing", 50, f"payment:{payment.pk}"),
    )
    assert found_quickly() == {"payments.fees_are_settled"}
    assert found() == {"payments.fees_are_settled", "payments.processing"}


def test_a_fee_that_belongs_to_no_payment_is_no_fee_of_a_payment(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = top_ups.create(user=market.amara, amount=Money(2_000, "GBP"))
    intent = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(intent.stripe_id or "")
    local_stripe.deliver()
    stripe_fees.settle_fee(intent.pk)
    assert found() == set()
    post(
        "balance_transaction:txn_Refund1:fee",
        "provider_fee_settled",
        ("platform:card_fees", "stripe:clearing", 50, ""),
    )
    assert found() == set()
    post(
        "balance_transaction:txn_Refund2:fee",
        "provider_fee_settled",
        ("platform:revenue", "stripe:clearing", 50, ""),
    )
    assert found_quickly() == {"payments.provider_fees"}


def test_a_fee_that_was_given_back_was_taken_before(market: scene.Market) -> None:
    taken = ("platform:payout_fees", "wise:clearing", 62, "")
    back = ("wise:clearing", "platform:payout_fees", 62, "")
    post("balance_transaction:wise_7:fee", "provider_fee_settled", taken)
    post("balance_transaction:wise_7:fee_returned", "provider_fee_settled", back)
    assert found() == set()
    post("balance_transaction:wise_8:fee_returned", "provider_fee_settled", back)
    assert found_quickly() == {"payments.provider_fees"}


def test_play_money_where_money_is_real(market: scene.Market, settings: LazySettings) -> None:
    settings.STRIPE_LIVE_MODE = True
    assert found_quickly() == {"wallet.no_demo_money"}
    assert found() == {"wallet.no_demo_money"}


def test_play_money_to_another_than_its_key_names(market: scene.Market) -> None:
    post(f"demo:{people.ike().pk}:gbp:1", "demo_credited", ("platform:demo", amaras(market), 100, ""))
    assert found_quickly() == {"wallet.demo_credits"}


def ada() -> User:
    """Staff, beside Ike."""
    return people.person("ada@banibs.test", name="Ada Obi", staff=True)


def _asked(market: scene.Market, ike: User) -> Approval:
    return approvals.request_credit(
        requester=ike,
        user_id=market.amara.pk,
        name="Amara",
        amount=Money(50_000, "GBP"),
        reason="Late parcel",
    )


def _approved(approval: Approval, decider: User) -> None:
    """Without what approving does."""
    behind_the_guards(
        "UPDATE wallet_approval SET status = 'approved', decider_id = %s, decided_at = now() WHERE id = %s",
        decider.pk,
        approval.pk,
    )


def test_a_credit_for_amara_that_is_booked_to_another(market: scene.Market, ike: User) -> None:
    approval = _asked(market, ike)
    _approved(approval, ada())
    post(
        f"approval:{approval.pk}:adjusted",
        "adjusted",
        ("platform:goodwill", f"user:{market.kofi.user_id}:wallet", 50_000, f"approval:{approval.pk}"),
    )
    assert found_quickly() == {"wallet.adjustments_approved"}
    assert found() >= {"wallet.adjustments_approved", "payments.wallets"}


def test_a_request_that_no_longer_matches_its_digest_and_is_booked_as_altered(
    market: scene.Market, ike: User
) -> None:
    approval = _asked(market, ike)
    other = ada()
    approvals.approve(approval.pk, decider=other)
    assert found() == set()
    approval = _asked(market, ike)
    behind_the_guards(
        "UPDATE wallet_approval SET payload = payload || '{\"amount\": 90000}' WHERE id = %s", approval.pk
    )
    _approved(approval, other)
    post(
        f"approval:{approval.pk}:adjusted",
        "adjusted",
        ("platform:goodwill", amaras(market), 90_000, f"approval:{approval.pk}"),
    )
    assert found_quickly() == {"wallet.approvals_unaltered"}
    assert found() == {"wallet.approvals_unaltered"}


class Unfair(shares.Share):
    """A share of which the shop gives all, and BANIBS nothing."""

    @property
    def fee(self) -> int:
        return 0

    @property
    def tax(self) -> int:
        return 0


def test_a_refund_that_the_shop_bears_alone(market: scene.Market, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fee and tax of a canceled order come from the shop instead of from revenue and tax."""
    plan_wanted = order_refunds.plan_wanted

    def unfair(order: Order, split: PaymentSplit, wanted: Wanted) -> Plan:
        plan = plan_wanted(order, split, wanted)
        more = plan.share.fee + plan.share.tax + plan.share.processing
        sources = replace(plan.sources, available=plan.sources.available + more)
        return replace(plan, share=Unfair(plan.share.parts, 0), sources=sources)

    monkeypatch.setattr(order_refunds, "plan_wanted", unfair)
    third = buys(market, (market.basket, 1))
    order_refunds.cancel_order(third.orders.get().pk, actor=events.SYSTEM, reason="Sold out", user_id=None)
    assert found() >= {"payments.given_back_by_refunds", "payments.fee_deferred"}


def test_a_refund_whose_parts_are_not_by_the_rule(market: scene.Market) -> None:
    """All rows and movements agree with each other that the shop bears the fee; the rule does not."""
    refund = Refund.objects.get()
    fee = refund.fee
    for statement in (
        f"UPDATE marketplace_orderline SET refunded_fee = 0 WHERE order_id = {refund.order_id}",
        f"UPDATE payments_refund SET fee = 0, from_available = {fee}",
    ):
        sql(statement)
    assert "payments.shares_by_the_rule" in found()


def test_an_order_that_changed_hands_after_it_was_paid(market: scene.Market) -> None:
    order = Order.objects.filter(seller=market.zuri).get()
    Order.objects.filter(pk=order.pk).update(seller=market.kofi)
    assert found() >= {"payments.booked_as_sold", "marketplace.held_is_pending"}


def test_an_order_that_another_person_seems_to_have_bought(market: scene.Market) -> None:
    Order.objects.filter(seller=market.zuri).update(buyer=people.ike())
    assert "payments.booked_as_sold" in found()


@pytest.mark.parametrize("column", ["actor", "memo", "reference"])
def test_by_whom_and_for_what_a_movement_was_written_is_changed(market: scene.Market, column: str) -> None:
    behind_the_guards(f"UPDATE wallet_movement SET {column} = 'staff:1' WHERE kind = 'order_paid'")
    assert found_quickly() == {"wallet.seals"}
    assert found() == {"wallet.seals"}


WEAKENED = {
    "function wallet_one_writer()": """CREATE OR REPLACE FUNCTION wallet_one_writer() RETURNS trigger
        LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$""",
    "function banibs_append_only()": """CREATE OR REPLACE FUNCTION banibs_append_only() RETURNS trigger
        LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$""",
    "constraint wallet_movement.wallet_movement_once": "ALTER TABLE wallet_movement DROP CONSTRAINT wallet_movement_once",
    "constraint wallet_account.wallet_account_floor": "ALTER TABLE wallet_account DROP CONSTRAINT wallet_account_floor",
    "index payments_intent.intent_one_succeeded": "DROP INDEX intent_one_succeeded",
    "trigger core_event.event_append_only": "DROP TRIGGER event_append_only ON core_event",
    "trigger wallet_movement.wallet_movement_append_only": """
        ALTER TABLE wallet_movement DISABLE TRIGGER wallet_movement_append_only""",
    "rule wallet_account.quiet": "CREATE RULE quiet AS ON DELETE TO wallet_account DO INSTEAD NOTHING",
    "trigger wallet_transfer.helpful": """CREATE TRIGGER helpful BEFORE INSERT ON wallet_transfer
        FOR EACH STATEMENT EXECUTE FUNCTION banibs_append_only()""",
}


@pytest.mark.parametrize("guard", sorted(WEAKENED))
def test_a_guard_that_was_weakened(db: None, guard: str) -> None:
    sql(WEAKENED[guard])
    (broken,) = [one for one in audit.run(audit.checks()) if one.check.name == "core.guards_stand"]
    assert [row["guard"] for row in broken.rows] == [guard]
    assert "core.guards_stand" in found_quickly()


def test_the_fee_of_a_parcel_is_not_earned_before_it_is_sent(market: scene.Market) -> None:
    """What the first edition of the chart did is accepted of its own movements alone."""
    order = Order.objects.filter(seller=market.zuri).get()
    behind_the_guards(
        """UPDATE wallet_transfer SET target_id = (SELECT id FROM wallet_account
                                                     WHERE code = 'platform:revenue' AND currency = 'GBP')
            WHERE subject = %s AND target_id = (SELECT id FROM wallet_account
                                                 WHERE code = 'platform:revenue_deferred' AND currency = 'GBP')""",
        f"order:{order.pk}",
    )
    assert {"payments.booked_as_sold", "wallet.fingerprints"} <= found_quickly()
    assert found() >= {"payments.booked_as_sold", "payments.revenue_deferred"}


def test_a_second_sale_under_another_key(market: scene.Market) -> None:
    order = Order.objects.filter(seller=market.zuri).get()
    post(
        f"checkout:{order.checkout_id + 1000}:paid",
        "order_paid",
        (amaras(market), f"seller:{order.seller_id}:pending", 100, f"order:{order.pk}"),
    )
    assert "payments.booked_as_sold" in found_quickly()


def test_two_lines_that_cancel_each_other_out_are_no_movement(market: scene.Market) -> None:
    post(
        "refund:888888:posted",
        "order_refunded",
        (kofis(market), amaras(market), 100, "order:1"),
        (amaras(market), kofis(market), 100, "order:1"),
    )
    assert found_quickly() == {"payments.refunds_are_booked"}


def test_a_dispute_is_booked_as_its_round_and_its_share_say(market: scene.Market) -> None:
    """Opened, lost, and found again when the share is not what was booked."""
    order = Order.objects.filter(seller=market.zuri).get()
    payment = Payment.objects.get(checkout=order.checkout_id)
    intent = Intent.objects.create(
        payment=payment, kind="payment_intent", status="canceled", amount=order.total, currency="GBP"
    )
    dispute = Dispute.objects.create(
        stripe_id="du_1",
        payment=payment,
        intent=intent,
        state="open",
        currency="GBP",
        amount=order.total,
        reason="fraudulent",
        round=1,
    )
    begun = DisputeRound.objects.create(
        dispute=dispute, number=1, withdrawn=order.total, fee=1500, withdrawal="txn_1"
    )
    sold = parts.order_parts(order, list(order.lines.all()))
    share = shares.share(sold, sold.remaining)
    row = DisputeShare.objects.create(
        round=begun,
        order=order,
        amount=share.amount,
        net=share.net,
        fee=share.fee,
        tax=share.tax,
        processing=share.processing,
        promotion=share.promotion,
        from_held=share.net,
        dispute_fee=1500,
        breakdown=parts.breakdown(share),
    )
    parts.count(order, row.breakdown, processing=share.processing)
    parts.take(order, parts.Sources(share.net, 0, 0))
    booked = movements.DisputedOrder(
        order=order.pk,
        seller=order.seller_id,
        tax_jurisdiction=order.tax_jurisdiction,
        amount=row.amount,
        net=row.net,
        fee=row.fee,
        tax=row.tax,
        processing=row.processing,
        promotion=row.promotion,
        from_held=row.from_held,
        fee_deferred=True,
    )
    withdrawn = Money(order.total, "GBP")
    with transaction.atomic():
        ledger.post(
            movements.dispute_opened(dispute=dispute.pk, round=1, withdrawn=withdrawn, orders=[booked])
        )
        ledger.post(
            movements.dispute_fee(
                dispute=dispute.pk,
                round=1,
                currency="GBP",
                orders=[(order.pk, order.seller_id, 1500)],
            )
        )
    assert found() == set()

    with transaction.atomic():
        DisputeRound.objects.update(state="lost")
        Order.objects.filter(pk=order.pk).update(fee_deferred=order.fee_deferred - row.fee)
        ledger.post(movements.dispute_lost(dispute=dispute.pk, round=1, withdrawn=withdrawn, orders=[booked]))
    assert found() == set()

    behind_the_guards("UPDATE payments_disputeshare SET dispute_fee = 1400, fee = fee + 1, tax = tax - 1")
    assert found() >= {"payments.dispute_fee", "payments.dispute_lost", "payments.available", "payments.tax"}


ROWLESS = {
    "funds_cleared": ("order:999999:cleared", "payments.cleared_as_held"),
    "revenue_recognised": ("order:999999:revenue_recognised", "payments.revenue_recognised"),
    "wallet_reserved": ("payment:999999:1:reserved", "payments.reserved_as_paid"),
    "wallet_released": ("payment:999999:1:released", "payments.released_as_reserved"),
    "refund_canceled": ("refund:999999:canceled", "payments.canceled_refunds_undone"),
    "refund_sent": ("refund:999999:1:sent", "payments.refunds_sent"),
    "refund_failed": ("refund:999999:1:failed", "payments.refunds_failed"),
    "refund_to_wallet": ("refund:999999:to_wallet", "payments.refunds_to_wallets"),
    "payment_unapplied": ("intent:999999:unapplied", "payments.unapplied_is_booked"),
    "unapplied_refunded": ("intent:999999:unapplied_refunded", "payments.unapplied_went_back"),
    "unapplied_to_wallet": ("intent:999999:unapplied_to_wallet", "payments.unapplied_to_wallets"),
    "dispute_opened": ("dispute:999999:1:opened", "payments.dispute_opened"),
    "dispute_fee": ("dispute:999999:1:fee", "payments.dispute_fee"),
    "dispute_fee_returned": ("dispute:999999:1:fee_returned", "payments.dispute_fee_returned"),
    "dispute_won": ("dispute:999999:1:won", "payments.dispute_won"),
    "dispute_lost": ("dispute:999999:1:lost", "payments.dispute_lost"),
    "dispute_reinstated": ("dispute:999999:1:reinstated", "payments.dispute_reinstated"),
    "reserve_held": ("order:999999:reserve_held", "payments.reserves_are_booked"),
    "reserve_released": ("order:999999:reserve_released", "payments.reserves_released"),
    "debt_agreed": ("debt:999999:agreed", "payments.debts_agreed"),
    "debt_share": ("order:999999:debt_share", "payments.debt_shares"),
    "debt_repaid": ("debt:999999:1:repaid", "payments.debts_repaid"),
    "debt_recalled": ("debt:999999:recalled", "payments.debts_recalled"),
    "written_off": ("approval:999999:written_off", "payments.debts_written_off"),
    "treasury_moved": ("approval:999999", "wallet.treasury"),
    "revenue_withdrawn": ("approval:999999:revenue_withdrawn", "wallet.revenue_withdrawn"),
    "tax_remitted": ("approval:999999:tax_remitted", "wallet.tax_remitted"),
    "reclassified": ("reclass:platform:card_fees:GBP:1", "wallet.reclassified"),
    "provider_fee_settled": ("fee:999999:fee", "payments.provider_fees"),
    "processing_fee_settled": ("balance_transaction:txn_9:fee", "payments.fees_are_settled"),
    "wallet_topped_up": ("payment:999999:topped_up", "payments.top_ups_are_booked"),
    "adjusted": ("approval:999999:adjusted", "wallet.adjustments_approved"),
    "demo_credited": ("demo:nobody:1", "wallet.demo_credits"),
    "order_refunded": ("refund:999999:posted", "payments.refunds_are_booked"),
    "order_paid": ("checkout:999999:paid", "payments.booked_as_sold"),
    "payout_sent": ("payout:999999:1:sent", "payouts.sent"),
    "payout_handed": ("payout:999999:1:handed", "payouts.handed"),
    "payout_paid": ("payout:999999:1:paid", "payouts.paid"),
    "payout_failed": ("payout:999999:1:failed", "payouts.failed"),
    "payout_returned": ("payout:999999:1:returned", "payouts.returned"),
    "earnings_to_wallet": ("earnings:999999:to_wallet", "payouts.earnings_to_wallet"),
    "reversed": ("order:9:reversed", "payments.corrections"),
}


def test_every_kind_that_the_statement_knows_has_its_check() -> None:
    assert sorted(one.kind for one in (*OF_PAYMENTS, *OF_PAYOUTS, *OF_THE_WALLET)) == sorted(KINDS)
    assert set(ROWLESS) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(ROWLESS))
def test_a_movement_of_each_kind_without_what_it_stands_on(db: None, kind: str) -> None:
    key, name = ROWLESS[kind]
    assert found() == set()
    post(key, kind, ("platform:revenue", "user:77:wallet", 100, "order:9"))
    assert name in found_quickly()
    assert name in found()
