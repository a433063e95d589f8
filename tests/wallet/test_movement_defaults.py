"""What is not said of a movement is nothing, or the first time: its keys and parts, without a database."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

import pytest

from banibs.core.money import MAX_AMOUNT, Money
from wallet import movements
from wallet.movements import DisputedOrder, OrderShare, RefundShare
from wallet.posting import Transfer, pour

PENNY = Money(1, "GBP")


@pytest.mark.parametrize("share", [OrderShare, RefundShare, DisputedOrder])
def test_a_part_that_is_not_named_is_nothing(share: type) -> None:
    unsaid = [one.default for one in fields(share) if one.default is not MISSING]
    assert unsaid
    assert not any(unsaid)


@pytest.mark.parametrize("amount", [1, MAX_AMOUNT])
def test_the_smallest_and_the_largest_amount_move(amount: int) -> None:
    assert Transfer("user:1:wallet", "platform:revenue", amount).amount == amount


@pytest.mark.parametrize(("subject", "named"), [("order:1", "order:1: "), ("", "movement: ")])
def test_who_pours_hears_of_what_it_was(subject: str, named: str) -> None:
    with pytest.raises(ValueError, match=f"^{named}.*does not add up"):
        pour([("user:1:wallet", 2)], [("seller:1:pending", 1)], subject=subject)
    with pytest.raises(ValueError, match=f"^{named}a negative part"):
        pour([("user:1:wallet", 2), ("user:2:wallet", -1)], [("seller:1:pending", 1)], subject=subject)


def test_the_first_try_bears_no_number_and_the_others_do() -> None:
    def key(**more: int) -> str:
        return movements.unapplied_refunded(payment=1, intent=2, amount=PENNY, **more).key

    assert key() == key(attempt=1) == "intent:2:unapplied_refunded"
    assert [key(attempt=number) for number in (2, 3)] == [
        "intent:2:2:unapplied_refunded",
        "intent:2:3:unapplied_refunded",
    ]


def test_a_balance_goes_over_for_the_first_time_unless_said_otherwise() -> None:
    posting = movements.reclassified(
        source="stripe:refunds", target="stripe:unapplied", amount=PENNY, account="stripe:refunds"
    )
    assert posting.key == "reclass:stripe:refunds:GBP:1"


def test_a_debt_is_repaid_as_a_debt_unless_said_otherwise() -> None:
    def target(**more: bool) -> str:
        posting = movements.debt_repaid(debt=1, number=1, seller=7, user=1, amount=PENNY, **more)
        return posting.transfers[0].target

    assert (target(), target(to_available=True)) == ("seller:7:debt", "seller:7:available")


def test_a_dispute_fee_is_paid_by_those_named_and_not_returned_unless_said() -> None:
    def moved(**more: bool) -> list[tuple[str, str, int]]:
        posting = movements.dispute_fee(dispute=1, round=1, currency="GBP", orders=[(17, 7, 20)], **more)
        assert posting.kind == ("dispute_fee_returned" if more else "dispute_fee")
        return [(one.source, one.target, one.amount) for one in posting.transfers]

    assert moved() == [("seller:7:available", "stripe:clearing", 20)]
    assert moved(returned=True) == [("stripe:clearing", "seller:7:available", 20)]


def test_treasury_is_booked_under_what_moved_it() -> None:
    def key(**by: Any) -> str:
        moved = movements.treasury_moved(source="bank:clearing", target="stripe:clearing", amount=PENNY, **by)
        return moved.key

    assert key(balance_transaction="txn_1Ab") == "balance_transaction:txn_1Ab"
    assert key(approval=3) == "approval:3"


def test_what_stands_on_hold_for_an_order_is_all_that_was_taken_for_it() -> None:
    share = DisputedOrder(
        order=17, seller=7, tax_jurisdiction="GB", amount=100, net=100, from_held=50, from_reserve=30,
        from_available=20,
    )  # fmt: skip
    assert share.on_hold == 100


def test_of_a_disputed_charge_what_is_still_apart_is_not_written_off() -> None:
    charge = movements.DisputedWallet(user=1, amount=100, held=50, unapplied=30)
    told: dict[str, Any] = {"dispute": 6, "round": 1, "withdrawn": Money(100, "GBP"), "wallet": charge}
    lost, back = movements.dispute_lost(**told), movements.dispute_reinstated(**told)
    given = {
        "user:1:disputed": -50,
        "stripe:unapplied": -30,
        "platform:bad_debt": -20,
        "stripe:disputes": 100,
    }
    assert lost.net() == given
    assert back.net() == {
        "stripe:clearing": -100,
        "user:1:wallet": 50,
        "stripe:unapplied": 30,
        "platform:bad_debt": 20,
    }
