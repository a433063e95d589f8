"""A month of trading, one movement at a time: the bookkeeping lesson of BANIBS.

Each example shows the movement as it is written, then what everybody holds. Read from the top; all amounts
are cents unless they carry a point. A balance below zero in stripe:clearing, platform:promotions or platform:demo is
money that BANIBS has outside, or spent: the sum over all accounts is always nothing.
"""

from collections.abc import Iterator

import pytest

from tests.wallet.books import AMARA, KOFI, ZURI, balances, broken, credit, lines, post, usd
from wallet import ledger, movements
from wallet.movements import OrderShare, RefundShare
from wallet.posting import Posting, Transfer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def the_books_add_up() -> Iterator[None]:
    yield
    assert sum(balances().values()) == 0
    assert broken() == []


def test_a_top_up_brings_money_in_from_outside() -> None:
    """Amara pays 50.00 by card. Stripe now holds 50.00 for us, and we owe it to her."""
    posting = movements.wallet_topped_up(payment=3, user=AMARA, amount=usd(5000))

    assert lines(posting) == ["stripe:clearing → user:1:wallet  50.00  payment:3"]
    post(posting)
    assert balances() == {"stripe:clearing": -5000, "user:1:wallet": 5000}


def test_the_card_fee_is_booked_when_stripe_says_what_it_was() -> None:
    """Stripe kept 1.75 of the 50.00. The platform bears it: it holds less outside, and has spent the
    difference.
    """
    post(movements.wallet_topped_up(payment=3, user=AMARA, amount=usd(5000)))
    posting = movements.processing_fee_settled(balance_transaction="txn_3Nq", payment=3, fee=usd(175))

    assert lines(posting) == ["platform:card_fees → stripe:clearing  1.75  payment:3"]
    post(posting)
    assert balances() == {"platform:card_fees": -175, "stripe:clearing": -4825, "user:1:wallet": 5000}


def one_shop() -> Posting:
    """A scarf of 48.00 from Kofi, 10 % fee, 3.96 tax."""
    share = OrderShare(tax_jurisdiction="US", order=17, seller=KOFI, wallet=5196, net=4320, fee=480, tax=396)
    return movements.order_paid(
        checkout=5,
        reference="B-71840",
        buyer=AMARA,
        currency="USD",
        orders=[share],
        actor="user:1",
    )


def test_an_order_paid_from_the_wallet() -> None:
    """A scarf of 48.00 and 3.96 tax. Kofi gets 48.00 less 10 %, held until it is sent and two days have
    passed.
    """
    credit(6000)
    posting = one_shop()

    assert lines(posting) == [
        "user:1:wallet → seller:7:pending  43.20  order:17",
        "user:1:wallet → platform:revenue_deferred  4.80  order:17",
        "user:1:wallet → platform:tax:US  3.96  order:17",
    ]
    post(posting)
    assert balances() == {
        "platform:demo": -6000,  # where the wallet's money came from, in this lesson
        "platform:revenue_deferred": 480,
        "platform:tax:US": 396,
        "seller:7:pending": 4320,
        "user:1:wallet": 804,
    }


def test_one_payment_to_three_orders_of_two_shops() -> None:
    """One movement pays them all, each order for itself: `for_subject` is one order's own books."""
    credit(10_000)
    posting = movements.order_paid(
        checkout=6,
        reference="B-71841",
        buyer=AMARA,
        currency="USD",
        orders=[
            OrderShare(tax_jurisdiction="GB", order=19, seller=ZURI, wallet=1200, net=880, fee=120, tax=200),
            OrderShare(tax_jurisdiction="GB", order=18, seller=KOFI, wallet=2400, net=1800, fee=200, tax=400),
        ],
    )

    assert lines(posting)[:3] == [
        "user:1:wallet → seller:7:pending  18.00  order:18",
        "user:1:wallet → platform:revenue_deferred  2.00  order:18",
        "user:1:wallet → platform:tax:GB  4.00  order:18",
    ]
    assert sum(one.amount for one in posting.for_subject("order:19")) == 1200
    post(posting)
    assert balances()["user:1:wallet"] == 6400
    assert balances()["platform:tax:GB"] == 600


def test_a_discount_that_the_platform_gives_reaches_the_seller_whole() -> None:
    """10.00 off, at BANIBS's cost: Amara pays 41.96, Kofi earns as if nothing had been taken off."""
    credit(6000)
    share = OrderShare(
        tax_jurisdiction="US", order=20, seller=KOFI, wallet=4196, promotion=1000, net=4320, fee=480, tax=396
    )
    posting = movements.order_paid(
        checkout=8, reference="B-71842", buyer=AMARA, currency="USD", orders=[share]
    )

    assert lines(posting) == [
        "platform:promotions → seller:7:pending  10.00  order:20",
        "user:1:wallet → seller:7:pending  33.20  order:20",
        "user:1:wallet → platform:revenue_deferred  4.80  order:20",
        "user:1:wallet → platform:tax:US  3.96  order:20",
    ]
    post(posting)
    assert balances()["seller:7:pending"] == 4320
    assert balances()["platform:promotions"] == -1000


def test_an_order_that_costs_nothing_moves_nothing() -> None:
    """A free pattern: paid at once, and there is nothing to write."""
    share = OrderShare(tax_jurisdiction="US", order=21, seller=ZURI, net=0, fee=0, tax=0)
    posting = movements.order_paid(
        checkout=9, reference="B-71843", buyer=AMARA, currency="USD", orders=[share]
    )

    assert not posting
    with pytest.raises(ValueError, match="moves nothing"):
        post(posting)
    assert balances() == {}


def test_wallet_first_and_a_card_for_the_rest() -> None:
    """20.00 is set aside while the bank is asked for 31.96; then both pay, and the card's part pays the
    card's fee.
    """
    credit(2000)
    post(movements.wallet_reserved(payment=4, attempt=1, buyer=AMARA, amount=usd(2000)))
    assert balances() == {"platform:demo": -2000, "user:1:reserved": 2000}

    share = OrderShare(
        tax_jurisdiction="US",
        order=22,
        seller=KOFI,
        reserved=2000,
        card=3196,
        net=4197,
        fee=480,
        tax=396,
        processing=123,
    )
    posting = movements.order_paid(
        checkout=10, reference="B-71844", buyer=AMARA, currency="USD", orders=[share]
    )

    assert lines(posting) == [
        "user:1:reserved → seller:7:pending  20.00  order:22",
        "stripe:clearing → seller:7:pending  21.97  order:22",
        "stripe:clearing → platform:revenue_deferred  4.80  order:22",
        "stripe:clearing → platform:tax:US  3.96  order:22",
        "stripe:clearing → platform:processing  1.23  order:22",
    ]
    post(posting)
    assert balances()["stripe:clearing"] == -3196
    assert "user:1:reserved" not in balances()


def test_a_card_that_says_no_gives_the_wallet_part_back() -> None:
    credit(2000)
    post(movements.wallet_reserved(payment=4, attempt=1, buyer=AMARA, amount=usd(2000)))
    posting = movements.wallet_released(payment=4, attempt=1, buyer=AMARA, amount=usd(2000))

    assert lines(posting) == ["user:1:reserved → user:1:wallet  20.00  payment:4"]
    post(posting)
    assert balances() == {"platform:demo": -2000, "user:1:wallet": 2000}


def test_a_seller_cancels_and_the_buyer_has_everything_back() -> None:
    """Fee and tax go back too; the seller gives what was held; nobody keeps a cent."""
    credit(6000)
    post(one_shop())
    posting = movements.order_refunded(
        RefundShare(
            order=17,
            seller=KOFI,
            buyer=AMARA,
            tax_jurisdiction="US",
            from_held=4320,
            fee=480,
            tax=396,
            to_wallet=5196,
            fee_deferred=True,
        ),
        refund=2,
        reference="B-71840-1",
        currency="USD",
        memo="Out of thread",
    )

    assert lines(posting) == [
        "seller:7:pending → user:1:wallet  43.20  order:17",
        "platform:revenue_deferred → user:1:wallet  4.80  order:17",
        "platform:tax:US → user:1:wallet  3.96  order:17",
    ]
    post(posting)
    assert balances() == {"platform:demo": -6000, "user:1:wallet": 6000}


def test_a_refund_after_clearing_may_leave_the_seller_owing() -> None:
    """The buyer always gets the money back. What the seller no longer has is a debt that new earnings fill
    first.
    """
    credit(6000)
    post(one_shop())
    post(movements.funds_cleared(order=17, seller=KOFI, held=usd(4320)))
    # Kofi's 43.20 have since left; in this lesson, to Zuri.
    post(
        Posting(
            "lesson:1", "order_refunded", "USD", (Transfer("seller:7:available", "seller:8:available", 4320),)
        )
    )

    post(
        movements.order_refunded(
            RefundShare(
                order=17,
                seller=KOFI,
                buyer=AMARA,
                tax_jurisdiction="US",
                from_available=4320,
                fee=480,
                tax=396,
                to_wallet=5196,
                fee_deferred=True,
            ),
            refund=3,
            reference="B-71840-1",
            currency="USD",
        )
    )
    assert balances()["seller:7:available"] == -4320
    assert balances()["user:1:wallet"] == 6000


def test_a_refund_to_a_card_is_owed_until_stripe_has_sent_it() -> None:
    """The seller and BANIBS give at once; the card's part waits in stripe:refunds, where an unkept promise
    shows.
    """
    share = OrderShare(
        tax_jurisdiction="US", order=23, seller=KOFI, card=5196, net=4137, fee=480, tax=396, processing=183
    )
    post(movements.order_paid(checkout=11, reference="B-71845", buyer=AMARA, currency="USD", orders=[share]))
    posting = movements.order_refunded(
        RefundShare(
            order=23,
            seller=KOFI,
            buyer=AMARA,
            tax_jurisdiction="US",
            from_held=4137,
            fee=480,
            tax=396,
            processing=183,
            to_card=5196,
            fee_deferred=True,
        ),
        refund=4,
        reference="B-71845-1",
        currency="USD",
    )
    post(posting)
    assert balances() == {"stripe:clearing": -5196, "stripe:refunds": 5196}

    sent = movements.refund_sent(refund=4, attempt=1, amount=usd(5196))
    assert lines(sent) == ["stripe:refunds → stripe:clearing  51.96  refund:4"]
    post(sent)
    assert balances() == {}


def test_a_refund_that_the_card_gave_back_is_owed_again_and_may_go_to_the_wallet() -> None:
    """The buyer's bank closed the account. The seller has given already and is not asked twice."""
    post(movements.wallet_topped_up(payment=3, user=AMARA, amount=usd(500)))
    post(Posting("lesson:2", "order_refunded", "USD", (Transfer("user:1:wallet", "stripe:refunds", 500),)))
    post(movements.refund_sent(refund=5, attempt=1, amount=usd(500)))

    failed = movements.refund_failed(refund=5, attempt=1, amount=usd(500))
    assert lines(failed) == ["stripe:clearing → stripe:refunds  5.00  refund:5"]
    post(failed)
    to_wallet = movements.refund_to_wallet(refund=5, buyer=AMARA, amount=usd(500))
    assert lines(to_wallet) == ["stripe:refunds → user:1:wallet  5.00  refund:5"]
    post(to_wallet)
    assert balances() == {"stripe:clearing": -500, "user:1:wallet": 500}


def test_a_discount_goes_back_to_the_platform_with_the_refund() -> None:
    """Amara paid 41.96 and gets 41.96; the 10.00 that BANIBS had put in returns to BANIBS, from the seller's
    share.
    """
    credit(4196)
    share = OrderShare(
        tax_jurisdiction="US", order=24, seller=KOFI, wallet=4196, promotion=1000, net=4320, fee=480, tax=396
    )
    post(movements.order_paid(checkout=12, reference="B-71846", buyer=AMARA, currency="USD", orders=[share]))
    posting = movements.order_refunded(
        RefundShare(
            order=24,
            seller=KOFI,
            buyer=AMARA,
            tax_jurisdiction="US",
            from_held=4320,
            fee=480,
            tax=396,
            promotion=1000,
            to_wallet=4196,
            fee_deferred=True,
        ),
        refund=6,
        reference="B-71846-1",
        currency="USD",
    )

    assert lines(posting)[0] == "seller:7:pending → platform:promotions  10.00  order:24"
    post(posting)
    assert balances() == {"platform:demo": -4196, "user:1:wallet": 4196}


def test_money_clears_to_the_seller_two_days_after_it_was_earned() -> None:
    credit(6000)
    post(one_shop())
    posting = movements.funds_cleared(order=17, seller=KOFI, held=usd(4320), reference="B-71840-1")

    assert lines(posting) == ["seller:7:pending → seller:7:available  43.20  order:17"]
    post(posting)
    assert "seller:7:pending" not in balances()
    assert balances()["seller:7:available"] == 4320


def test_a_shops_owner_takes_earnings_into_the_own_wallet() -> None:
    """Kofi, who is user 2, moves 20.00 of what has cleared: nothing leaves BANIBS, and he can spend it here."""
    credit(6000)
    post(one_shop())
    post(movements.funds_cleared(order=17, seller=KOFI, held=usd(4320), reference="B-71840-1"))
    posting = movements.earnings_to_wallet(transfer=4, seller=KOFI, user=2, amount=usd(2000))

    assert lines(posting) == ["seller:7:available → user:2:wallet  20.00  earnings:4"]
    assert posting.actor == "user:2"
    post(posting)
    assert (balances()["seller:7:available"], balances()["user:2:wallet"]) == (2320, 2000)


def test_money_that_came_for_nothing_is_kept_apart_until_it_is_sent_back() -> None:
    """A card was charged after its checkout had expired."""
    posting = movements.payment_unapplied(payment=7, intent=3, amount=usd(5196))
    assert lines(posting) == ["stripe:clearing → stripe:unapplied  51.96  payment:7"]
    post(posting)

    back = movements.unapplied_refunded(payment=7, intent=3, amount=usd(5196))
    assert lines(back) == ["stripe:unapplied → stripe:clearing  51.96  payment:7"]
    post(back)
    assert balances() == {}


def test_a_correction_is_a_movement_that_turns_another_round() -> None:
    """Nothing is rubbed out: the mistake and its correction both stand, and name each other."""
    credit(6000)
    mistake = post(movements.wallet_reserved(payment=4, attempt=1, buyer=AMARA, amount=usd(2000)))
    before = balances()

    posting = ledger.read(mistake.movement_id).turned_round(
        movement=mistake.movement_id, actor="staff:90", memo="Reserved by mistake"
    )
    assert posting.key == "payment:4:1:reserved:reversed"
    assert lines(posting) == ["user:1:reserved → user:1:wallet  20.00  payment:4"]
    post(posting)
    assert before["user:1:reserved"] == 2000
    assert balances() == {"platform:demo": -6000, "user:1:wallet": 6000}


def test_a_credit_by_staff_is_at_the_platforms_cost() -> None:
    """5.00 for a parcel that came late. Two people stand behind it: see test_approvals."""
    posting = movements.adjusted(approval=1, user=AMARA, amount=usd(500), reason="Parcel came late")

    assert lines(posting) == ["platform:goodwill → user:1:wallet  5.00  approval:1"]
    assert posting.memo == "Parcel came late"


def test_currencies_never_meet() -> None:
    """The same person's pounds and dollars are two wallets."""
    credit(1000)
    credit(700, currency="GBP")

    assert ledger.wallet_balances(AMARA) == {
        "GBP": {"available": 700, "held": 0},
        "USD": {"available": 1000, "held": 0},
    }
    assert sum(balances("GBP").values()) == 0


def test_parts_that_do_not_add_up_are_refused_before_anything_is_written() -> None:
    share = OrderShare(tax_jurisdiction="US", order=25, seller=KOFI, wallet=5195, net=4320, fee=480, tax=396)
    with pytest.raises(ValueError, match="order:25"):
        movements.order_paid(checkout=13, reference="B-71847", buyer=AMARA, currency="USD", orders=[share])
