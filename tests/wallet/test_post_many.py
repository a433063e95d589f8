"""Many movements in one statement are what `ledger.post` makes of them one after the other, or nothing at all."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.wallet.books import AMARA, KOFI, ZURI, balances, broken, counts, credit, post, usd
from tests.wallet.children import Killer, at_once, child, wait_for
from tests.wallet.test_races import kinds, sale
from tests.wallet.variants import ledger_post_many, run
from wallet import accounts, ledger, movements
from wallet.models import Movement, Transfer
from wallet.posting import Posting
from wallet.posting import Transfer as Part

pytestmark = pytest.mark.django_db(transaction=True)


def cleared(order: int, amount: int = 100, *, seller: int = KOFI, currency: str = "USD") -> Posting:
    """What an order of Kofi's held, to his available balance."""
    held = ledger.Money(amount, currency)
    return movements.funds_cleared(order=order, seller=seller, held=held, reference=f"B-{order}")


def post_many(*postings: Posting) -> list[ledger.Posted]:
    """In a transaction of its own."""
    with transaction.atomic():
        return ledger.post_many(postings)


def pending(amount: int, *, seller: int = KOFI) -> None:
    """A shop has sold for this much."""
    credit(amount + 100)
    post(sale(900 + seller, seller=seller, amount=amount + 100))


def test_five_hundred_movements_are_one_statement_and_one_change_of_each_balance() -> None:
    pending(50_000)
    accounts_before = counts()[2]
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        posted = ledger.post_many([cleared(order) for order in range(1, 501)])
    assert len([query for query in captured if "SAVEPOINT" not in query["sql"]]) == 1
    assert balances()["seller:7:available"] == 50_000
    assert "seller:7:pending" not in balances()
    keys = list(Movement.objects.filter(pk__in=[one.movement_id for one in posted]).order_by("pk"))
    assert [one.key for one in keys] == [f"order:{order}:cleared" for order in range(1, 501)]
    assert {(one.kind, one.reference) for one in keys[:1]} == {("funds_cleared", "B-1")}
    lines = Transfer.objects.filter(movement__kind="funds_cleared").order_by("movement_id")
    assert [row.target_balance for row in lines] == list(range(100, 50_001, 100))
    assert counts()[2] == accounts_before + 1
    assert broken() == []


def test_each_is_found_again_by_its_key_one_by_one_and_together() -> None:
    pending(300)
    first = post_many(cleared(1), cleared(2))
    before = counts(), balances()
    assert post(cleared(2)) == ledger.Posted(first[1].movement_id, replayed=True)
    assert post_many(cleared(1), cleared(2)) == [ledger.Posted(one.movement_id, True) for one in first]
    assert (counts(), balances()) == before

    alone = post(cleared(3))
    assert post_many(cleared(3), cleared(1)) == [
        ledger.Posted(alone.movement_id, True),
        ledger.Posted(first[0].movement_id, True),
    ]
    assert broken() == []


def test_some_known_and_some_new_writes_the_new_alone() -> None:
    pending(300)
    known = post(cleared(2))
    posted = post_many(cleared(1), cleared(2), cleared(3))
    assert [one.replayed for one in posted] == [False, True, False]
    assert posted[1].movement_id == known.movement_id
    assert balances()["seller:7:available"] == 300
    assert broken() == []


def test_a_key_of_something_else_refuses_all_of_them() -> None:
    pending(300)
    known = post(cleared(2))
    before = counts(), balances()
    with transaction.atomic():
        with pytest.raises(ledger.KeyReused) as refused:
            ledger.post_many([cleared(1), cleared(2, 101), cleared(3)])
        assert (counts(), balances()) == before  # and the transaction is still good
    assert (refused.value.posting.key, refused.value.movement_id) == ("order:2:cleared", known.movement_id)


def test_a_floor_refuses_all_of_them_and_says_what_was_missing_where() -> None:
    pending(250)
    before = counts()[:2], balances()
    with transaction.atomic():
        with pytest.raises(ledger.InsufficientFunds) as short:
            ledger.post_many([cleared(1), cleared(2), cleared(3)])
        assert (counts()[:2], balances()) == before
    assert (short.value.account, short.value.missing) == ("seller:7:pending", usd(50))


def test_the_floor_is_met_after_each_movement_and_not_only_at_the_end() -> None:
    """As one after the other: what a later one brings does not cover an earlier one."""
    spend = movements.wallet_reserved(payment=1, attempt=1, buyer=AMARA, amount=usd(100))
    earn = movements.demo_credited(user=AMARA, number=1_000_001, amount=usd(100))
    with pytest.raises(ledger.InsufficientFunds):
        post_many(spend, earn)
    assert counts() == (0, 0, 0)
    post_many(earn, spend)
    assert balances() == {"platform:demo": -100, "user:1:reserved": 100}
    assert broken() == []


def test_a_cap_holds_too() -> None:
    agreed = movements.debt_agreed(debt=1, seller=KOFI, amount=usd(100))
    repaid = movements.debt_share(order=1, debt=1, seller=KOFI, amount=usd(60))
    again = movements.debt_share(order=2, debt=1, seller=KOFI, amount=usd(60))
    with pytest.raises(ledger.InsufficientFunds) as short:
        post_many(agreed, repaid, again)
    assert (short.value.account, short.value.missing) == ("seller:7:debt", usd(20))
    assert balances() == {}


def test_what_cannot_be_one_statement_is_refused_before_the_database() -> None:
    before = counts()
    with pytest.raises(RuntimeError, match="in the transaction"):
        ledger.post_many([cleared(1)])
    for wrong, words in (
        ([cleared(1), cleared(2, currency="GBP")], "two currencies"),
        ([cleared(1), cleared(1)], "one key"),
        ([Posting("order:1:cleared", "funds_cleared", "USD", ())], "moves nothing"),
        (
            [Posting("lesson:1", "demo_credited", "USD", (Part("platform:demo", "user:1:pocket", 1),))],
            "pocket",
        ),
    ):
        with pytest.raises((ValueError, accounts.UnknownAccount), match=words):
            post_many(*wrong)
    assert post_many() == []
    assert counts() == before


def test_the_database_itself_refuses_a_key_twice_and_a_movement_of_nothing() -> None:
    twice = ledger._arguments_of_many([cleared(1), cleared(1)])
    empty = ledger._arguments_of_many([cleared(1), Posting("lesson:1", "demo_credited", "USD", ())])
    before = counts()
    for arguments in (twice, empty):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ledger._POST_MANY, arguments)
    assert counts() == before


@pytest.mark.parametrize("seed", range(12))
def test_random_batches_are_what_posting_one_by_one_makes(seed: int) -> None:
    """The same movements, fingerprints, lines and balances; and refused when one of them would be."""
    draw = random.Random(seed)
    credit(20_000)
    credit(20_000, user=2)
    known: list[Posting] = []
    for batch in range(8):
        wanted = [drawn(draw, batch * 100 + n) for n in range(draw.randrange(1, 12))]
        if known and draw.random() < 0.5:
            wanted.insert(draw.randrange(len(wanted) + 1), draw.choice(known))
        expected = one_by_one(wanted)
        start = counts()
        if isinstance(expected, Exception):
            with pytest.raises(type(expected)) as refusal:
                post_many(*wanted)
            assert (str(refusal.value), counts()) == (str(expected), start)
        else:
            post_many(*wanted)
            assert written(wanted) == expected
            known += wanted
    assert broken() == []


def drawn(draw: random.Random, number: int) -> Posting:
    """A movement of wallets, shops or BANIBS."""
    user, seller, amount = draw.randrange(1, 3), draw.choice((KOFI, ZURI)), draw.randrange(1, 3000)
    choice = draw.randrange(5)
    if choice == 0:
        return movements.demo_credited(user=user, number=5_000_000 + number, amount=usd(amount))
    if choice in (1, 2):
        return sale(number + 1, buyer=user, seller=seller, amount=amount + 100)
    if choice == 3:
        return cleared(number + 1, amount, seller=seller)
    return movements.debt_agreed(debt=number + 1, seller=seller, amount=usd(amount))


def one_by_one(wanted: list[Posting]) -> Exception | list[tuple[Any, ...]]:
    """What `post` makes of them in their order; then it is undone."""
    with transaction.atomic():
        try:
            for one in wanted:
                ledger.post(one)
            return written(wanted)
        except (ledger.InsufficientFunds, ledger.KeyReused) as refusal:
            return refusal
        finally:
            transaction.set_rollback(True)


def written(wanted: list[Posting]) -> list[tuple[Any, ...]]:
    """Every column that is not a number or a time of its own."""
    rows = Transfer.objects.filter(movement__key__in=[one.key for one in wanted]).order_by(
        "movement_id", "id"
    )
    return [
        *rows.values_list(
            "movement__key", "movement__kind", "movement__fingerprint", "movement__reference", "movement__actor",
            "source__code", "target__code", "amount", "currency", "subject", "source_balance", "target_balance",
        ),
        tuple(sorted(balances().items())),
    ]  # fmt: skip


# At once --------------------------------------------------------------------------------------------------


def test_four_posts_of_the_same_many_are_one() -> None:
    pending(1000)
    answers = at_once(lambda _: post_many(*[cleared(order) for order in range(1, 11)]), 4)
    assert sorted(one[0].replayed for one in answers) == [False, True, True, True]
    assert balances()["seller:7:available"] == 1000
    assert broken() == []


def test_batches_and_single_ones_that_meet_at_keys_and_accounts_wait_and_never_ring() -> None:
    """Two shops named in opposite orders, and a part of the keys posted alone at the same moment."""
    pending(2000)
    pending(2000, seller=ZURI)
    for seller in (KOFI, ZURI):
        post(cleared(800 + seller, seller=seller))  # every account is open: opening puts the racers in a row

    def work(number: int) -> Any:
        orders = range(1, 11)
        of_kofi = [cleared(order) for order in orders]
        of_zuri = [cleared(100 + order, seller=ZURI) for order in orders]
        if number % 3 == 0:
            return post_many(*of_kofi, *of_zuri)
        if number % 3 == 1:
            return post_many(*of_zuri, *of_kofi)
        return post(of_kofi[number])

    answers = at_once(work, 8)
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert Movement.objects.filter(kind="funds_cleared").count() == 22
    assert (balances()["seller:7:available"], balances()["seller:8:available"]) == (1100, 1100)
    assert broken() == []


def test_many_of_one_shop_do_not_wait_for_many_of_another() -> None:
    pending(500)
    pending(500, seller=ZURI)
    with transaction.atomic():
        ledger.post_many([cleared(1), cleared(2)])

        def other(_: int) -> Any:
            run("SET lock_timeout = '2s'")
            try:
                return post_many(cleared(11, seller=ZURI), cleared(12, seller=ZURI))
            finally:
                run("RESET lock_timeout")

        (answer,) = at_once(other, 1)
    assert kinds(answer) == {"posted": 2}
    assert broken() == []


def test_two_with_the_money_of_one_are_one() -> None:
    pending(1000)
    post(cleared(999, 1))
    answers = at_once(lambda n: post_many(*[cleared(n * 100 + order) for order in range(1, 7)]), 2)
    assert kinds([one for one in answers if isinstance(one, Exception)]) == {"InsufficientFunds": 1}
    assert balances()["seller:7:available"] == 601
    assert broken() == []


def test_without_the_lock_two_batches_spend_the_same_money() -> None:
    pending(1000)
    post(cleared(999, 1))
    with ledger_post_many((" FOR NO KEY UPDATE", "")):
        answers = at_once(lambda n: post_many(*[cleared(n * 100 + order) for order in range(1, 7)]), 2)
    assert [one for one in answers if isinstance(one, Exception)] == []
    assert "wallet.balance_is_its_transfers" in broken()


def test_without_the_second_look_a_batch_told_twice_finds_the_money_gone() -> None:
    """It answers from its first look, before the lock: the other has moved the money since."""
    pending(600)
    post(cleared(999, 1))
    work = lambda _: post_many(*[cleared(order) for order in range(1, 6)])  # noqa: E731
    with ledger_post_many(("IF NOT held.same THEN", "IF look = 2 THEN EXIT; END IF; IF NOT held.same THEN")):
        answers = at_once(work, 4)
    assert any(isinstance(one, Exception) for one in answers)
    assert balances()["seller:7:available"] == 501
    assert broken() == []


def test_killed_before_or_after_its_one_statement_and_its_commit() -> None:
    pending(10_000)
    done = counts()[0]
    for at in (1, 2):
        for after in (False, True):
            orders = [at * 100 + after * 50 + n for n in range(20)]

            def die(orders: list[int] = orders, at: int = at, after: bool = after) -> None:
                with Killer(at=at, after=after):
                    post_many(*map(cleared, orders))

            assert wait_for(*child(die)) is None  # it was killed
            assert counts()[0] - done == (20 if at == 2 and after else 0)
            post_many(*map(cleared, orders))
            done += 20
            assert counts()[0] == done
    assert balances()["seller:7:available"] == 4 * 20 * 100
    assert broken() == []
