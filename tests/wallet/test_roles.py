"""The servers' role reaches the ledger's tables by `ledger_post` alone, whoever has taken it over and whatever they say.

Each refusal is also seen to come from the right that is missing: with that right given, the same words go through.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from psycopg import sql
from pytest_django import Settings

from banibs.dev.postgres import WEB_ROLE
from banibs.management import web_role
from tests import environment
from tests.servers import Servers
from tests.wallet.books import balances, broken, counts, credit, moved, usd
from tests.wallet.variants import MOVE_CHECKPOINTS, SOURCE, run
from wallet import ledger, movements
from wallet.posting import Posting

# Some of it gives the role another role for a moment, in the whole cluster: one worker does all of it.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("roles")]

LACKS_RIGHT = "42501"
AS_WRITER = "SET wallet.writer = 'ledger_post'; "  # what ledger_post itself says to the triggers


@pytest.fixture
def web() -> Iterator[psycopg.Connection]:
    """A connection as a server has it: the web role, on the test's database, in which Amara holds 50.00."""
    credit(5000)
    moved(after=1)
    with psycopg.connect(environment.web_url_of(_database()), autocommit=True) as opened:
        yield opened


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def posting(number: int = 77, amount: int = 700) -> Posting:
    return movements.demo_credited(user=1, number=number, amount=usd(amount))


def post(web: psycopg.Connection, one: Posting) -> str:
    """Posts as the web role; what ledger_post answered."""
    row = web.execute(ledger._POST.encode(), ledger._arguments(one)).fetchone()
    assert row is not None
    return str(row[0])


def books() -> tuple[object, ...]:
    return counts(), balances(), broken(), _column("SELECT count(*) FROM wallet_checkpoint")


def _column(query: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]


def state_of(web: psycopg.Connection, words: str) -> str:
    """The SQLSTATE that the database answers, "" when it does as it is told; undone again either way."""
    with web.transaction(force_rollback=True):
        try:
            web.execute(words.encode())
        except psycopg.Error as error:
            return error.sqlstate or "unknown"
    return ""


def refused(web: psycopg.Connection, words: str) -> None:
    """The web role may not, and the books are as they were."""
    before = books()
    assert state_of(web, words) == LACKS_RIGHT
    assert books() == before
    assert broken() == []


@contextmanager
def given(right: str, back: str) -> Iterator[None]:
    """The owner gives the web role something for a moment."""
    run(right)
    try:
        yield
    finally:
        run(back)


@contextmanager
def given_the_owner() -> Iterator[None]:
    """The web role belongs to the owner's role for a moment."""
    owner = sql.Identifier(str(_column("SELECT current_user")[0])).as_string(None)
    with given(f"GRANT {owner} TO {WEB_ROLE}", f"REVOKE {owner} FROM {WEB_ROLE}"):
        yield


def test_no_other_worker_runs_any_of_this_at_the_same_time(request: pytest.FixtureRequest) -> None:
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    assert alone or request.node.nodeid.endswith("@roles")


def test_the_web_role_posts_and_moves_checkpoints_by_the_functions(web: psycopg.Connection) -> None:
    assert post(web, posting()) == "posted"
    assert post(web, posting()) == "replayed"
    assert balances()["user:1:wallet"] == 5700
    checkpoints = _column("SELECT count(*) FROM wallet_checkpoint")
    web.execute("SELECT ledger_move_checkpoints(1)")
    moved(after=1)  # where an older transaction of another test was in the way of the words above
    assert _column("SELECT count(*) FROM wallet_checkpoint") != checkpoints
    assert ledger.balance("platform:demo", "USD") == usd(-5700)
    assert broken() == []


@pytest.mark.parametrize("table", web_role.LEDGER)
@pytest.mark.parametrize(
    ("right", "words"),
    [
        ("INSERT", AS_WRITER + "INSERT INTO {0} SELECT * FROM {0} LIMIT 1"),
        ("UPDATE", AS_WRITER + "UPDATE {0} SET id = id"),
        ("UPDATE", "SELECT * FROM {0} FOR UPDATE"),
        ("DELETE", "DELETE FROM {0}"),
        ("TRUNCATE", "TRUNCATE {0}"),
        (
            "TRIGGER",
            "CREATE TRIGGER mine BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION banibs_append_only()",
        ),
    ],
)
def test_it_may_read_a_table_of_the_ledger_and_nothing_else(
    web: psycopg.Connection, table: str, right: str, words: str
) -> None:
    assert state_of(web, f"SELECT * FROM {table}") == ""
    refused(web, words.format(table))
    with given(f"GRANT {right} ON {table} TO {WEB_ROLE}", f"REVOKE {right} ON {table} FROM {WEB_ROLE}"):
        assert state_of(web, words.format(table)) != LACKS_RIGHT


FORGED = {
    "UPDATE": AS_WRITER + "UPDATE wallet_account SET balance = balance + 1 WHERE code = 'user:1:wallet'",
    "INSERT": AS_WRITER
    + "INSERT INTO wallet_account (code, currency, floored, stored, balance) VALUES ('user:9:wallet', 'USD', true, true, 9)",
}


@pytest.mark.parametrize("right", FORGED)
def test_saying_that_it_is_the_writer_moves_nothing(web: psycopg.Connection, right: str) -> None:
    """What the triggers alone believed; with the right given they believe it still, and the audit finds it."""
    refused(web, FORGED[right])
    with given(
        f"GRANT {right} ON wallet_account TO {WEB_ROLE}", f"REVOKE {right} ON wallet_account FROM {WEB_ROLE}"
    ):
        web.execute(FORGED[right].encode())
    assert broken() != []


@pytest.mark.parametrize(
    "words",
    [
        "ALTER TABLE wallet_transfer DISABLE TRIGGER ALL",
        "ALTER TABLE wallet_account DISABLE TRIGGER wallet_account_one_writer",
        "DROP TRIGGER wallet_transfer_append_only ON wallet_transfer",
        "ALTER TABLE wallet_account DROP CONSTRAINT wallet_account_chart",
        "DROP TABLE wallet_checkpoint",
        "DROP FUNCTION ledger_move_checkpoints(bigint)",
        "ALTER FUNCTION ledger_move_checkpoints(bigint) RESET search_path",
        MOVE_CHECKPOINTS,
        "ALTER FUNCTION ledger_post RESET search_path",
        "CREATE OR REPLACE FUNCTION public.ledger_line(source text, target text, amount bigint, subject text) "
        "RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 'one'::text $$",
        "SELECT setval(pg_get_serial_sequence('wallet_movement', 'id'), 1)",
        "CREATE FUNCTION public.banibs_now(text) RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
        "CREATE TABLE public.mine (id int)",
        "UPDATE core_event SET kind = kind",
        "DELETE FROM django_migrations WHERE false",
    ],
)
def test_what_only_the_owner_may(web: psycopg.Connection, words: str) -> None:
    refused(web, words)
    with given_the_owner():
        assert state_of(web, words) != LACKS_RIGHT


def test_it_does_not_become_the_owner_or_switch_triggers_off(web: psycopg.Connection) -> None:
    owner = sql.Identifier(str(_column("SELECT current_user")[0])).as_string(None)
    become, switch_off = f"SET ROLE {owner}", "SET session_replication_role = replica"
    for words in (become, switch_off, f"SET SESSION AUTHORIZATION {owner}"):
        refused(web, words)
    with given_the_owner():
        assert state_of(web, become) == ""
        assert state_of(web, f"{become}; {switch_off}") == ""


SHADOWS = """
CREATE TEMP TABLE wallet_account (LIKE public.wallet_account INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE TEMP TABLE wallet_movement (LIKE public.wallet_movement INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE TEMP TABLE wallet_transfer (LIKE public.wallet_transfer INCLUDING DEFAULTS INCLUDING IDENTITY INCLUDING INDEXES);
CREATE FUNCTION pg_temp.banibs_now() RETURNS timestamptz LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'mine'; END $$;
SET search_path = pg_temp, public;
"""


def shadowed(web: psycopg.Connection) -> list[int]:
    """Posts with tables and a function of the web role's own before the real ones; how many rows its tables have."""
    web.execute(SHADOWS.encode())
    web.execute(
        ledger._POST.replace("ledger_post(", "public.ledger_post(").encode(), ledger._arguments(posting())
    )
    tables = ("wallet_account", "wallet_movement", "wallet_transfer")
    counted = [web.execute(f"SELECT count(*) FROM pg_temp.{table}".encode()).fetchone() for table in tables]
    return [row[0] for row in counted if row is not None]


def test_names_of_its_own_before_the_real_ones_are_not_looked_at(web: psycopg.Connection) -> None:
    assert shadowed(web) == [0, 0, 0]
    assert balances()["user:1:wallet"] == 5700
    assert broken() == []


def test_the_same_of_many_at_once(web: psycopg.Connection) -> None:
    both = [posting(), posting(78)]
    words = ledger._POST_MANY.encode()
    assert [row[1] for row in web.execute(words, ledger._arguments_of_many(both))] == ["posted"] * 2
    web.execute(SHADOWS.encode())
    words = words.replace(b"ledger_post_many(", b"public.ledger_post_many(")
    again = [row[1] for row in web.execute(words, ledger._arguments_of_many([*both, posting(79)]))]
    assert again == ["replayed", "replayed", "posted"]
    assert balances()["user:1:wallet"] == 7100
    assert broken() == []


def test_without_the_fixed_search_path_they_would_be(web: psycopg.Connection) -> None:
    before = books()
    run(SOURCE.replace("SET search_path = public, pg_temp", ""))
    try:
        assert shadowed(web) == [2, 1, 1]
    finally:
        run(SOURCE)
    assert books() == before  # what was answered as posted stands in no book


def test_nobody_else_may_call_the_functions_that_write(web: psycopg.Connection) -> None:
    query = """SELECT p.proname FROM pg_proc p
                WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace AND {} ORDER BY 1"""
    assert _column(query.format("true")) == [
        "ledger_move_checkpoints",
        "ledger_post",
        "ledger_post_many",
    ]
    assert _column(query.format("has_function_privilege('public', p.oid, 'EXECUTE')")) == []
    assert _column(query.format("p.proconfig::text NOT LIKE '%search_path=%'")) == []


# The command that gives the rights ------------------------------------------------------------------------


@pytest.fixture
def two_roles(settings: Settings, web: psycopg.Connection) -> None:
    """The settings of production: the tests are the owner, the servers are not."""
    settings.DATABASE_WEB_ROLE = WEB_ROLE


@pytest.mark.usefixtures("two_roles")
def test_rights_that_came_in_are_taken_back_and_a_new_table_is_reached(web: psycopg.Connection) -> None:
    run(
        f"GRANT INSERT, UPDATE (balance) ON wallet_account TO {WEB_ROLE}; GRANT INSERT ON wallet_transfer TO PUBLIC"
    )
    run("CREATE TABLE fresh (id serial PRIMARY KEY)")
    try:
        assert state_of(web, "INSERT INTO fresh DEFAULT VALUES") == LACKS_RIGHT
        call_command("grant_web_role", verbosity=0)
        call_command("grant_web_role", verbosity=0)
        assert state_of(web, "INSERT INTO fresh DEFAULT VALUES") == ""
    finally:
        run("DROP TABLE fresh")
    refused(web, FORGED["UPDATE"])
    refused(web, FORGED["INSERT"])
    refused(web, AS_WRITER + "INSERT INTO wallet_transfer SELECT * FROM wallet_transfer")


TOO_MUCH: dict[str, Callable[[], tuple[str, str]]] = {
    "may write wallet_account": lambda: (
        f"GRANT pg_write_all_data TO {WEB_ROLE}",
        f"REVOKE pg_write_all_data FROM {WEB_ROLE}",
    ),
    "may give itself other roles": lambda: (
        f"ALTER ROLE {WEB_ROLE} CREATEROLE",
        f"ALTER ROLE {WEB_ROLE} NOCREATEROLE",
    ),
    "may make functions and tables": lambda: (
        "CREATE ROLE builders; GRANT CREATE ON SCHEMA public TO builders; GRANT builders TO banibs_web",
        "REVOKE ALL ON SCHEMA public FROM builders; DROP ROLE builders",
    ),
    "pg_execute_server_program may run programs": lambda: (
        f"GRANT pg_execute_server_program TO {WEB_ROLE}",
        f"REVOKE pg_execute_server_program FROM {WEB_ROLE}",
    ),
    "pg_write_server_files may run programs or write files": lambda: (
        f"GRANT pg_write_server_files TO {WEB_ROLE}",
        f"REVOKE pg_write_server_files FROM {WEB_ROLE}",
    ),
    "may switch triggers off": lambda: (
        f"GRANT SET ON PARAMETER session_replication_role TO {WEB_ROLE}",
        f"REVOKE SET ON PARAMETER session_replication_role FROM {WEB_ROLE}",
    ),
    "may copy the whole cluster": lambda: (
        f"ALTER ROLE {WEB_ROLE} REPLICATION",
        f"ALTER ROLE {WEB_ROLE} NOREPLICATION",
    ),
    "security of rows": lambda: (
        f"ALTER ROLE {WEB_ROLE} BYPASSRLS",
        f"ALTER ROLE {WEB_ROLE} NOBYPASSRLS",
    ),
}


@pytest.mark.usefixtures("two_roles")
@pytest.mark.parametrize("words", TOO_MUCH)
def test_a_role_that_could_write_after_all_is_refused(words: str) -> None:
    with given(*TOO_MUCH[words]()), pytest.raises(CommandError, match=words):
        call_command("grant_web_role")
    call_command("grant_web_role", verbosity=0)


@pytest.mark.usefixtures("two_roles")
def test_looking_what_migrations_are_missing_changes_no_right(web: psycopg.Connection) -> None:
    with given(
        f"GRANT INSERT ON wallet_transfer TO {WEB_ROLE}", f"REVOKE INSERT ON wallet_transfer FROM {WEB_ROLE}"
    ):
        call_command("migrate", check_unapplied=True, verbosity=0)
        call_command("migrate", plan=True, verbosity=0)
        assert web.execute("SELECT has_table_privilege('wallet_transfer', 'INSERT')").fetchone() == (True,)
        call_command("migrate", verbosity=0)
        assert web.execute("SELECT has_table_privilege('wallet_transfer', 'INSERT')").fetchone() == (False,)


LATER = """INSERT INTO core_clockoffset (id, "offset") VALUES (1, interval '-400 days')"""


@pytest.mark.usefixtures("two_roles")
def test_outside_development_it_does_not_say_when_a_movement_was(
    settings: Settings, web: psycopg.Connection
) -> None:
    try:
        settings.DEVELOPMENT = False
        call_command("grant_web_role", verbosity=0)
        refused(web, LATER)
        refused(web, "UPDATE core_clockoffset SET id = id")
        assert post(web, posting()) == "posted"  # which reads the clock
    finally:
        settings.DEVELOPMENT = True
        call_command("grant_web_role", verbosity=0)
    assert state_of(web, LATER) == ""


def test_one_role_alone_has_nobody_to_grant_to() -> None:
    with pytest.raises(CommandError, match="name one role"):
        call_command("grant_web_role")


@pytest.mark.usefixtures("two_roles")
def test_a_missing_role_is_made_with_the_password_of_its_address(settings: Settings) -> None:
    settings.DATABASE_WEB_ROLE, settings.DATABASE_WEB_PASSWORD = "banibs_fresh", "indigo"
    try:
        call_command("grant_web_role", verbosity=0)
        stored = _column("SELECT rolpassword FROM pg_authid WHERE rolname = 'banibs_fresh' AND rolcanlogin")
        assert str(stored[0]).startswith("SCRAM-SHA-256$")
    finally:
        run("DROP OWNED BY banibs_fresh; DROP ROLE banibs_fresh")


# The servers ----------------------------------------------------------------------------------------------


def test_the_tests_servers_are_that_role_and_say_so(live: Servers) -> None:
    import requests

    assert requests.get(f"{live.url}/readyz", timeout=10).json()["ledger"] == "written by ledger_post alone"
    query = "SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    assert WEB_ROLE in _column(query)


@pytest.mark.parametrize(
    ("right", "back"),
    [
        (
            f"GRANT UPDATE (balance) ON wallet_account TO {WEB_ROLE}",
            f"REVOKE UPDATE (balance) ON wallet_account FROM {WEB_ROLE}",
        ),
        (
            f"GRANT DELETE ON wallet_checkpoint TO {WEB_ROLE}",
            f"REVOKE DELETE ON wallet_checkpoint FROM {WEB_ROLE}",
        ),
        (f"GRANT pg_write_all_data TO {WEB_ROLE}", f"REVOKE pg_write_all_data FROM {WEB_ROLE}"),
    ],
)
def test_a_server_that_may_write_a_little_of_the_ledger_says_so(live: Servers, right: str, back: str) -> None:
    import requests

    with given(right, back):
        assert requests.get(f"{live.url}/readyz", timeout=10).json()["ledger"] == "open to this role"
    assert requests.get(f"{live.url}/readyz", timeout=10).json()["ledger"] == "written by ledger_post alone"


def test_a_server_that_is_the_owner_says_that_too(client: Client) -> None:
    assert client.get("/readyz").json()["ledger"] == "open to this role"
