"""W10: the owner's money comes and goes at the bank. Nobody approved it in this lesson, and the books say so."""

import pytest

from tests.wallet.books import balances, broken, lines, post, usd
from wallet import movements
from wallet.posting import Posting, Transfer

pytestmark = pytest.mark.django_db


def test_the_bank_holds_what_came_and_went() -> None:
    sales = (
        Transfer("stripe:clearing", "platform:tax:US", 1000),
        Transfer("stripe:clearing", "platform:revenue", 9000),
    )
    post(Posting("lesson:1", "order_refunded", "USD", sales))
    paid_by_stripe = movements.treasury_moved(
        balance_transaction="txn_1PoX", source="bank:clearing", target="stripe:clearing", amount=usd(5000)
    )
    assert paid_by_stripe.key == "balance_transaction:txn_1PoX"
    post(paid_by_stripe)
    assert broken() == []
    post(
        movements.treasury_moved(
            approval=3,
            source="paypal:clearing",
            target="bank:clearing",
            amount=usd(3000),
            memo="PayPal funded",
        )
    )
    remitted = movements.tax_remitted(approval=4, jurisdiction="US", amount=usd(1000), reason="Quarter 3")
    assert lines(remitted) == ["platform:tax:US → bank:clearing  10.00  approval:4"]
    post(remitted)
    taken = movements.revenue_withdrawn(approval=5, amount=usd(500), reason="Owner's draw")
    assert lines(taken) == ["platform:equity → bank:clearing  5.00  approval:5"]
    post(taken)

    held = balances()
    assert held["bank:clearing"] == -500
    assert held["stripe:clearing"] == -5000
    assert held["paypal:clearing"] == -3000
    assert sum(held.values()) == 0
    assert broken() == ["wallet.treasury", "wallet.revenue_withdrawn", "wallet.tax_remitted"]
