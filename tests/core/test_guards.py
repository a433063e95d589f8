"""What the database refuses is what the release left, and `guards.json` says what that is."""

import io

import pytest
from django.core.management import call_command
from django.db import connection

from banibs.core import audit, guards

pytestmark = pytest.mark.django_db


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def broken() -> list[str]:
    (found,) = audit.run([guards.check()])
    return [f"{row['guard']} {row['what']}" for row in found.rows]


def test_the_file_is_of_the_migrations_as_they_are() -> None:
    """After a migration of these apps: `manage.py guard_hashes --write` on a database that it has made."""
    assert guards.standing() == guards.kept()["guards"]
    assert guards.migrations() == guards.kept()["migrations"]
    assert broken() == []


def test_the_guards_that_matter_most_are_in_it() -> None:
    kept = guards.kept()["guards"]
    for guard in (
        "function banibs_append_only()",
        "function wallet_one_writer()",
        "trigger wallet_account.wallet_account_one_writer",
        "trigger core_event.event_append_only",
        "constraint wallet_movement.wallet_movement_once",
        "constraint wallet_account.wallet_account_floor",
        "index payments_intent.intent_one_succeeded",
        "constraint payments_payment.payment_reserved_within",
    ):
        assert guard in kept
    assert any(name.startswith("function ledger_post(") for name in kept)


def test_a_reference_that_is_no_longer_held_is_named() -> None:
    """Foreign keys are triggers inside: switched off they let anything through, and look as they did."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    sql("ALTER TABLE payments_refund DISABLE TRIGGER ALL")
    assert broken()
    assert all(one.startswith("constraint ") and one.endswith(" differs") for one in broken())


def test_what_is_missing_and_what_is_not_ours_are_told_apart() -> None:
    sql("ALTER TABLE wallet_account DROP CONSTRAINT wallet_account_floor")
    sql("ALTER TABLE wallet_account ADD CONSTRAINT wallet_account_helpful CHECK (balance < 10)")
    assert sorted(broken()) == [
        "constraint wallet_account.wallet_account_floor missing",
        "constraint wallet_account.wallet_account_helpful not ours",
    ]


def test_conditions_that_came_back_from_a_back_up_are_the_same() -> None:
    """pg_dump writes what pg_get_constraintdef says, and a server that read that says it another way."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
                WHERE contype = 'c' AND conrelid::regclass::text ~ '^(wallet|payments|marketplace)_'
                ORDER BY 1, 2"""
        )
        kept = cursor.fetchall()
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    for table, name, definition in kept:
        sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} {definition}")
    assert len(kept) > 40
    assert broken() == []


def test_while_a_newer_release_is_brought_up_its_guards_are_its_own_to_ask() -> None:
    sql("ALTER TABLE wallet_account DROP CONSTRAINT wallet_account_floor")
    sql("INSERT INTO django_migrations (app, name, applied) VALUES ('wallet', '9001_next', now())")
    assert broken() == []
    sql("UPDATE django_migrations SET applied = now() - interval '61 minutes' WHERE name = '9001_next'")
    assert broken() == ["constraint wallet_account.wallet_account_floor missing"]


def test_the_command_names_what_differs() -> None:
    out = io.StringIO()
    call_command("guard_hashes", stdout=out)
    assert out.getvalue().endswith(" guards, 0 differ.\n")
    sql("DROP TRIGGER event_append_only ON core_event")
    with pytest.raises(SystemExit):
        call_command("guard_hashes", stdout=out)
    assert "trigger core_event.event_append_only\n" in out.getvalue()
