"""PostgreSQL is stopped in the middle, then one of its processes is killed, while six people buy over HTTP.

They hear "try again" and nothing else, try again with the same key, and what they were told is stored: once.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
import requests

from banibs.dev import processes
from banibs.dev.postgres import Postgres
from tests import environment
from tests.servers import ROOT, eventually

pytestmark = pytest.mark.timeout(300)
A_FEW = 12


class House:
    """gunicorn on a PostgreSQL of its own, and its market."""

    def __init__(self, options: dict[str, str]) -> None:
        self.folder = environment.folder() / f"pg-{uuid.uuid4().hex[:8]}"
        self.database = Postgres(self.folder, options={"shared_buffers": "32MB", **options})
        self.database.start()
        self.database.create("banibs")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {
            **os.environ,
            "DATABASE_URL": self.database.url(),
            "DATABASE_POOL": "6",
            "REDIS_URL": environment.redis_url_of(32 + environment.worker()),
            "SITE_URL": self.url,
            "BIND": f"127.0.0.1:{port}",
            "WEB_CONCURRENCY": "2",
            "LOG_LEVEL": "CRITICAL",
        }
        self.market = self.asks("open")
        with psycopg.connect(self.database.url(), autocommit=True) as mine:
            mine.execute("CHECKPOINT")
        command = [sys.executable, "-m", "gunicorn", "-c", "python:banibs.gunicorn", "banibs.wsgi"]
        self.web = processes.spawn(command, log=self.folder / "web.log", env=self.environment, cwd=ROOT)
        eventually(self.answers, seconds=60)

    def asks(self, what: str) -> Any:
        """What the child that knows the market answers."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.flows.outage", what],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return json.loads(done.stdout.splitlines()[-1])

    def answers(self) -> bool:
        """Whether the web server is there."""
        try:
            return requests.get(f"{self.url}/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    def kill_one_backend(self) -> None:
        """kill -9 of a process that serves the web: PostgreSQL then restarts all of them."""
        with psycopg.connect(self.database.url(), autocommit=True) as mine:
            (pid,) = mine.execute(
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'"
                " AND pid <> pg_backend_pid() ORDER BY query_start DESC LIMIT 1"
            ).fetchone() or (0,)
        os.kill(pid, signal.SIGKILL)

    def stop(self) -> None:
        """Ends both."""
        processes.stop(self.web, how=signal.SIGKILL)
        self.database.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Strange(Exception):
    """An answer that nobody should hear."""


class Buyer(threading.Thread):
    """Puts two things into the cart and buys them, again and again. Tries again, with the same key, until it is told."""

    def __init__(self, house: House, number: int) -> None:
        super().__init__(daemon=True)
        self.house = house
        self.me = house.market["buyers"][number]
        self.told: list[str] = []
        self.heard: Counter[tuple[int, str]] = Counter()
        self.enough = threading.Event()

    def run(self) -> None:
        """Until it is enough; a purchase that was begun is brought to its end."""
        wanted = {"address": self.me["address"], "payment_method": "wallet"}
        with suppress(Strange):  # it stands in `heard`
            while not self.enough.is_set():
                for variant in self.house.market["variants"]:
                    self.says("cart/items/", {"variant": variant, "quantity": 1})
                self.told.append(self.says("checkouts/", wanted)["number"])

    def says(self, path: str, body: dict[str, Any]) -> Any:
        """One request, repeated until it is answered with more than "try again"."""
        key = uuid.uuid4().hex
        while True:
            answer = requests.post(
                f"{self.house.url}/api/v1/{path}",
                json=body,
                headers={"Authorization": f"Bearer {self.me['key']}", "Idempotency-Key": key},
                timeout=30,
            )
            said = answer.json()
            code = said.get("error", {}).get("code", "")
            self.heard[answer.status_code, code] += 1
            if answer.status_code == 201:
                return said
            if answer.status_code not in (409, 503):
                raise Strange(answer.text)
            assert int(answer.headers["Retry-After"]) >= 1
            time.sleep(0.2)


@contextmanager
def house(**options: str) -> Iterator[House]:
    opened = House(options)
    try:
        yield opened
    finally:
        opened.stop()


@contextmanager
def buying(here: House) -> Iterator[list[Buyer]]:
    """Six of them at once, while the block runs; then each ends what it has begun."""
    buyers = [Buyer(here, number) for number in range(6)]
    for one in buyers:
        one.start()
    try:
        yield buyers
    finally:
        for one in buyers:
            one.enough.set()


def told(buyers: list[Buyer]) -> list[str]:
    return [number for one in buyers for number in list(one.told)]


def more(buyers: list[Buyer], *, than: int) -> Callable[[], bool]:
    return lambda: len(told(buyers)) > than


def test_stopped_and_killed_everybody_is_told_to_try_again_and_what_was_told_is_stored_once() -> None:
    with house() as here:
        with buying(here) as buyers:
            eventually(more(buyers, than=A_FEW))
            assert here.database.process is not None
            processes.stop(here.database.process, how=signal.SIGQUIT)  # pg_ctl stop -m immediate
            eventually(lambda: all(one.heard[503, "temporarily_unavailable"] for one in buyers), seconds=60)
            here.database.start()
            eventually(more(buyers, than=len(told(buyers)) + A_FEW), seconds=60)

            before = len(told(buyers))
            here.kill_one_backend()
            eventually(more(buyers, than=before + A_FEW), seconds=60)
        for one in buyers:
            one.join(60)
            assert not one.is_alive(), one.heard
        eventually(here.database.answers)
        key = here.market["buyers"][0]["key"]
        after = [
            requests.get(f"{here.url}/api/v1/wallet/", headers={"Authorization": f"Bearer {key}"}, timeout=30)
            for _ in range(8)
        ]
        stored = here.asks("look")

    heard = sum((one.heard for one in buyers), Counter())
    assert {code for _status, code in heard} <= {"", "temporarily_unavailable", "idempotency_in_progress"}
    assert sum(not answer.ok for answer in after) <= 1
    assert sorted(told(buyers)) == sorted(stored["numbers"])  # all that was told, nothing else, none twice
    assert stored["keys"] == len(stored["numbers"])
    assert (stored["unpaid"], stored["broken"]) == (0, [])


def test_without_waiting_for_the_disk_something_that_was_told_is_lost() -> None:
    with house(synchronous_commit="off", wal_writer_delay="10s") as here:
        with buying(here) as buyers:
            eventually(more(buyers, than=A_FEW))
            assert here.database.process is not None
            processes.stop(here.database.process, how=signal.SIGQUIT)
        heard = set(told(buyers))
        here.database.start()
        stored = set(here.asks("look")["numbers"])
        for one in buyers:
            one.join(60)
    assert heard - stored
