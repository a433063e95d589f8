"""Refunds, disputes and the owner's money walked through in figures, to the last unit: docs "Money", Walks.

Pence throughout. Payouts have no verb yet: their movements stand here as plain postings.
"""

from collections.abc import Iterator

import pytest

from banibs.core.money import Money
from tests.wallet.books import AMARA, KOFI, ZURI, balances, broken, lines, post
from wallet import ledger, movements
from wallet.movements import DisputedOrder, OrderShare, RefundShare
from wallet.posting import Posting, Transfer

pytestmark = pytest.mark.django_db


def gbp(amount: int) -> Money:
    return Money(amount, "GBP")


def held() -> dict[str, int]:
    return balances("GBP")


@pytest.fixture(autouse=True)
def the_books_add_up() -> Iterator[None]:
    yield
    assert sum(held().values()) == 0
    assert broken() == []


def moved(key: str, *transfers: tuple[str, str, int], kind: str = "order_refunded") -> None:
    """A movement that has no verb yet."""
    post(Posting(key, kind, "GBP", tuple(Transfer(*one) for one in transfers)))


# W1: an order of £60.00, half from the wallet, half by card; BANIBS gave 10 % off -----------------------------

ORDER, PAYMENT = 17, 5


def half_and_half() -> Posting:
    return movements.order_paid(
        checkout=7, reference="B-71840", buyer=AMARA, currency="GBP",
        orders=[OrderShare(
            order=ORDER, seller=KOFI, tax_jurisdiction="GB", net=4893, fee=500, tax=1000, processing=107,
            promotion=500, reserved=3000, card=3000,
        )],
    )  # fmt: skip


def paid() -> None:
    post(movements.wallet_topped_up(payment=4, user=AMARA, amount=gbp(3000)))
    post(movements.wallet_reserved(payment=PAYMENT, attempt=1, buyer=AMARA, amount=gbp(3000)))
    post(half_and_half())


def paid_out() -> None:
    """Sent, cleared, and handed to Kofi's bank."""
    paid()
    post(movements.processing_fee_settled(balance_transaction="txn_3NqX", payment=PAYMENT, fee=gbp(65)))
    post(movements.revenue_recognised(order=ORDER, fee=gbp(500)))
    post(movements.funds_cleared(order=ORDER, seller=KOFI, held=gbp(4893)))
    moved("payout:1:1:sent", ("seller:7:available", "seller:7:in_transit", 4893))
    moved("payout:1:1:handed", ("stripe:connected", "stripe:clearing", 4893))
    moved("payout:1:1:paid", ("seller:7:in_transit", "stripe:connected", 4893))


FIRST = RefundShare(
    order=ORDER, seller=KOFI, buyer=AMARA, tax_jurisdiction="GB", from_available=1957, fee=222, tax=400,
    processing=43, promotion=222, to_card=2400,
)  # fmt: skip
REST = RefundShare(
    order=ORDER, seller=KOFI, buyer=AMARA, tax_jurisdiction="GB", from_available=2936, fee=278, tax=600,
    processing=64, promotion=278, to_card=600, to_wallet=3000,
)  # fmt: skip


def refunded(share: RefundShare, number: int) -> Posting:
    return movements.order_refunded(share, refund=number, reference="B-71840-1", currency="GBP")


def test_the_wallet_and_a_card_pay_with_a_discount_of_the_platform() -> None:
    assert lines(half_and_half()) == [
        "platform:promotions → seller:7:pending  5.00  order:17",
        "user:1:reserved → seller:7:pending  30.00  order:17",
        "stripe:clearing → seller:7:pending  13.93  order:17",
        "stripe:clearing → platform:revenue_deferred  5.00  order:17",
        "stripe:clearing → platform:tax:GB  10.00  order:17",
        "stripe:clearing → platform:processing  1.07  order:17",
    ]
    paid_out()
    assert held()["platform:card_fees"] == -65
    assert "seller:7:available" not in held()
    assert held()["platform:revenue"] == 500


def test_a_refund_after_the_payout_leaves_the_seller_below_zero() -> None:
    paid_out()
    posting = refunded(FIRST, 9)
    assert lines(posting) == [
        "seller:7:available → platform:promotions  2.22  order:17",
        "seller:7:available → stripe:refunds  17.35  order:17",
        "platform:revenue → stripe:refunds  2.22  order:17",
        "platform:tax:GB → stripe:refunds  4.00  order:17",
        "platform:processing → stripe:refunds  0.43  order:17",
    ]
    post(posting)
    assert held()["seller:7:available"] == -1957
    post(movements.refund_sent(refund=9, attempt=1, amount=gbp(2400)))
    assert "stripe:refunds" not in held()


def test_the_rest_goes_to_the_card_first_and_then_to_the_wallet() -> None:
    paid_out()
    post(refunded(FIRST, 9))
    post(movements.refund_sent(refund=9, attempt=1, amount=gbp(2400)))
    posting = refunded(REST, 10)
    assert lines(posting) == [
        "seller:7:available → platform:promotions  2.78  order:17",
        "seller:7:available → stripe:refunds  6.00  order:17",
        "seller:7:available → user:1:wallet  20.58  order:17",
        "platform:revenue → user:1:wallet  2.78  order:17",
        "platform:tax:GB → user:1:wallet  6.00  order:17",
        "platform:processing → user:1:wallet  0.64  order:17",
    ]
    post(posting)
    post(movements.refund_sent(refund=10, attempt=1, amount=gbp(600)))
    left = held()
    assert left["seller:7:available"] == -4893  # all that Kofi was paid
    assert left["platform:card_fees"] == -65  # all that BANIBS has lost
    assert not {"platform:revenue", "platform:tax:GB", "platform:promotions", "platform:processing"} & set(
        left
    )
    assert left["user:1:wallet"] == 3000


# W2: a dispute of £90.00 about orders of two shops ------------------------------------------------------------

KOFIS = DisputedOrder(
    order=21, seller=KOFI, tax_jurisdiction="GB", amount=6000, net=4313, fee=500, tax=1000, processing=187,
    from_available=4313,
)  # fmt: skip
ZURIS_HELD = DisputedOrder(
    order=22, seller=ZURI, tax_jurisdiction="GB", amount=3000, net=2156, fee=250, tax=500, processing=94,
    from_held=2156,
)  # fmt: skip
ZURIS_CLEARED = DisputedOrder(
    order=22, seller=ZURI, tax_jurisdiction="GB", amount=3000, net=2156, fee=250, tax=500, processing=94,
    from_available=2156,
)  # fmt: skip


def two_shops() -> None:
    """Both sent; Kofi's part has been paid out, Zuri's waits."""
    post(
        movements.order_paid(
            checkout=8, reference="B-71841", buyer=AMARA, currency="GBP",
            orders=[
                OrderShare(order=21, seller=KOFI, tax_jurisdiction="GB", net=4313, fee=500, tax=1000,
                           processing=187, card=6000, fulfilled=True),
                OrderShare(order=22, seller=ZURI, tax_jurisdiction="GB", net=2156, fee=250, tax=500,
                           processing=94, card=3000, fulfilled=True),
            ],
        )
    )  # fmt: skip
    post(movements.funds_cleared(order=21, seller=KOFI, held=gbp(4313)))
    moved("payout:1:1:paid", ("seller:7:available", "stripe:clearing", 4313))


def opened(round: int, *shares: DisputedOrder) -> Posting:
    return movements.dispute_opened(dispute=3, round=round, withdrawn=gbp(9000), orders=shares)


def first_round_won() -> None:
    two_shops()
    post(opened(1, KOFIS, ZURIS_HELD))
    post(
        movements.dispute_fee(dispute=3, round=1, currency="GBP", orders=[(21, KOFI, 1000), (22, ZURI, 500)])
    )
    post(movements.dispute_won(dispute=3, round=1, withdrawn=gbp(9000), orders=[KOFIS, ZURIS_HELD]))


def test_a_dispute_holds_each_shops_share_and_its_fee_is_spread() -> None:
    two_shops()
    posting = opened(1, KOFIS, ZURIS_HELD)
    assert posting.key == "dispute:3:1:opened"
    assert lines(posting) == [
        "stripe:disputes → stripe:clearing  90.00  dispute:3",
        "seller:7:available → seller:7:disputed  43.13  order:21",
        "seller:8:pending → seller:8:disputed  21.56  order:22",
    ]
    post(posting)
    fee = movements.dispute_fee(
        dispute=3, round=1, currency="GBP", orders=[(21, KOFI, 1000), (22, ZURI, 500)]
    )
    assert lines(fee) == [
        "seller:7:available → stripe:clearing  10.00  order:21",
        "seller:8:available → stripe:clearing  5.00  order:22",
    ]
    post(fee)
    assert held()["seller:7:available"] == -5313
    assert held()["seller:8:available"] == -500
    assert held()["stripe:disputes"] == -9000


def test_a_dispute_that_is_won_gives_each_share_back_where_it_came_from() -> None:
    first_round_won()
    left = held()
    assert (left["seller:7:available"], left["seller:8:available"], left["seller:8:pending"]) == (
        -1000,
        -500,
        2156,
    )
    assert not {"stripe:disputes", "seller:7:disputed", "seller:8:disputed"} & set(left)


def test_withdrawn_again_and_lost_it_is_borne_by_all_who_had_a_part() -> None:
    first_round_won()
    post(movements.funds_cleared(order=22, seller=ZURI, held=gbp(2156)))
    moved("payout:2:1:paid", ("seller:8:available", "stripe:clearing", 1656))
    post(opened(2, KOFIS, ZURIS_CLEARED))
    assert (held()["seller:7:available"], held()["seller:8:available"]) == (-5313, -2156)
    posting = movements.dispute_lost(dispute=3, round=2, withdrawn=gbp(9000), orders=[KOFIS, ZURIS_CLEARED])
    assert lines(posting) == [
        "seller:7:disputed → stripe:disputes  43.13  order:21",
        "platform:revenue → stripe:disputes  5.00  order:21",
        "platform:tax:GB → stripe:disputes  10.00  order:21",
        "platform:processing → stripe:disputes  1.87  order:21",
        "seller:8:disputed → stripe:disputes  21.56  order:22",
        "platform:revenue → stripe:disputes  2.50  order:22",
        "platform:tax:GB → stripe:disputes  5.00  order:22",
        "platform:processing → stripe:disputes  0.94  order:22",
    ]
    post(posting)
    assert "stripe:disputes" not in held()
    assert not {"platform:revenue", "platform:tax:GB", "platform:processing"} & set(held())


def test_given_back_after_the_loss_everybody_has_their_part_again() -> None:
    first_round_won()
    post(movements.funds_cleared(order=22, seller=ZURI, held=gbp(2156)))
    before = held()
    post(opened(2, KOFIS, ZURIS_CLEARED))
    post(movements.dispute_lost(dispute=3, round=2, withdrawn=gbp(9000), orders=[KOFIS, ZURIS_CLEARED]))
    posting = movements.dispute_reinstated(
        dispute=3, round=2, withdrawn=gbp(9000), orders=[KOFIS, ZURIS_CLEARED]
    )
    assert posting.key == "dispute:3:2:reinstated"
    given = posting.net()
    assert (given["seller:7:available"], given["seller:8:available"]) == (4313, 2156)
    assert (given["platform:revenue"], given["platform:tax:GB"], given["platform:processing"]) == (
        750,
        1500,
        281,
    )
    post(posting)
    assert held() == before


def test_the_card_part_of_an_unsent_order_is_disputed_and_lost() -> None:
    paid()
    share = DisputedOrder(
        order=ORDER, seller=KOFI, tax_jurisdiction="GB", amount=3000, net=2446, fee=250, tax=500, processing=54,
        promotion=250, from_held=2446, fee_deferred=True,
    )  # fmt: skip
    post(movements.dispute_opened(dispute=4, round=1, withdrawn=gbp(3000), orders=[share]))
    assert (held()["seller:7:pending"], held()["seller:7:disputed"]) == (2447, 2446)
    posting = movements.dispute_lost(dispute=4, round=1, withdrawn=gbp(3000), orders=[share])
    assert lines(posting) == [
        "seller:7:disputed → platform:promotions  2.50  order:17",
        "seller:7:disputed → stripe:disputes  21.96  order:17",
        "platform:revenue_deferred → stripe:disputes  2.50  order:17",
        "platform:tax:GB → stripe:disputes  5.00  order:17",
        "platform:processing → stripe:disputes  0.54  order:17",
    ]
    post(posting)
    post(movements.funds_cleared(order=ORDER, seller=KOFI, held=gbp(2447)))
    assert held()["seller:7:available"] == 2447


def test_what_was_withdrawn_beyond_the_order_is_the_sellers_alone() -> None:
    two_shops()
    share = DisputedOrder(
        order=21,
        seller=KOFI,
        tax_jurisdiction="GB",
        amount=0,
        net=0,
        from_available=500,
        excess=500,
    )
    post(movements.dispute_opened(dispute=5, round=1, withdrawn=gbp(500), orders=[share]))
    post(movements.dispute_lost(dispute=5, round=1, withdrawn=gbp(500), orders=[share]))
    assert held()["seller:7:available"] == -500
    assert held()["platform:revenue"] == 750


def test_of_a_disputed_top_up_what_is_spent_is_written_off() -> None:
    post(movements.wallet_topped_up(payment=4, user=AMARA, amount=gbp(3000)))
    post(movements.wallet_reserved(payment=PAYMENT, attempt=1, buyer=AMARA, amount=gbp(1000)))
    charge = movements.DisputedWallet(user=AMARA, amount=3000, held=2000)
    post(movements.dispute_opened(dispute=6, round=1, withdrawn=gbp(3000), wallet=charge))
    assert held()["user:1:disputed"] == 2000
    post(movements.dispute_lost(dispute=6, round=1, withdrawn=gbp(3000), wallet=charge))
    assert held() == {"platform:bad_debt": -1000, "user:1:reserved": 1000}
    post(movements.dispute_reinstated(dispute=6, round=1, withdrawn=gbp(3000), wallet=charge))
    assert held()["user:1:wallet"] == 2000
    assert "platform:bad_debt" not in held()


def test_shares_that_are_not_the_whole_withdrawal_are_refused() -> None:
    with pytest.raises(ValueError, match="6000 of 9000"):
        movements.dispute_opened(dispute=3, round=1, withdrawn=gbp(9000), orders=[KOFIS])


def test_a_dispute_fee_that_stripe_returns_goes_back_to_who_paid_it() -> None:
    two_shops()
    before = held()
    for returned in (False, True):
        post(
            movements.dispute_fee(
                dispute=3,
                round=1,
                currency="GBP",
                orders=[(21, KOFI, 1000)],
                platform=500,
                returned=returned,
            )
        )
    assert held() == before


# W3: another provider, another currency -----------------------------------------------------------------------


def test_a_payout_that_comes_back_smaller_credits_what_really_came() -> None:
    moved("lesson:1", ("stripe:clearing", "seller:7:available", 10_000))
    moved("payout:5:1:sent", ("seller:7:available", "seller:7:in_transit", 10_000))
    moved("payout:5:1:paid", ("seller:7:in_transit", "wise:clearing", 10_000))
    fee = movements.provider_fee_settled(balance_transaction="wise_77", provider="wise", fee=gbp(62))
    assert lines(fee) == ["platform:payout_fees → wise:clearing  0.62"]
    post(fee)
    assert held()["wise:clearing"] == 10_062
    moved("payout:5:1:returned", ("wise:clearing", "seller:7:available", 9871))
    assert held()["seller:7:available"] == 9871


# W4: below zero, then the refund is reversed ------------------------------------------------------------------


def test_a_refund_that_fails_at_the_card_goes_to_the_wallet_and_the_seller_stays_below_zero() -> None:
    paid_out()
    post(refunded(FIRST, 9))
    post(movements.refund_sent(refund=9, attempt=1, amount=gbp(2400)))
    post(movements.refund_failed(refund=9, attempt=1, amount=gbp(2400)))
    post(movements.refund_to_wallet(refund=9, buyer=AMARA, amount=gbp(2400)))
    assert held()["seller:7:available"] == -1957
    assert held()["user:1:wallet"] == 2400
    assert "stripe:refunds" not in held()


def test_a_refund_that_is_canceled_before_it_left_is_mirrored() -> None:
    paid_out()
    before = held()
    post(refunded(FIRST, 9))
    posting = movements.refund_canceled(FIRST, refund=9, reference="B-71840-1", currency="GBP", cleared=True)
    assert posting.key == "refund:9:canceled"
    given = posting.net()
    assert given["stripe:refunds"] == -2400
    assert given["platform:promotions"] == -222
    assert given["seller:7:available"] == 1957
    assert (given["platform:revenue"], given["platform:tax:GB"], given["platform:processing"]) == (
        222,
        400,
        43,
    )
    post(posting)
    assert held() == before


def test_what_came_from_the_hold_goes_back_to_it_or_to_what_is_available_once_it_has_cleared() -> None:
    share = RefundShare(
        order=ORDER, seller=KOFI, buyer=AMARA, tax_jurisdiction="GB", from_held=300, to_card=300
    )
    for cleared, account in ((False, "seller:7:pending"), (True, "seller:7:available")):
        back = movements.refund_canceled(share, refund=1, reference="", currency="GBP", cleared=cleared)
        assert back.net() == {"stripe:refunds": -300, account: 300}


def test_a_refund_that_has_reached_a_wallet_cannot_be_canceled() -> None:
    with pytest.raises(ValueError, match="wallet"):
        movements.refund_canceled(REST, refund=10, reference="", currency="GBP", cleared=False)


# W5: revenue of unsent orders ---------------------------------------------------------------------------------


def deferred_and_earned() -> tuple[int, int]:
    left = held()
    return left.get("platform:revenue_deferred", 0), left.get("platform:revenue", 0)


def test_a_fee_is_earned_when_the_order_is_sent_less_what_was_given_back() -> None:
    paid()
    assert deferred_and_earned() == (500, 0)
    half = RefundShare(
        order=ORDER, seller=KOFI, buyer=AMARA, tax_jurisdiction="GB", from_held=2750, fee=250, to_card=3000,
        fee_deferred=True,
    )  # fmt: skip
    post(refunded(half, 11))
    assert deferred_and_earned() == (250, 0)
    posting = movements.revenue_recognised(order=ORDER, fee=gbp(250))
    assert lines(posting) == ["platform:revenue_deferred → platform:revenue  2.50  order:17"]
    post(posting)
    assert deferred_and_earned() == (0, 250)
    rest = RefundShare(
        order=ORDER, seller=KOFI, buyer=AMARA, tax_jurisdiction="GB", from_held=2143, fee=250, to_wallet=2393
    )
    post(refunded(rest, 12))
    assert deferred_and_earned() == (0, 0)


def test_files_alone_earn_the_fee_at_once() -> None:
    share = OrderShare(
        order=30, seller=KOFI, tax_jurisdiction="GB", net=880, fee=120, tax=0, card=1000, fulfilled=True
    )
    post(movements.order_paid(checkout=9, reference="B-1", buyer=AMARA, currency="GBP", orders=[share]))
    assert deferred_and_earned() == (0, 120)


# W7, W8: reserve and debt -------------------------------------------------------------------------------------


def test_a_reserve_is_held_back_and_released() -> None:
    moved("lesson:1", ("stripe:clearing", "seller:7:available", 3893))
    post(movements.reserve_held(order=ORDER, seller=KOFI, amount=gbp(489)))
    assert (held()["seller:7:available"], held()["seller:7:reserve"]) == (3404, 489)
    share = RefundShare(
        order=ORDER, seller=KOFI, buyer=AMARA, tax_jurisdiction="GB", from_reserve=489, from_available=1468,
        to_wallet=1957,
    )  # fmt: skip
    assert lines(refunded(share, 13)) == [
        "seller:7:reserve → user:1:wallet  4.89  order:17",
        "seller:7:available → user:1:wallet  14.68  order:17",
    ]
    post(movements.reserve_released(order=ORDER, seller=KOFI, amount=gbp(489)))
    assert held()["seller:7:available"] == 3893


def test_a_debt_is_agreed_repaid_by_sales_and_from_the_wallet_and_written_off() -> None:
    moved("lesson:1", ("seller:7:available", "stripe:clearing", 4893))
    post(movements.debt_agreed(debt=1, seller=KOFI, amount=gbp(4893)))
    assert held() == {"seller:7:debt": -4893, "stripe:clearing": 4893}
    moved("lesson:2", ("stripe:clearing", "seller:7:available", 2156))
    post(movements.debt_share(order=31, debt=1, seller=KOFI, amount=gbp(1078)))
    assert (held()["seller:7:debt"], held()["seller:7:available"]) == (-3815, 1078)
    moved("lesson:3", ("stripe:clearing", "user:9:wallet", 1000))
    post(movements.debt_repaid(debt=1, number=1, seller=KOFI, user=9, amount=gbp(1000)))
    assert held()["seller:7:debt"] == -2815
    assert ledger.seller_balances(KOFI)["GBP"]["debt"] == 2815
    post(movements.written_off(debt=1, approval=5, seller=KOFI, amount=gbp(2815), reason="Closed"))
    assert held()["platform:bad_debt"] == -2815
    assert "seller:7:debt" not in held()


def test_a_debt_is_recalled_and_never_overpaid() -> None:
    moved("lesson:1", ("seller:7:available", "stripe:clearing", 500))
    post(movements.debt_agreed(debt=1, seller=KOFI, amount=gbp(500)))
    moved("lesson:2", ("stripe:clearing", "user:9:wallet", 800))
    before = held()
    with pytest.raises(ledger.InsufficientFunds) as refused:
        post(movements.debt_repaid(debt=1, number=1, seller=KOFI, user=9, amount=gbp(800)))
    assert (refused.value.account, refused.value.missing) == ("seller:7:debt", gbp(300))
    assert held() == before
    post(movements.debt_recalled(debt=1, seller=KOFI, amount=gbp(500)))
    assert held()["seller:7:available"] == -500
    repaid = movements.debt_repaid(debt=1, number=2, seller=KOFI, user=9, amount=gbp(500), to_available=True)
    assert lines(repaid) == ["user:9:wallet → seller:7:available  5.00  debt:1"]


# What is booked, and under which key ----------------------------------------------------------------------


def test_treasury_needs_one_reason_to_be_booked_by() -> None:
    with pytest.raises(ValueError, match="balance transaction or by an approval"):
        movements.treasury_moved(source="bank:clearing", target="stripe:clearing", amount=gbp(1))
    with pytest.raises(ValueError, match="balance transaction or by an approval"):
        movements.treasury_moved(
            source="bank:clearing",
            target="stripe:clearing",
            amount=gbp(1),
            balance_transaction="txn_1",
            approval=1,
        )


def test_two_ids_of_stripe_that_differ_in_their_capitals_are_two_facts() -> None:
    for name in ("txn_aB", "txn_ab"):
        post(movements.processing_fee_settled(balance_transaction=name, payment=3, fee=gbp(10)))
    assert held()["platform:card_fees"] == -20


def test_a_balance_goes_over_to_the_account_where_the_chart_has_it_now() -> None:
    fee = ("platform:processing", "stripe:clearing", 65)  # as the first edition booked it
    moved("balance_transaction:txn_1:fee", fee, kind="processing_fee_settled")
    posting = movements.reclassified(
        source="platform:card_fees",
        target="platform:processing",
        amount=gbp(65),
        account="platform:card_fees",
    )
    assert posting.key == "reclass:platform:card_fees:GBP:1"
    post(posting)
    assert held() == {"platform:card_fees": -65, "stripe:clearing": 65}
