"""The environment of a test session: its engines, shared by the workers, and its own settings.

The first process holds a folder alone. PostgreSQL and Redis start there when the first test asks for either, and stop
with the session; their data stays for the next one, which starts them in half a second. With parallel workers they
start before the workers do: each worker has a database of its own in that cluster and a numbered one of that Redis.
"""

import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import redis

from banibs.dev.engines import Busy, Engines, claim
from banibs.dev.home import home
from banibs.dev.postgres import WEB_ROLE
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

_engines: Engines | None = None  # this process's own; None in a worker
_locks: list[IO[str]] = []
# Engines end with the thread that starts them: one that lasts as long as the process, whichever thread asks.
_starter = ThreadPoolExecutor(1, thread_name_prefix="engines")
_asking = threading.Lock()
_running = False


def worker() -> int:
    """Which of the parallel workers this is: 0, 1, …; 0 when there is only one process."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def folder() -> Path:
    """Where this session keeps its engines, files and mail."""
    return Path(os.environ["BANIBS_TESTS_FOLDER"])


def url_of(database: str) -> str:
    """The session's database address with another database's name in it. PostgreSQL answers there."""
    start()
    head, mark, query = os.environ["BANIBS_TESTS_DATABASE_URL"].partition("?")
    return f"{head.rpartition('/')[0]}/{database}{mark}{query}"


def web_url_of(database: str) -> str:
    """The same address for the role that the servers are in production."""
    head, mark, query = url_of(database).partition("?")
    if "user=" in query:
        return f"{head}{mark}{re.sub('user=[^&]*', f'user={WEB_ROLE}', query)}"
    scheme, _, rest = head.partition("://")
    who, at, where = rest.rpartition("@")
    return f"{scheme}://{WEB_ROLE}:{who.partition(':')[2] if at else ''}@{where}{mark}{query}"


def redis_url_of(number: int) -> str:
    """The address of one of the 64 numbered databases of the session's Redis, which answers there."""
    start()
    return _redis_url(number)


def prepare() -> None:
    """Settles what Django's settings will read, and starts nothing. Once per process."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _claim_folder()
        _start_at_first_connection()
    own = folder() / f"worker-{worker()}"
    own.mkdir(exist_ok=True)
    os.environ.update(SETTINGS)
    os.environ["DATABASE_URL"] = os.environ["BANIBS_TESTS_DATABASE_URL"]  # the tests are the owner
    os.environ.pop("DATABASE_OWNER_URL", None)
    os.environ["REDIS_URL"] = _redis_url(worker() + 1)
    os.environ["BANIBS_HOME"] = str(own)
    os.environ["MEDIA_ROOT"] = str(own / "files")  # what one worker keeps, another does not count


def running() -> bool:
    """Whether the engines are running: in a parallel worker always, else once a test has asked for them."""
    return _engines is None or _running


def start() -> None:
    """Starts the engines unless they are running. Any thread may ask."""
    global _running
    if _engines is None or threading.current_thread().name.startswith("engines"):
        return  # another process's, or the look whether they answer yet
    with _asking:
        if not _running:
            _starter.submit(_engines.start).result()
            _running = True


def release() -> None:
    """Stops what this process started."""
    global _engines, _running
    if _engines is not None:
        _engines.stop()
        _engines, _running = None, False


def _claim_folder() -> None:
    global _engines
    for number in range(16):
        try:
            _locks.append(claim(home() / f"tests-{number}", name="tests"))
        except Busy:
            continue
        break
    else:
        raise Trouble("Sixteen test sessions are running already.")
    place = home() / f"tests-{number}"
    _engines = Engines(place, options=OPTIONS)
    _engines.reserve()
    os.environ["BANIBS_TESTS_FOLDER"] = str(place)
    os.environ["BANIBS_TESTS_DATABASE_URL"] = _engines.owner_url
    os.environ["BANIBS_TESTS_REDIS_URL"] = _engines.redis_url


def _start_at_first_connection() -> None:
    """Nothing tells which tests use Redis (cache, sessions, broker) but the first connection to it."""
    connect = redis.Connection.connect

    def connect_to_running(connection: redis.Connection) -> None:
        start()
        connect(connection)

    redis.Connection.connect = connect_to_running


def _redis_url(number: int) -> str:
    return f"{os.environ['BANIBS_TESTS_REDIS_URL'].rpartition('/')[0]}/{number}"
