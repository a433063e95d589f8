"""What documents say in SQL, tried on a real database; what the files of containers say, tried on the real settings."""

from __future__ import annotations

import datetime as dt
import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.db import connection

from banibs.core.clock import now
from banibs.core.models import Delivery
from payments.models import Incident, WebhookLog
from tests import market as scene
from tests.shopping import buys, tell

ROOT = Path(__file__).resolve().parents[2]
QUESTION = re.compile(r"^([^\n]+(?:\n[^\n]+)*)\n\n```sql\n(.+?)```", re.M | re.S)
OF_COMPOSE = {"DOMAIN", "POSTGRES_PASSWORD", "POSTGRES_WEB_PASSWORD"}  # read by compose.yaml, not by BANIBS
NAME = re.compile(r"^([A-Z][A-Z0-9_]*)=(.*)$", re.M)


def questions() -> list[tuple[str, str]]:
    """The sentence before each query of docs/deploy.md, and the query."""
    return QUESTION.findall((ROOT / "docs" / "deploy.md").read_text())


def faults() -> list[tuple[str, str]]:
    """Those of which any row is a fault."""
    return [(text, sql) for text, sql in questions() if "*no row*" in text]


def every_query() -> list[str]:
    """Each query of a document, also of those that say nothing about faults."""
    texts = [path.read_text() for path in sorted((ROOT / "docs").glob("*.md"))]
    return [sql for text in texts for sql in re.findall(r"```sql\n(.+?)```", text, re.S)]


def rows(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.description is not None
        return cursor.fetchall()


@pytest.mark.django_db
def test_every_query_runs_and_a_day_without_trouble_has_no_fault() -> None:
    market = scene.opened(wallet=20_000)
    buys(market, (market.basket, 1), (market.jar, 1))
    tell()
    assert len(questions()) > 12
    for sql in every_query():
        rows(sql)
    assert {text: found for text, sql in faults() if (found := rows(sql))} == {}


@pytest.mark.django_db
def test_trouble_shows_in_the_query_that_asks_for_it() -> None:
    market = scene.opened(wallet=20_000)
    buys(market, (market.basket, 1))
    Delivery.objects.update(status=Delivery.Status.DEAD, attempts=10, error="broken")
    Incident.objects.create(kind="refund_refused", key="1", detail="£9.20 stay owed")
    WebhookLog.objects.create(
        external_id="evt_1", type="charge.updated", payload={}, received_at=now() - dt.timedelta(hours=1)
    )
    told = [text for text, sql in faults() if rows(sql)]
    assert len(told) == 3
    assert [
        word for word in ("subscriber", "Incidents", "wait for too long") if word not in "".join(told)
    ] == []


def example(path: str) -> dict[str, str]:
    """The names and values of an example of an environment."""
    return dict(NAME.findall((ROOT / path).read_text()))


def composed(service: str = "web") -> dict[str, str]:
    """What compose.yaml sets for a service by itself."""
    composition = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return dict(composition["services"][service].get("environment") or composition["x-banibs"]["environment"])


def test_compose_and_its_example_name_what_is_read_and_do_not_name_it_twice() -> None:
    known, asked = set(example(".env.example")), set(example("deploy/production.env.example"))
    assert asked - known == OF_COMPOSE
    assert set(composed("migrate")) - known == {"POSTGRES_PASSWORD"}
    assert asked & set(composed()) == {"POSTGRES_PASSWORD"}  # taken away again


def started(service: str) -> dict[str, str]:
    """The environment that docker compose starts a service with, once the example is filled in."""
    secret = {
        "SECRET_KEY": "Vq3n" + "0Zr8-Kd7_Xw2" * 5,
        "POSTGRES_PASSWORD": "0f3c",
        "POSTGRES_WEB_PASSWORD": "77ab",
    }
    asked = {**example("deploy/production.env.example"), **secret}
    environment = {**asked, **composed(service), "PATH": os.environ["PATH"]}
    for name, value in environment.items():
        environment[name] = re.sub(r"\$\{(\w+)(?::\?[^}]*)?\}", lambda found: asked[found[1]], value)
    return environment


@pytest.mark.parametrize("service", ["web", "worker", "beat"])
def test_a_server_is_the_web_role_and_does_not_know_the_owners_password(service: str) -> None:
    environment = started(service)
    assert environment["DATABASE_URL"] == "postgresql://banibs_web:77ab@postgres:5432/banibs"
    assert "DATABASE_OWNER_URL" not in environment
    assert [name for name, value in environment.items() if "0f3c" in value] == []
    assert started("migrate")["DATABASE_OWNER_URL"] == "postgresql://banibs:0f3c@postgres:5432/banibs"


def test_a_server_starts_with_the_example_filled_in() -> None:
    """As docker compose would start it: nothing else in its environment, and not a warning of `check --deploy`, which
    knows of both roles where the migrations run.
    """
    environment = started("web") | {"DATABASE_OWNER_URL": started("migrate")["DATABASE_OWNER_URL"]}
    done = subprocess.run(
        [sys.executable, "-c", STARTED],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        "postgres",
        "https://shop.example",
        "['shop.example']",
        "/srv/media/public",
        "0",
    ]


STARTED = """
import django
from django.conf import settings
from django.core.checks import run_checks
from django.core.files.storage import default_storage
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "banibs.settings"
django.setup()
from banibs.checks import require_secrets
require_secrets()
print(settings.DATABASES["default"]["HOST"], settings.SITE_URL, settings.ALLOWED_HOSTS, default_storage.location)
print(len([one for one in run_checks(tags=["security"], include_deployment_checks=True) if one.is_serious(30)]))
"""


class Fussy(http.server.BaseHTTPRequestHandler):
    """Answers to one name, as Django does."""

    def do_GET(self) -> None:
        well = self.path == "/healthz" and self.headers["Host"] == "shop.example"
        self.send_response(200 if well else 400)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def fussy() -> Iterator[int]:
    """A server's port."""
    server = http.server.HTTPServer(("127.0.0.1", 0), Fussy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def healthy(*arguments: str, **environment: str) -> bool:
    """What deploy/healthy.py tells Docker."""
    script = str(ROOT / "deploy" / "healthy.py")
    done = subprocess.run(
        [sys.executable, script, *arguments], env=environment, capture_output=True, check=False
    )
    return done.returncode == 0


def test_the_web_server_is_well_when_it_answers_to_its_name(fussy: int) -> None:
    assert healthy(BIND=f"0.0.0.0:{fussy}", SITE_URL="https://shop.example")
    assert not healthy(BIND=f"0.0.0.0:{fussy}", SITE_URL="https://another.example")
    assert not healthy(BIND="0.0.0.0:1", SITE_URL="https://shop.example")


def test_the_timetable_is_well_while_it_writes(tmp_path: Path) -> None:
    assert not healthy("beat", str(tmp_path))
    written = tmp_path / "beat.db"
    written.touch()
    assert healthy("beat", str(tmp_path))
    long_ago = written.stat().st_mtime - 3600
    os.utime(written, (long_ago, long_ago))
    assert not healthy("beat", str(tmp_path))


def left_out() -> list[str]:
    """The patterns of .dockerignore."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def image(folder: Path) -> Path:
    """What `COPY . .` takes into the image."""
    patterns = left_out()

    def ignored(at: str, names: list[str]) -> set[str]:
        inside = Path(at).relative_to(ROOT)
        return {name for name in names if any(fits(inside / name, pattern) for pattern in patterns)}

    return Path(shutil.copytree(ROOT, folder / "app", ignore=ignored))


def fits(path: Path, pattern: str) -> bool:
    """Whether a pattern of .dockerignore names this path, as Docker reads it: from the top, `**/` anywhere."""
    if pattern.startswith("**/"):
        return path.match(pattern.removeprefix("**/"))
    return len(path.parts) == len(Path(pattern).parts) and path.match(pattern)


def test_the_image_holds_all_that_runs_in_it(tmp_path: Path) -> None:
    app = image(tmp_path)
    assert not [
        name for name in (".env", ".git", "tests", "media", "banibs/dev/demo") if (app / name).exists()
    ]
    environment = {name: os.environ[name] for name in ("PATH", "DATABASE_URL", "REDIS_URL")}
    environment |= {"SECRET_KEY": "Vq3n" + "0Zr8-Kd7_Xw2" * 5, "STATIC_ROOT": str(tmp_path / "static")}
    for command in (("-c", EVERYTHING), ("manage.py", "collectstatic", "--noinput", "--dry-run")):
        done = subprocess.run(
            [sys.executable, *command], cwd=app, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


EVERYTHING = """
import banibs.wsgi
from banibs.celery import app
from banibs.periodic_jobs import TIMETABLE
from django.db.migrations.loader import MigrationLoader
MigrationLoader(None)
app.loader.import_default_modules()
assert {task for task, _ in TIMETABLE.values()} <= set(app.tasks)
"""


def test_hooks_before_a_commit_run_the_tools_of_lint() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    lint = (ROOT / ".ci" / "lint").read_text()
    tools = [hook["entry"].split()[0] for hook in hooks]
    assert [tool for tool in tools if not (ROOT / tool).exists() or tool not in lint] == []


def test_the_image_has_pango_once_something_draws_a_pdf() -> None:
    apps = ("banibs", "wallet", "marketplace", "payments", "payouts")
    sources = [path.read_text() for app in apps for path in (ROOT / app).rglob("*.py")]
    draws = any(re.search(r"^\s*(?:from|import) weasyprint\b", source, re.M) for source in sources)
    assert draws == ("libpango" in (ROOT / "Dockerfile").read_text())
