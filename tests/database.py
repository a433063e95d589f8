"""A migrated database in a tenth of a second, and a flush that append-only triggers do not refuse.

Migrations run once into a template, named by a digest of the migrations; each worker copies it. After a test that
commits, one statement puts every table back to what the migrations left (regions, countries, tax rates and the
like stay), with triggers off for that transaction alone.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from django.db import OperationalError, connection
from psycopg import sql

from tests import environment

ROOT = Path(__file__).resolve().parent.parent

FLUSH = """
CREATE SCHEMA pristine;
CREATE TABLE pristine.kept (name text PRIMARY KEY, columns text NOT NULL);
DO $$
DECLARE
    one record;
    filled boolean;
BEGIN
    FOR one IN SELECT c.relname AS name, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) AS columns
                 FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
                GROUP BY c.relname
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', one.name) INTO filled;
        IF filled THEN
            EXECUTE format('CREATE TABLE pristine.%I AS SELECT %s FROM public.%I', one.name, one.columns, one.name);
            INSERT INTO pristine.kept VALUES (one.name, one.columns);
        END IF;
    END LOOP;
END $$;
CREATE FUNCTION pristine.restore() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one record;
    filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN SELECT c.relname AS name, k.columns FROM pg_class c LEFT JOIN pristine.kept k ON k.name = c.relname
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
                  AND c.relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', one.name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM public.%I', one.name);
        END IF;
        IF one.columns IS NOT NULL THEN
            EXECUTE format('INSERT INTO public.%I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM pristine.%I',
                           one.name, one.columns, one.columns, one.name);
        END IF;
    END LOOP;
    -- What a worker wrote meanwhile, into a table that was empty: it held the row that asked for it, and that was awaited.
    FOR one IN SELECT c.relname AS name FROM pg_class c LEFT JOIN pristine.kept k ON k.name = c.relname
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND k.name IS NULL
                  AND c.relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', one.name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM public.%I', one.name);
        END IF;
    END LOOP;
END $$;
"""


def template() -> str:
    """The name of a migrated database to copy, made now if no earlier session has made it."""
    name = f"template_{_digest()}"
    with (environment.folder() / "template.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(environment.url_of("postgres"), autocommit=True) as admin:
            known = {row[0] for row in admin.execute("SELECT datname FROM pg_database")}
            if name in known:
                return name
            for old in known:
                if old.startswith(("base_", "template_", "making_")):
                    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
            making = f"making_{_digest()}"
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
            _migrate(making)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            admin.execute(rename.format(sql.Identifier(making), sql.Identifier(name)))
    return name


def remember() -> None:
    """Notes what the migrations left, for `restore`. Once per database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('pristine') IS NULL")
        if cursor.fetchone()[0]:
            cursor.execute(FLUSH)


def restore() -> None:
    """Puts every table back to what the migrations left. Tried again when a server still at work is in the way."""
    for patience in (0.2, 0.5, 1, 2, None):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pristine.restore()")
        except OperationalError:  # a deadlock with a job of the test that is over
            if patience is None:
                raise
            time.sleep(patience)
        else:
            return


def _digest() -> str:
    files = [
        Path(__file__),
        ROOT / "requirements-dev.txt",
        ROOT / "banibs/dev/management/commands/dev_tables.py",
        ROOT / "banibs/management/web_role.py",
    ]
    files += sorted([*ROOT.glob("[!.]*/**/migrations/*.py"), *ROOT.glob("[!.]*/sql/*.sql")])
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(name: str) -> None:
    """As the owner; the web role gets its rights, which each copy has too."""
    done = subprocess.run(
        [sys.executable, "manage.py", "dev_tables"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": environment.web_url_of(name),
            "DATABASE_OWNER_URL": environment.url_of(name),
            "DATABASE_POOL": "1",
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"the migrations failed:\n{done.stdout}{done.stderr}")
