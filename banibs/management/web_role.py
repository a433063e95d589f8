"""The rights of the role that the servers connect as: all that they need, and of the ledger's tables to read alone.

The owner (DATABASE_OWNER_URL) makes the tables and owns the functions; the web role (DATABASE_URL) reaches the ledger's
tables by `ledger_post`, `ledger_post_many` and `ledger_move_checkpoints`, which run with their owner's rights. Rule: docs
"Money", The ledger.
"""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, transaction
from psycopg import sql

from banibs.core.models import ClockOffset, Event
from wallet.models import Account, Checkpoint, Movement, Transfer

LEDGER = tuple(model._meta.db_table for model in (Account, Movement, Transfer, Checkpoint))
USUAL = "SELECT, INSERT, UPDATE, DELETE"
RIGHTS = {
    **dict.fromkeys(LEDGER, "SELECT"),
    Event._meta.db_table: "SELECT, INSERT",  # append-only
    "django_migrations": "SELECT",
}
# Every time in the ledger is read by this offset: who writes it, dates movements. The clock page of development does.
CLOCK = ClockOffset._meta.db_table

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('banibs:web_role', 0))"
_OWN_TABLES = """
SELECT c.relname FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relowner = current_user::regrole
 ORDER BY c.relname
"""
# The numbers of identity columns need no right of their own; these are the others.
_OWN_SEQUENCES = """
SELECT c.relname FROM pg_class c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S' AND c.relowner = current_user::regrole
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'i')
 ORDER BY c.relname
"""
_OWN_FUNCTIONS = """
SELECT p.oid::regprocedure::text FROM pg_proc p
 WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = current_user::regrole ORDER BY 1
"""
# What a role could do after all: by itself, by a role it belongs to, or by what anybody may.
_TOO_MUCH = """
WITH could AS (
  SELECT r.* FROM pg_roles r WHERE pg_has_role(coalesce(%(role)s::name, session_user), r.oid, 'MEMBER'))
SELECT r.rolname || ' may write ' || t.name
  FROM could r CROSS JOIN unnest(%(ledger)s::text[]) AS t(name)
 WHERE has_table_privilege(r.oid, to_regclass(t.name), 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
    OR has_any_column_privilege(r.oid, to_regclass(t.name), 'INSERT, UPDATE')
 UNION ALL
SELECT r.rolname || ' may make functions and tables in the schema public' FROM could r
 WHERE has_schema_privilege(r.oid, 'public', 'CREATE')
 UNION ALL
SELECT r.rolname || ' may give itself other roles' FROM could r WHERE r.rolcreaterole
 UNION ALL
SELECT r.rolname || ' may copy the whole cluster or get round the security of rows' FROM could r
 WHERE r.rolreplication OR r.rolbypassrls
 UNION ALL
SELECT r.rolname || ' may run programs or write files as the database server' FROM could r
 WHERE r.rolname IN ('pg_execute_server_program', 'pg_write_server_files')
"""
# Before version 15 only a superuser can, who is found by the words above.
_TRIGGERS_OFF = """
 UNION ALL
SELECT r.rolname || ' may switch triggers off' FROM could r
 WHERE has_parameter_privilege(r.oid, 'session_replication_role', 'SET')
"""


def separate() -> bool:
    """Whether the servers connect as another role than the owner."""
    return settings.DATABASE_OWNER_ROLE != settings.DATABASE_WEB_ROLE


def grant() -> int:
    """Gives the web role what it needs of every table, and nothing more; returns of how many tables. Idempotent.

    Run as the owner. The role is made, with the password in DATABASE_URL, when it is missing and the owner may make
    roles. Raises CommandError, and changes nothing, when the role could write the ledger's tables after all.
    """
    name = settings.DATABASE_WEB_ROLE
    if not separate():
        raise CommandError("DATABASE_OWNER_URL and DATABASE_URL name one role: there is nobody to grant to.")
    role = sql.Identifier(name)
    with transaction.atomic():
        _run(sql.SQL(_ONE_AT_A_TIME))
        if not _column("SELECT 1 FROM pg_roles WHERE rolname = %(role)s", {"role": name}):
            _create(name)
        tables = [str(table) for table in _column(_OWN_TABLES)]
        _run(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(role))
        _run(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
        for table in tables:
            at = sql.Identifier("public", table)
            _run(sql.SQL("REVOKE ALL ON TABLE {} FROM PUBLIC, {}").format(at, role))
            rights = sql.SQL(_rights(table))
            _run(sql.SQL("GRANT {} ON TABLE {} TO {}").format(rights, at, role))
        for sequence in _column(_OWN_SEQUENCES):
            at = sql.Identifier("public", str(sequence))
            _run(sql.SQL("GRANT USAGE, SELECT ON SEQUENCE {} TO {}").format(at, role))
        for function in _column(_OWN_FUNCTIONS):
            signature = sql.SQL(str(function))  # quoted by the database itself
            _run(sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(signature))
            _run(sql.SQL("GRANT EXECUTE ON FUNCTION {} TO {}").format(signature, role))
        if found := too_much(name):
            raise CommandError(f"The role {name} would not be held to the ledger: {'; '.join(found)}.")
    return len(tables)


def too_much(role: str | None = None) -> list[str]:
    """By what a role, or without one the role connected here, gets past `ledger_post`; ten sentences at most, none when
    it is held to it. Tables that are not made yet are passed over.
    """
    grantable = _column("SELECT current_setting('server_version_num')::int >= 150000") == [True]
    query = _TOO_MUCH + (_TRIGGERS_OFF if grantable else "") + " ORDER BY 1 LIMIT 10"
    return [str(one) for one in _column(query, {"role": role, "ledger": list(LEDGER)})]


def _rights(table: str) -> str:
    if table == CLOCK and not settings.DEVELOPMENT:
        return "SELECT"
    return RIGHTS.get(table, USUAL)


def _create(name: str) -> None:
    """Its password is sent as a SCRAM verifier, so that it stands in no log."""
    connection.ensure_connection()
    password = settings.DATABASE_WEB_PASSWORD
    pgconn = connection.connection.pgconn
    secret = (
        pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
        if password
        else None
    )
    create = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
    _run(create.format(sql.Identifier(name), sql.Literal(secret)))


def _run(statement: sql.SQL | sql.Composed) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _column(query: str, params: dict[str, str | list[str] | None] | None = None) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(query, params)
        return [row[0] for row in cursor.fetchall()]
