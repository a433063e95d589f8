"""What `ledger.post` promises: all or nothing, once per key, never below a floor, and a refusal that moves
nothing.
"""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from banibs.core.clock import now
from banibs.core.money import Money
from tests.wallet.books import AMARA, KOFI, balances, broken, counts, credit, post, usd
from wallet import accounts, ledger, movements
from wallet.models import Account, Movement, Transfer
from wallet.movements import OrderShare
from wallet.posting import Posting
from wallet.posting import Transfer as Part

pytestmark = pytest.mark.django_db


def sale(checkout: int = 5, wallet: int = 1000, actor: str = "user:1") -> Posting:
    share = OrderShare(
        tax_jurisdiction="US", order=17, seller=KOFI, wallet=wallet, net=wallet - 100, fee=100, tax=0
    )
    return movements.order_paid(
        checkout=checkout,
        reference="B-71840",
        buyer=AMARA,
        currency="USD",
        orders=[share],
        actor=actor,
    )


def test_one_statement_writes_everything() -> None:
    credit(5000)
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        posted = ledger.post(sale())
    assert len([query for query in captured if "SAVEPOINT" not in query["sql"]]) == 1
    movement = Movement.objects.get(pk=posted.movement_id)
    assert (movement.key, movement.kind, movement.reference, movement.actor) == (
        "checkout:5:paid",
        "order_paid",
        "B-71840",
        "user:1",
    )
    assert [row.amount for row in movement.transfers.order_by("id")] == [900, 100]


def test_the_same_fact_told_again_is_answered_from_the_first_time() -> None:
    credit(5000)
    first = post(sale())
    before = counts(), balances()
    again = post(sale(actor="stripe"))  # another teller, the same fact
    assert again == ledger.Posted(first.movement_id, replayed=True)
    assert (counts(), balances()) == before


def test_a_known_key_is_answered_even_when_the_wallet_is_empty_by_now() -> None:
    credit(1000)
    post(sale())
    assert balances()["seller:7:pending"] == 900
    assert post(sale()).replayed


def test_the_same_key_for_something_else_is_refused() -> None:
    credit(5000)
    first = post(sale())
    before = counts(), balances()
    with pytest.raises(ledger.KeyReused) as refused:
        post(sale(wallet=1001))
    assert refused.value.movement_id == first.movement_id
    assert (counts(), balances()) == before


def test_a_wallet_that_holds_too_little_says_by_how_much() -> None:
    credit(940)
    before = counts(), balances()
    with pytest.raises(ledger.InsufficientFunds) as short:
        post(sale())
    assert (short.value.account, short.value.missing) == ("user:1:wallet", usd(60))
    assert (counts(), balances()) == before


def test_a_refusal_leaves_the_callers_transaction_good() -> None:
    with transaction.atomic():
        with pytest.raises(ledger.InsufficientFunds):
            ledger.post(sale())
        ledger.post(movements.demo_credited(user=AMARA, number=1_000_001, amount=usd(1000)))
        ledger.post(sale())
    assert balances()["seller:7:pending"] == 900


def test_only_the_net_of_a_movement_meets_the_floor() -> None:
    """A movement may pass money through an account that had none: it changes each account once."""
    parts = (Part("user:1:wallet", "user:1:reserved", 500), Part("platform:demo", "user:1:wallet", 500))
    post(Posting("lesson:1", "order_refunded", "USD", parts))
    assert balances() == {"platform:demo": -500, "user:1:reserved": 500}
    assert broken() == []


def test_a_seller_may_owe_and_new_earnings_fill_the_debt_first() -> None:
    debt = Posting("lesson:1", "order_refunded", "USD", (Part("seller:7:available", "user:1:wallet", 800),))
    post(debt)
    assert ledger.seller_balances(KOFI)["USD"]["available"] == -800
    post(sale(wallet=800))
    post(movements.funds_cleared(order=17, seller=KOFI, held=usd(700)))
    assert ledger.seller_balances(KOFI)["USD"] == {
        "pending": 0,
        "available": -100,
        "in_transit": 0,
        "disputed": 0,
        "reserve": 0,
        "debt": 0,
    }


def test_money_moves_only_inside_a_transaction(transactional_db: None) -> None:
    with pytest.raises(RuntimeError, match="in the transaction"):
        ledger.post(sale())


def test_what_is_outside_the_chart_never_reaches_the_database() -> None:
    before = counts()
    with pytest.raises(accounts.UnknownAccount):
        post(Posting("lesson:1", "demo_credited", "USD", (Part("platform:demo", "user:1:pocket", 1),)))
    assert counts() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"currency": "usd"},
        {"currency": "DOLLAR"},
        {"key": "Lesson 1"},
        {"key": "lesson"},
        {"kind": "Demo"},
    ],
)
def test_the_database_refuses_words_that_are_not_its_own(fields: dict[str, str]) -> None:
    part = Part("platform:demo", "user:1:wallet", 1)
    posting = Posting(
        **({"key": "lesson:1", "kind": "demo_credited", "currency": "USD", "transfers": (part,)} | fields)
    )  # type: ignore[arg-type]
    before = counts()
    with pytest.raises((IntegrityError, Exception)), transaction.atomic():
        ledger.post(posting)
    assert counts() == before


def test_two_hundred_orders_are_one_movement_and_one_statement() -> None:
    credit(10_000_000)
    shares = [
        OrderShare(
            tax_jurisdiction="US", order=n, seller=1 + n % 40, wallet=1000 + n, net=900 + n, fee=60, tax=40
        )
        for n in range(1, 201)
    ]
    posting = movements.order_paid(checkout=9, reference="B-9", buyer=AMARA, currency="USD", orders=shares)
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        ledger.post(posting)
    assert len([query for query in captured if "SAVEPOINT" not in query["sql"]]) == 1
    assert balances()["user:1:wallet"] == 10_000_000 - sum(share.wallet for share in shares)
    assert broken() == []


def test_a_balance_is_read_now_and_at_any_past_moment() -> None:
    moments: list[tuple[dt.datetime, int, int]] = []
    total = 0
    for number in range(1, 8):
        credit(100 * number)
        total += 100 * number
        moments.append((now(), total, -total))
    for moment, wallet, promotions in moments:
        assert ledger.balance_at("user:1:wallet", "USD", moment) == usd(wallet)
        assert ledger.balance_at("platform:demo", "USD", moment) == usd(promotions)
    long_ago = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    assert ledger.balance_at("user:1:wallet", "USD", long_ago) == usd(0)
    assert ledger.balance_at("user:2:wallet", "USD", now()) == usd(0)
    assert ledger.balance("user:1:wallet", "USD") == usd(total)


def test_every_balance_question_is_one_query() -> None:
    credit(500)
    for ask in (
        lambda: ledger.balance("user:1:wallet", "USD"),
        lambda: ledger.balance("platform:demo", "USD"),
        lambda: ledger.balance_at("user:1:wallet", "USD", dt.datetime.now(dt.UTC)),
        lambda: ledger.wallet_balances(AMARA),
        lambda: ledger.seller_balances(KOFI),
    ):
        with CaptureQueriesContext(connection) as captured:
            ask()
        assert len(captured) == 1


def test_asking_for_an_account_outside_the_chart_is_a_mistake() -> None:
    with pytest.raises(accounts.UnknownAccount):
        ledger.balance("user:1:pocket", "USD")


def test_time_never_runs_backwards_along_an_account() -> None:
    """A clock that is put back (or two clocks that differ) cannot put a line before the one it follows."""
    credit(500)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_clockoffset (id, \"offset\") VALUES (1, interval '-1 day')")
    credit(600)
    credit(700)
    times = list(Transfer.objects.order_by("id").values_list("at", flat=True))
    assert times == sorted(times)
    assert broken() == ["wallet.not_ahead_of_the_clock"]  # said until the clock has caught up


def test_a_correction_is_booked_once_and_names_what_it_corrects() -> None:
    credit(5000)
    wrong = post(sale())
    with transaction.atomic():
        done = ledger.reverse(wrong.movement_id, actor="staff:90", reason="Charged twice")
        again = ledger.reverse(wrong.movement_id, actor="staff:91", reason="Charged twice")
    assert again == ledger.Posted(done.movement_id, replayed=True)
    correction = Movement.objects.get(pk=done.movement_id)
    assert (correction.kind, correction.reverses_id, correction.memo) == (
        "reversed",
        wrong.movement_id,
        "Charged twice",
    )
    assert balances() == {"platform:demo": -5000, "user:1:wallet": 5000}
    assert broken() == []


def test_what_was_spent_since_cannot_be_taken_back() -> None:
    given = credit(1000)
    post(sale())
    before = counts(), balances()
    with pytest.raises(ledger.InsufficientFunds) as short, transaction.atomic():
        ledger.reverse(given.movement_id, actor="staff:90", reason="By mistake")
    assert short.value.missing == usd(1000)
    assert (counts(), balances()) == before


def test_amounts_keep_their_decimals_apart() -> None:
    """1,000 of the West African franc are 1,000 francs; of the Kuwaiti dinar, one."""
    credit(1000, currency="XOF")
    credit(1000, currency="KWD")
    assert ledger.balance("user:1:wallet", "XOF").plain == "1000"
    assert ledger.balance("user:1:wallet", "KWD").plain == "1.000"
    assert ledger.balance("user:1:wallet", "USD") == Money(0, "USD")


def test_platform_accounts_store_nothing_and_are_never_locked() -> None:
    credit(5000)
    post(sale())
    assert not Account.objects.filter(stored=False).exclude(balance=0, moved_at=None).exists()
