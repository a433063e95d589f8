"""What a database is, out of its own catalog: tables, columns, constraints, indexes, triggers, functions, rows."""

from __future__ import annotations

import re

import psycopg
from psycopg import sql

# dj-stripe's tables are its own: the tests make them as they end up (`dev_tables`), production alters them step by step.
OURS = "c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'djstripe%'"
COLUMNS = f"""
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text, a.attidentity::text,
       a.attgenerated::text, coalesce(pg_get_expr(d.adbin, d.adrelid), ''), coalesce(l.collname, '')
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  LEFT JOIN pg_collation l ON l.oid = a.attcollation
 WHERE {OURS} AND c.relkind IN ('r', 'p', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
"""
RELATIONS = f"""
SELECT 'relation', c.relname, c.relkind::text, coalesce(c.reloptions::text, ''), c.relrowsecurity::text,
       coalesce(pg_get_viewdef(v.oid), '')
  FROM pg_class c LEFT JOIN pg_class v ON v.oid = c.oid AND v.relkind IN ('v', 'm')
 WHERE {OURS} AND c.relkind IN ('r', 'p', 'v', 'm')
"""
CONSTRAINTS = f"""
SELECT 'constraint', c.relname, k.conname, pg_get_constraintdef(k.oid), k.convalidated::text
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE {OURS}
"""
INDEXES = f"""
SELECT 'index', c.relname, pg_get_indexdef(i.indexrelid), i.indisvalid::text
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE {OURS}
"""
SEQUENCES = f"""
SELECT 'sequence', c.relname, format_type(s.seqtypid, NULL), s.seqstart::text, s.seqincrement::text, s.seqmin::text,
       s.seqmax::text, s.seqcycle::text
  FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid WHERE {OURS}
"""
TRIGGERS = f"""
SELECT 'trigger', c.relname, pg_get_triggerdef(t.oid), t.tgenabled::text
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE {OURS} AND NOT t.tgisinternal
"""
FUNCTIONS = """
SELECT 'function', p.proname, pg_get_functiondef(p.oid)
  FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
EXTENSIONS = "SELECT 'extension', extname FROM pg_extension"
MIGRATIONS = "SELECT 'migration', app, name FROM django_migrations"
EVERYTHING = (
    RELATIONS,
    COLUMNS,
    CONSTRAINTS,
    INDEXES,
    SEQUENCES,
    TRIGGERS,
    FUNCTIONS,
    EXTENSIONS,
    MIGRATIONS,
)

# PostgreSQL reads `x IN ('a', 'b')` of a varchar back in another form than it wrote it to a dump.
REWRITTEN = (
    (re.compile(r"\('([^']*)'::character varying\)::text"), r"'\1'::character varying"),
    (re.compile(r"\(ARRAY\[([^\]]*)\]\)::text\[\]"), r"ARRAY[\1]"),
)

Fact = tuple[str, ...]


def facts(url: str) -> set[Fact]:
    """Everything that the migrations made, one tuple for each thing, its kind first."""
    with psycopg.connect(url) as connection:
        found = (fact for query in EVERYTHING for fact in connection.execute(query.encode()))
        return {tuple(_one_form(text) for text in fact) for fact in found}


def counts(url: str) -> dict[str, int]:
    """How many rows each table holds."""
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
        )
        return {
            name: _one(connection, sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(name)))
            for (name,) in names.fetchall()
        }


def rows(url: str, table: str) -> list[str]:
    """The rows of a table, as text, in order."""
    query = sql.SQL("SELECT t::text FROM public.{} t ORDER BY 1").format(sql.Identifier(table))
    with psycopg.connect(url) as connection:
        return [text for (text,) in connection.execute(query)]


def _one_form(text: str) -> str:
    for pattern, plain in REWRITTEN:
        text = pattern.sub(plain, text)
    return text


def _one(connection: psycopg.Connection, query: sql.Composed) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])
