"""The servers of a measurement: BANIBS as in production, the floor, and PostgreSQL's own checkout."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from banibs.dev import processes
from banibs.dev.engines import Engines
from banibs.dev.home import home
from banibs.dev.postgres import binaries

ROOT = Path(__file__).resolve().parents[2]
PG_PORT = 55439
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "port": str(PG_PORT),
    "shared_buffers": "2GB",
    "fsync": "on",
    "max_connections": "200",
}
WORKERS, THREADS = "3", "4"


@dataclass
class Server:
    """A running server; `pids` are those whose CPU counts for its answers."""

    url: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    pids: list[int]
    category: str = "/"
    product: str = "/"
    worker: subprocess.Popen[bytes] | None = None
    extra: dict[str, str] = field(default_factory=dict)

    def stop(self) -> None:
        """Ends it."""
        for process in (self.process, self.worker):
            if process is not None:
                processes.stop(process, how=signal.SIGTERM)


def dsn(database: str) -> str:
    """The measured PostgreSQL over TCP, as the floor and pgbench reach it."""
    return f"postgresql://postgres@127.0.0.1:{PG_PORT}/{database}"


def ours(engines: Engines, database: str, *, products: int) -> Server:
    """BANIBS with a plain catalogue of so many products beside the demo's, loaded once and kept for the next run."""
    port = _free_port()
    environment = {
        **os.environ,
        "BANIBS_HOME": str(home()),
        "BANIBS_DEVELOPMENT": "1",
        "DEBUG": "0",
        "SECRET_KEY": "for-measuring-alone-" + "0123456789abcdef" * 3,
        "DATABASE_URL": dsn(database),
        "REDIS_URL": engines.redis_url,
        "SITE_URL": f"http://127.0.0.1:{port}",
        "BIND": f"127.0.0.1:{port}",
        "WEB_CONCURRENCY": WORKERS,
        "WEB_THREADS": THREADS,
        "LOG_LEVEL": "WARNING",
        "API_RATE_PERSON": "1000000/min",
    }
    _create(database)
    manage(environment, "migrate", "--verbosity", "0")
    manage(
        environment,
        "demo_data",
        "--products",
        str(products),
        "--sellers",
        "1000",
        "--buyers",
        "64",
        "--verbosity",
        "0",
    )
    log = home() / f"{database}.log"
    web = processes.spawn(
        [sys.executable, "-m", "gunicorn", "-c", "python:banibs.gunicorn", "banibs.wsgi"],
        log=log,
        env=environment,
        cwd=ROOT,
    )
    server = Server(environment["SITE_URL"], environment, web, [web.pid, _postgres(engines)])
    _wait(f"{server.url}/healthz")
    with psycopg.connect(dsn(database)) as connection:
        row = connection.execute(
            """SELECT c.path, p.slug, p.id FROM marketplace_offer o JOIN marketplace_product p ON p.id = o.product_id
                 JOIN marketplace_category c ON c.id = o.category_id
                WHERE o.lead AND o.region_id = 'US' ORDER BY p.id DESC LIMIT 1"""
        ).fetchone()
    if row is None:
        raise RuntimeError("the catalogue is empty")
    server.category, server.product = f"/c/{row[0]}/", f"/p/{row[1]}-{row[2]}/"
    return server


def floor(engines: Engines, rig: Path, *, products: int) -> Server:
    """The rig's floor on the same engines."""
    _create("limit")
    with psycopg.connect(dsn("limit"), autocommit=True) as connection:
        connection.execute((rig / "limit" / "schema.sql").read_text())
    port = _free_port()
    environment = {
        **os.environ,
        "FLOOR_DSN_DB": "limit",
        "FLOOR_N": str(products),
        "PG_PORT": str(PG_PORT),
        "REDIS_URL": engines.redis_url,
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    subprocess.run(
        [sys.executable, "app.py", "seed", str(products)],
        cwd=rig / "floor",
        env=environment,
        check=True,
        timeout=600,
    )
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "app:application",
        "-b",
        f"127.0.0.1:{port}",
        "-w",
        WORKERS,
        "-k",
        "gthread",
    ]
    web = processes.spawn(
        [*command, "--threads", THREADS], log=home() / "floor.log", env=environment, cwd=rig / "floor"
    )
    server = Server(f"http://127.0.0.1:{port}", environment, web, [web.pid, _postgres(engines)])
    _wait(f"{server.url}/hello")
    return server


def least_checkout(engines: Engines, rig: Path, *, clients: int, seconds: int) -> float:
    """The minimal checkout in SQL, by pgbench: transactions per second."""
    if engines.postgres is None:
        raise RuntimeError("pgbench measures the embedded PostgreSQL; leave DATABASE_URL unset")
    script = rig / "limit" / "checkout_spread.sql"
    command = [
        str(binaries(engines.postgres.folder) / "pgbench"),
        "-n",
        "-h",
        "127.0.0.1",
        "-p",
        str(PG_PORT),
        "-U",
        "postgres",
    ]
    command += [
        "-M",
        "prepared",
        "-c",
        str(clients),
        "-j",
        "2",
        "-T",
        str(seconds),
        "-f",
        str(script),
        "limit",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])  # type: ignore[index]


def cold_start(server: Server) -> float:
    """Seconds from starting the web server to its first 200."""
    port = _free_port()
    environment = {**server.environment, "BIND": f"127.0.0.1:{port}"}
    began = time.perf_counter()
    web = processes.spawn(
        [sys.executable, "-m", "gunicorn", "-c", "python:banibs.gunicorn", "banibs.wsgi"],
        log=home() / "cold.log",
        env=environment,
        cwd=ROOT,
    )
    try:
        _wait(f"http://127.0.0.1:{port}/", every=0.02)
        return time.perf_counter() - began
    finally:
        processes.stop(web)


def memory(server: Server) -> float:
    """The largest worker's own memory, in MiB (proportional set size)."""
    return max(
        float(child.memory_full_info().pss) / 2**20
        for child in psutil.Process(server.process.pid).children(recursive=True)
    )


def manage(environment: dict[str, str], *arguments: str) -> str:
    """Runs one of Django's commands in an environment."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{arguments[0]} failed: {done.stderr[-2000:]}")
    return done.stdout


def _create(database: str) -> None:
    with psycopg.connect(dsn("postgres"), autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone() is None:
            connection.execute(f'CREATE DATABASE "{database}"')  # type: ignore[call-overload]


def _postgres(engines: Engines) -> int:
    if engines.postgres is None or engines.postgres.process is None:
        raise RuntimeError("the embedded PostgreSQL is measured; leave DATABASE_URL unset")
    return engines.postgres.process.pid


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(url: str, *, every: float = 0.1) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(every)
    raise RuntimeError(f"{url} does not answer")
