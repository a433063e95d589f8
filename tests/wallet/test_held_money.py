"""What is held counts as held and nothing else; a pause is known by its key, however long somebody writes it."""

import pytest

from banibs.core.models import Event
from tests.wallet.books import AMARA, post, usd
from wallet import accounts, ledger, payout_pause
from wallet.models import PayoutPause
from wallet.posting import Posting, Transfer

pytestmark = pytest.mark.django_db


def test_money_that_is_only_held_leaves_nothing_to_spend() -> None:
    held = Transfer(accounts.CLEARING, accounts.reserved(AMARA), 500)
    post(Posting("story:1", "reclassified", "USD", (held,)))
    assert ledger.wallet_balances(AMARA) == {"USD": {"available": 0, "held": 500}}


def test_an_account_that_nobody_has_opened_holds_nothing() -> None:
    assert ledger.balance(accounts.wallet(AMARA), "USD") == usd(0)


def test_a_movement_reads_back_as_it_was_written() -> None:
    written = Posting(
        "story:2",
        "reclassified",
        "USD",
        (
            Transfer(accounts.CLEARING, accounts.wallet(AMARA), 300, "order:17"),
            Transfer(accounts.CLEARING, accounts.reserved(AMARA), 200),
        ),
    )
    assert ledger.read(post(written).movement_id) == written


def test_a_pause_with_a_long_key_is_one_pause_under_its_first_hundred_characters() -> None:
    key = "wallet.balances_add_up:" + "x" * 200
    first = payout_pause.pause_payouts("The books do not add up", key=key)
    assert payout_pause.pause_payouts("They still do not", key=key) == first
    assert PayoutPause.objects.get().key == key[:100]
    assert Event.objects.filter(kind="payouts.paused").count() == 1
