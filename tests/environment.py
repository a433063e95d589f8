"""The environment of a test session: its engines, shared by the workers, and its own settings.

The first process starts PostgreSQL and Redis in a folder that it holds alone; each worker of pytest-xdist has a
database of its own in that cluster and a numbered database of that Redis.
"""

import os
from pathlib import Path
from typing import IO

from banibs.dev.engines import Engines, claim
from banibs.dev.home import home
from banibs.dev.processes import Trouble

# WAL is written but not forced to disk: a killed PostgreSQL loses nothing that was committed, a power cut might.
OPTIONS = {"fsync": "off", "full_page_writes": "off", "max_connections": "300"}
SETTINGS = {
    "BANIBS_DEVELOPMENT": "1",
    "BANIBS_TESTS": "1",
    "DATABASE_POOL": "64",  # a race has a connection for each of its threads
    "DEBUG": "0",
    "SECRET_KEY": "for-tests-alone-" + "0123456789abcdef" * 3,
    "SITE_URL": "http://testserver",
    "STRIPE_SECRET_KEY": "sk_test_banibs0LocalStripe0Secret0Key",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_banibs0LocalStripe0Public0Key",
    "STRIPE_WEBHOOK_SECRET": "whsec_" + "banibs0tests" * 3,
    "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_" + "banibs1tests" * 3,
    "STRIPE_API_HOST": "http://127.0.0.1:9",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright keeps an event loop in the test's thread
    "DJANGO_SETTINGS_MODULE": "banibs.settings",
}

_engines: Engines | None = None
_locks: list[IO[str]] = []


def worker() -> int:
    """Which of the parallel workers this is: 0, 1, …; 0 when there is only one process."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def folder() -> Path:
    """Where this session keeps its engines, files and mail."""
    return Path(os.environ["BANIBS_TESTS_FOLDER"])


def url_of(database: str) -> str:
    """The session's database address with another database's name in it."""
    head, mark, query = os.environ["BANIBS_TESTS_DATABASE_URL"].partition("?")
    return f"{head.rpartition('/')[0]}/{database}{mark}{query}"


def prepare() -> None:
    """Starts or finds the engines and sets what Django's settings will read. Once per process."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _start()
    own = folder() / f"worker-{worker()}"
    own.mkdir(exist_ok=True)
    os.environ.update(SETTINGS)
    redis_url = os.environ["BANIBS_TESTS_REDIS_URL"]
    os.environ["DATABASE_URL"] = os.environ["BANIBS_TESTS_DATABASE_URL"]
    os.environ["REDIS_URL"] = f"{redis_url.rpartition('/')[0]}/{worker() + 1}"
    os.environ["BANIBS_HOME"] = str(own)


def _start() -> None:
    global _engines
    for number in range(16):
        try:
            _locks.append(claim(home() / f"tests-{number}"))
        except Trouble:
            continue
        break
    else:
        raise Trouble("Sixteen test sessions are running already.")
    place = home() / f"tests-{number}"
    _engines = Engines(place, options=OPTIONS)
    _engines.start()
    os.environ["BANIBS_TESTS_FOLDER"] = str(place)
    os.environ["BANIBS_TESTS_DATABASE_URL"] = _engines.database_url
    os.environ["BANIBS_TESTS_REDIS_URL"] = _engines.redis_url


def release() -> None:
    """Stops what `prepare` started in this process."""
    global _engines
    if _engines is not None:
        _engines.stop()
        _engines = None
