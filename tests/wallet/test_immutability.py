"""F8, F9: what was written stands, whoever asks and however; what is wrong is never written."""

from collections.abc import Callable

import pytest
from django.db import Error, IntegrityError, connection, transaction
from django.db.models import ProtectedError

from tests.wallet.books import balances, broken, counts, credit
from wallet.models import Movement, Transfer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def some_books(db: None) -> None:
    credit(5000)
    credit(700, currency="GBP")
    sql(
        "SET CONSTRAINTS ALL IMMEDIATE"
    )()  # a table with checks still to come cannot be truncated or altered at all


def refused(attempt: Callable[[], object], *, sqlstate: str = "BN001") -> None:
    """The attempt fails in the database with this SQLSTATE, and the books are as they were."""
    before = counts(), balances(), broken()
    with pytest.raises(Error) as error, transaction.atomic():
        attempt()
    assert error.value.__cause__.sqlstate == sqlstate  # type: ignore[union-attr]
    assert (counts(), balances(), broken()) == before


def sql(text: str) -> Callable[[], object]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(text)

    return run


AS_WRITER = "SET LOCAL wallet.writer = 'ledger_post'; "  # as ledger_post itself would, had it a mistake in it


@pytest.mark.parametrize("table", ["wallet_movement", "wallet_transfer"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET id = id",
        "UPDATE {} SET at = at WHERE false",
        "DELETE FROM {}",
        "DELETE FROM {} WHERE false",
        "TRUNCATE {} CASCADE",
        "INSERT INTO {} SELECT * FROM {} LIMIT 1 ON CONFLICT (id) DO UPDATE SET at = now()",
    ],
)
def test_raw_sql_changes_nothing_that_was_written(table: str, statement: str) -> None:
    refused(sql(AS_WRITER + statement.format(table, table)))


@pytest.mark.parametrize("model", [Movement, Transfer])
def test_the_orm_changes_nothing_that_was_written(model: type[Movement] | type[Transfer]) -> None:
    row = model.objects.order_by("id").last()
    assert row is not None
    refused(lambda: model.objects.update(at=row.at))
    refused(lambda: row.save())
    refused(lambda: model.objects.filter(pk=row.pk)._raw_delete("default"))
    refused(lambda: model.objects.bulk_update([row], ["at"]))
    if model is Transfer:
        refused(lambda: row.delete())
    else:
        with pytest.raises(ProtectedError), transaction.atomic():
            row.delete()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE wallet_account SET code = 'user:2:wallet' WHERE code = 'user:1:wallet'",
        "UPDATE wallet_account SET currency = 'EUR'",
        "UPDATE wallet_account SET floored = false",
        "UPDATE wallet_account SET stored = true",
        "DELETE FROM wallet_account WHERE code = 'platform:demo'",
        "TRUNCATE wallet_account CASCADE",
    ],
)
def test_an_account_stays_what_it_was_opened_as(change: str) -> None:
    refused(sql(change))


_OPEN = "INSERT INTO wallet_account (code, currency, floored, stored, balance) "


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE wallet_account SET balance = -1 WHERE code = 'user:1:wallet' AND currency = 'USD'",
        "UPDATE wallet_account SET balance = 1 WHERE code = 'platform:demo'",
        _OPEN + "VALUES ('user:9:pocket', 'USD', true, true, 0)",
        _OPEN + "VALUES ('user:9:wallet', 'USD', false, true, 0)",
        _OPEN + "VALUES ('platform:revenue', 'usd', false, false, 0)",
    ],
)
def test_an_account_is_never_other_than_its_kind(change: str) -> None:
    refused(sql(AS_WRITER + change), sqlstate="23514")
    refused(sql(change), sqlstate="BN002")


_RAW = """
INSERT INTO wallet_transfer
       (movement_id, source_id, target_id, amount, currency, subject, source_balance, target_balance)
SELECT m.id, s.id, t.id, {amount}, '{currency}', '{subject}', NULL, t.balance
  FROM wallet_movement m, wallet_account s, wallet_account t
 WHERE m.key LIKE 'demo:1:usd:%' AND s.code = '{source}' AND s.currency = 'USD'
   AND t.code = 'user:1:wallet' AND t.currency = '{target_currency}'
"""
GOOD = {
    "amount": 1,
    "currency": "USD",
    "subject": "",
    "source": "platform:demo",
    "target_currency": "USD",
}


@pytest.mark.parametrize(
    ("wrong", "sqlstate"),
    [
        ({"amount": 0}, "23514"),
        ({"amount": -5}, "23514"),
        ({"source": "user:1:wallet"}, "23514"),
        ({"subject": "whatever it is"}, "23514"),
    ],
)
def test_a_transfer_written_by_a_mistake_in_the_code_is_refused_at_once(
    wrong: dict[str, object], sqlstate: str
) -> None:
    refused(sql(AS_WRITER + _RAW.format(**{**GOOD, **wrong})), sqlstate=sqlstate)


@pytest.mark.parametrize("wrong", [{}, {"currency": "GBP"}, {"target_currency": "GBP"}])
def test_nothing_but_the_ledger_writes_a_transfer(wrong: dict[str, object]) -> None:
    """Not even a good one: so none that mixes currencies, and none without its balances."""
    refused(sql(_RAW.format(**{**GOOD, **wrong})), sqlstate="BN002")


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO wallet_movement (key, kind, fingerprint, reference, actor, memo) "
        "VALUES ('lesson:1', 'order_paid', '', '', 'system', '')",
        "UPDATE wallet_account SET balance = balance + 1 WHERE code = 'user:1:wallet'",
        "UPDATE wallet_account SET moved_at = now()",
        "INSERT INTO wallet_account (code, currency, floored, stored, balance) "
        "VALUES ('user:9:wallet', 'USD', true, true, 100)",
    ],
)
def test_nothing_but_the_ledger_writes_a_movement_or_a_balance(statement: str) -> None:
    refused(sql(statement), sqlstate="BN002")


def test_the_ledger_is_the_writer_only_while_it_writes() -> None:
    credit(1)
    refused(sql("UPDATE wallet_account SET balance = balance + 1"), sqlstate="BN002")


def test_a_key_is_written_once_and_a_movement_reversed_once() -> None:
    row = Movement.objects.order_by("id").first()
    assert row is not None
    sql(AS_WRITER)()
    again = Movement(key=row.key, kind=row.kind, fingerprint=row.fingerprint, actor="system")
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)
    first = Movement(key="lesson:1", kind="reversed", fingerprint=b"", actor="system", reverses=row)
    second = Movement(key="lesson:2", kind="reversed", fingerprint=b"", actor="system", reverses=row)
    first.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save(force_insert=True)


def test_with_the_guard_off_the_same_change_goes_through() -> None:
    """The refusals above come from the triggers and from nothing else; and then the audit finds what was
    done.
    """
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE wallet_transfer DISABLE TRIGGER wallet_transfer_append_only")
        cursor.execute("UPDATE wallet_transfer SET amount = amount + 1 WHERE currency = 'USD'")
    assert set(broken()) == {
        "wallet.balance_is_its_transfers",
        "wallet.running_balances",
        "wallet.fingerprints",
        "wallet.sums_to_zero",
    }
