"""Settings: every name is documented, production is strict, and a weak secret starts nothing."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
READ = re.compile(
    r"""env(?:\.\w+)?\(\s*["']([A-Z][A-Z0-9_]+)["']|environ\w*(?:\.get)?[(\[]\s*["']([A-Z][A-Z0-9_]+)["']"""
)
# Names of the tools around us, not settings of ours.
FOREIGN = {"DJANGO_SETTINGS_MODULE", "MAKELEVEL", "SANDBOX_HOSTS", "PYTHONPATH"}
PRODUCTION = {
    "SECRET_KEY": "".join(f"{number:x}-" for number in range(7, 60)),
    "SITE_URL": "https://banibs.example",
    "ALLOWED_HOSTS": "banibs.example",
    "EMAIL_URL": "smtp+tls://mail.example:587",
    "STRIPE_SECRET_KEY": "sk_test_x",
    "STRIPE_WEBHOOK_SECRET": "whsec_x",
    "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_y",
    "DATABASE_OWNER_URL": "postgresql://banibs_owner@127.0.0.1:5432/banibs",
}


def _documented() -> set[str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return {line.partition("=")[0] for line in lines if line and not line.startswith("#")}


def _read() -> set[str]:
    found = set()
    for package in ("banibs", "wallet", "marketplace", "payments", "payouts"):
        for path in (ROOT / package).rglob("*.py"):
            if not {"stripe_sandbox", "paypal_sandbox", "wise_sandbox"} & set(path.parts):
                found |= {one or other for one, other in READ.findall(path.read_text())}
    return found - FOREIGN


def test_the_example_lists_every_name_that_is_read() -> None:
    assert _read() - _documented() == set()


def test_the_example_lists_nothing_that_is_not_read() -> None:
    assert _documented() - _read() == set()


def _check(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "DATABASE_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_production_settings_pass_every_deployment_check() -> None:
    done = _check("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.parametrize("owner", ["", os.environ["DATABASE_URL"]])
def test_servers_that_own_the_tables_are_warned_of(owner: str) -> None:
    production = PRODUCTION | {"DATABASE_OWNER_URL": owner}
    done = _check("manage.py", "check", "--deploy", "--fail-level", "WARNING", **production)
    assert done.returncode == 1
    assert "BANIBS.W001" in done.stderr
    assert done.stderr.count("?: (") == 1


OWNED_BY = """
import sys; sys.argv = ["manage.py", sys.argv[1]]
import django; django.setup()
from django.conf import settings
print(settings.DATABASES["default"]["USER"], settings.DATABASE_OWNER_ROLE, settings.DATABASE_WEB_ROLE)
"""


@pytest.mark.parametrize(
    ("command", "role"),
    [
        ("migrate", "banibs_owner"),
        ("grant_web_role", "banibs_owner"),
        ("demo_data", "banibs_owner"),
        ("flush", "banibs_owner"),
        ("verify_ledger", "banibs_web"),
        ("shell", "banibs_web"),
        ("dbshell", "banibs_web"),
        ("-c", "banibs_web"),
    ],
)
def test_only_commands_that_make_tables_are_the_owner(command: str, role: str) -> None:
    """The others are the role of DATABASE_URL: also a person at a prompt."""
    roles = {"DATABASE_URL": "postgresql:///banibs?host=/run/postgresql&user=banibs_web"}
    done = _check(
        "-c", OWNED_BY, command, **PRODUCTION | roles | {"DJANGO_SETTINGS_MODULE": "banibs.settings"}
    )
    assert done.stdout.split() == [role, "banibs_owner", "banibs_web"], done.stderr


@pytest.mark.parametrize("key", ["", "short", "a" * 60, "django-insecure-" + "0123456789abcdef" * 4])
def test_a_missing_or_weak_secret_key_starts_no_server(key: str) -> None:
    done = _check("-c", "import banibs.wsgi", **PRODUCTION | {"SECRET_KEY": key})
    assert done.returncode != 0
    assert "BANIBS.E002" in done.stderr or "SECRET_KEY setting must not be empty" in done.stderr


@pytest.mark.parametrize("part", ["worker", "beat"])
def test_a_weak_secret_key_starts_no_background(part: str) -> None:
    done = _check("-m", "celery", "-A", "banibs", part, **PRODUCTION | {"SECRET_KEY": "short"})
    assert done.returncode != 0
    assert "BANIBS.E002" in done.stderr


def test_without_its_webhook_secret_stripe_is_not_switched_on() -> None:
    done = _check("-c", "import banibs.wsgi", **PRODUCTION | {"STRIPE_WEBHOOK_SECRET": ""})
    assert done.returncode != 0
    assert "BANIBS.E001" in done.stderr


def test_development_refuses_a_live_key() -> None:
    done = _check(
        "-c",
        "import banibs.wsgi",
        **PRODUCTION | {"BANIBS_DEVELOPMENT": "1", "STRIPE_SECRET_KEY": "sk_live_x"},
    )
    assert done.returncode != 0
    assert "BANIBS.E003" in done.stderr


def test_with_all_of_them_the_server_starts() -> None:
    done = _check("-c", "import banibs.wsgi", **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_nothing_of_development_is_reachable_in_production() -> None:
    script = (
        "import django; django.setup();"
        "from django.urls import resolve, Resolver404\n"
        "try:\n    resolve('/dev/mailbox/')\nexcept Resolver404:\n    print('absent')"
    )
    done = _check("-c", script, **PRODUCTION | {"DJANGO_SETTINGS_MODULE": "banibs.settings"})
    assert done.stdout.strip() == "absent", done.stderr
