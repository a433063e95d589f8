"""A posting is plain data: it can be printed, checked and turned round without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet import accounts
from wallet.posting import Posting, Transfer, pour

PARTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=6)


@pytest.mark.parametrize("amount", [0, -1, 2**53, 1.5, True, "100", None])
def test_an_amount_is_a_positive_whole_number(amount: object) -> None:
    with pytest.raises(ValueError, match="is not an amount"):
        Transfer("user:1:wallet", "platform:revenue", amount)  # type: ignore[arg-type]


def test_money_does_not_move_to_where_it_is() -> None:
    with pytest.raises(ValueError, match="to itself"):
        Transfer("user:1:wallet", "user:1:wallet", 1)


@given(sources=PARTS, targets=PARTS)
def test_pouring_uses_up_both_sides_exactly(sources: list[int], targets: list[int]) -> None:
    targets = [*targets, max(0, sum(sources) - sum(targets))]
    sources = [*sources, max(0, sum(targets) - sum(sources))]
    given_ = [(f"user:{i + 1}:wallet", amount) for i, amount in enumerate(sources)]
    wanted = [(f"seller:{i + 1}:pending", amount) for i, amount in enumerate(targets)]
    transfers = pour(given_, wanted, subject="order:1")
    net = Posting("test:1", "order_paid", "USD", tuple(transfers)).net()
    assert net == {code: -amount for code, amount in given_ if amount} | {
        code: amount for code, amount in wanted if amount
    }
    assert len(transfers) < len(given_) + len(wanted)


def test_pouring_refuses_what_does_not_add_up() -> None:
    with pytest.raises(ValueError, match="does not add up"):
        pour([("user:1:wallet", 10)], [("seller:1:pending", 9)])
    with pytest.raises(ValueError, match="negative"):
        pour([("user:1:wallet", 10), ("user:2:wallet", -1)], [("seller:1:pending", 9)])


def test_a_posting_turned_round_undoes_it() -> None:
    transfers = (
        Transfer("user:1:wallet", "seller:1:pending", 7),
        Transfer("user:1:wallet", "platform:revenue", 2),
    )
    posting = Posting("checkout:1:paid", "order_paid", "USD", transfers)
    back = posting.turned_round(movement=5, actor="staff:90", memo="A mistake")
    assert back.net() == {code: -amount for code, amount in posting.net().items()}
    assert (back.key, back.kind, back.reverses) == ("checkout:1:paid:reversed", "reversed", 5)


@pytest.mark.parametrize(
    "code",
    ["user:0:wallet", "user:1:walle", "user::wallet", "user:1:wallet ", "USER:1:wallet", "seller:1:wallet",
     "platform:tax:", "platform:tax:us", "stripe:everything", "user:١:wallet", "user:1:wallet\n", ""],
)  # fmt: skip
def test_there_is_no_account_outside_the_chart(code: str) -> None:
    with pytest.raises(accounts.UnknownAccount):
        accounts.kind(code)


def test_the_chart_is_the_one_of_the_books() -> None:
    """Floors and stored balances of every kind, as docs "Money" list them."""
    kinds = {
        "user:1:wallet": "floored stored",
        "user:1:reserved": "floored stored",
        "user:1:disputed": "floored stored",
        "seller:1:pending": "floored stored",
        "seller:1:available": "stored",
        "seller:1:disputed": "floored stored",
        "seller:1:in_transit": "floored stored",
        "seller:1:reserve": "floored stored",
        "seller:1:debt": "capped stored",
        "platform:revenue": "",
        "platform:revenue_deferred": "",
        "platform:processing": "",
        "platform:card_fees": "",
        "platform:payout_fees": "",
        "platform:tax:US-CA": "",
        "platform:tax_on_fees:GB": "",
        "platform:promotions": "",
        "platform:goodwill": "",
        "platform:demo": "",
        "platform:equity": "",
        "platform:bad_debt": "",
        "stripe:clearing": "",
        "paypal:clearing": "",
        "wise:clearing": "",
        "crypto:clearing": "",
        "bank:clearing": "",
        "stripe:refunds": "",
        "stripe:disputes": "",
        "stripe:connected": "",
        "stripe:unapplied": "",
    }
    flags = ("capped", "floored", "stored")
    assert {
        code: " ".join(flag for flag in flags if getattr(accounts.kind(code), flag)) for code in kinds
    } == kinds
