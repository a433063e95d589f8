"""The guards of the database, held against what the release left: functions, triggers, constraints, unique indexes.

A check of the books is worth what refuses to break them. `guards.json` holds a digest of each guard as the migrations
leave it (`manage.py guard_hashes --write`); `verify_ledger` names each that differs, is missing, or is there too many.
"""

from __future__ import annotations

import json
from pathlib import Path

from django.db import connection

from banibs.core import policy
from banibs.core.audit import Check

FILE = Path(__file__).with_name("guards.json")
APPS = ("core", "marketplace", "payments", "payouts", "wallet")

# A condition is printed another way once it came back from a back-up: ARRAY['a'::varchar]::text[] is then
# ARRAY[('a'::varchar)::text]. Casts, and parentheses around a literal or an array, are left out of both.
_AS_RESTORED = r"""regexp_replace(regexp_replace(regexp_replace(regexp_replace(what,
             '::[a-z]+( varying)?(\(\d+\))?(\[\])?', '', 'g'),
             '\((''[^'']*'')\)', '\1', 'g'),
             '\((\(ARRAY\[[^\]]*\]\))\)', '\1', 'g'),
             '\s+', ' ', 'g')"""
# A function's own source, and never its definition as this version of PostgreSQL would print it.
_STANDS = rf"""
WITH tables AS (
  SELECT oid, relname::text AS name FROM pg_class
   WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname ~ '^({"|".join(APPS)})_'
), stands AS (
  SELECT 'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS guard,
         concat_ws(' ', l.lanname, p.prosecdef, p.provolatile, p.proconfig::text, pg_get_function_result(p.oid), p.prosrc)
         AS what
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
   WHERE p.pronamespace = 'public'::regnamespace
     AND (p.proname ~ '^(ledger|banibs|{"|".join(APPS)})_'
          OR EXISTS (SELECT FROM pg_trigger g JOIN tables ON tables.oid = g.tgrelid WHERE g.tgfoid = p.oid))
   UNION ALL
  SELECT 'trigger ' || t.name || '.' || g.tgname,
         CASE WHEN g.tgenabled IN ('O', 'A') THEN 'on ' ELSE 'off ' END || pg_get_triggerdef(g.oid)
    FROM pg_trigger g JOIN tables t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal
   UNION ALL
  SELECT 'constraint ' || t.name || '.' || c.conname,
         concat_ws(' ', c.convalidated, c.condeferrable, pg_get_constraintdef(c.oid),
                   CASE WHEN EXISTS (SELECT FROM pg_trigger g
                                      WHERE g.tgconstraint = c.oid AND g.tgenabled NOT IN ('O', 'A')) THEN 'off' END)
    FROM pg_constraint c JOIN tables t ON t.oid = c.conrelid WHERE c.contype IN ('c', 'f', 'p', 'u', 'x')
   UNION ALL
  SELECT 'index ' || t.name || '.' || i.relname, concat_ws(' ', x.indisvalid, pg_get_indexdef(x.indexrelid))
    FROM pg_index x JOIN tables t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
   WHERE x.indisunique AND NOT EXISTS (SELECT FROM pg_constraint c
                                        WHERE c.conindid = x.indexrelid AND c.contype IN ('p', 'u', 'x'))
   UNION ALL
  SELECT 'rule ' || t.name || '.' || r.rulename, pg_get_ruledef(r.oid)
    FROM pg_rewrite r JOIN tables t ON t.oid = r.ev_class
), digests AS (
  SELECT guard, encode(sha256(convert_to(
           CASE WHEN guard ~ '^(constraint|index) ' THEN {_AS_RESTORED} ELSE regexp_replace(what, '\s+', ' ', 'g') END,
           'UTF8')), 'hex') AS digest
    FROM stands
)"""
_STANDING = f"""{_STANDS}
SELECT guard, digest FROM digests ORDER BY guard COLLATE "C" """


def standing() -> dict[str, str]:
    """Each guard of this database: what it is → digest."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        return dict(cursor.fetchall())


def migrations() -> dict[str, str]:
    """The last migration of each app in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT app, max(name) FROM django_migrations WHERE app = ANY(%s) GROUP BY app ORDER BY app",
            [list(APPS)],
        )
        return dict(cursor.fetchall())


def write() -> None:
    """Writes the file from this database, which the migrations have just made."""
    kept = {"migrations": migrations(), "guards": standing()}
    FILE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def kept() -> dict[str, dict[str, str]]:
    """The file: "migrations" it was written after, and "guards" with their digests."""
    found: dict[str, dict[str, str]] = json.loads(FILE.read_text())
    return found


def check() -> Check:
    """The check of the guards. While a newer release than this one is being brought up, it is that one's to ask."""
    wanted = kept()
    quoted = {name: json.dumps(part, ensure_ascii=False).replace("'", "''") for name, part in wanted.items()}
    wait = int(policy.GUARDS_WAIT_FOR_RELEASE.total_seconds())
    return Check(
        "core.guards_stand",
        "What refuses to break the books is there, enabled, and is what the release left: functions, triggers, "
        "constraints, unique keys.",
        f"""{_STANDS}
SELECT coalesce(s.guard, k.guard) AS guard,
       CASE WHEN s.guard IS NULL THEN 'missing' WHEN k.guard IS NULL THEN 'not ours' ELSE 'differs' END AS what
  FROM digests s
  FULL JOIN jsonb_each_text('{quoted["guards"]}'::jsonb) AS k(guard, digest) ON k.guard = s.guard
 WHERE s.digest IS DISTINCT FROM k.digest
   AND NOT EXISTS (SELECT FROM django_migrations d
                     JOIN jsonb_each_text('{quoted["migrations"]}'::jsonb) AS last(app, name) ON last.app = d.app
                    WHERE d.name COLLATE "C" > last.name COLLATE "C"
                      AND d.applied > clock_timestamp() - make_interval(secs => {wait}))""",
        quick=True,
    )


CHECKS = [check()]
