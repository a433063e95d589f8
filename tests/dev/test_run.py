"""`make run`: everything starts, answers, keeps its data, and leaves nothing behind however it ends."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from banibs.dev import borrowed, processes, run
from tests import environment
from tests.servers import eventually

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.xdist_group("run")
NAMED = (
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "SITE_URL",
    "MEDIA_ROOT",
    "DJANGO_SETTINGS_MODULE",
)


class House:
    """One `make run` in a data folder of its own, without the demo shops."""

    def __init__(self, folder: Path, *, port: int) -> None:
        self.folder = folder
        self.checkout = ROOT
        self.port = port
        self.log = folder / "console.log"
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("STRIPE_", "BANIBS_"))
        }
        self.environment = {name: value for name, value in kept.items() if name not in NAMED}
        self.environment |= {"BANIBS_HOME": str(folder), "PORT": str(port), "BANIBS_DEMO": "0"}
        self.process: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        self.process = processes.spawn(
            [sys.executable, "-m", "banibs.dev.run"], log=self.log, env=self.environment, cwd=self.checkout
        )
        processes.wait_until(
            lambda: "BANIBS is open" in self.said(),
            what="run",
            seconds=90,
            process=self.process,
            log=self.log,
        )

    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def own_processes(self) -> list[psutil.Process]:
        """Every process that works in this folder or was started for it."""
        found = []
        for process in psutil.process_iter(["pid", "cmdline", "environ"]):
            command = " ".join(process.info["cmdline"] or [])
            home = (process.info["environ"] or {}).get("BANIBS_HOME")
            if process.pid != os.getpid() and (str(self.folder) in command or home == str(self.folder)):
                found.append(process)
        return found

    def ends_empty(self, *, seconds: float = 20) -> bool:
        deadline = time.monotonic() + seconds
        while self.own_processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self.own_processes()


@pytest.fixture
def house() -> Iterator[House]:
    folder = environment.folder() / f"house-{environment.worker()}"
    folder.mkdir(mode=0o711, exist_ok=True)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    one = House(folder, port=port)
    one.log.unlink(missing_ok=True)
    yield one
    if one.process is not None and one.process.poll() is None:
        processes.stop(one.process, patience=20)
    assert one.ends_empty(), one.own_processes()


def _status(port: int, path: str) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return int(answer.status)


def _page(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return str(answer.read().decode())


def test_it_answers_keeps_its_data_and_leaves_no_process_when_told_to_stop(house: House) -> None:
    house.open()
    assert _status(house.port, "/healthz") == 200
    assert _status(house.port, "/readyz") == 200
    running = borrowed.running(house.folder)
    assert running is not None
    database = running["environment"]["DATABASE_OWNER_URL"]
    with psycopg.connect(running["environment"]["DATABASE_URL"]) as servers:
        may = "SELECT current_user, has_table_privilege('wallet_transfer', %s)"
        assert servers.execute(may, ["SELECT"]).fetchone() == ("banibs_web", True)
        assert servers.execute(may, ["INSERT"]).fetchone() == ("banibs_web", False)
    with psycopg.connect(database) as connection:
        connection.execute("DROP TABLE IF EXISTS kept")  # of a run that was broken off
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('indigo')")

    assert house.process is not None
    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(timeout=30) == 0
    assert house.ends_empty()
    assert borrowed.running(house.folder) is None

    house.log.unlink()
    began = time.monotonic()
    house.open()
    assert "Tables" not in house.said(), "the second start has nothing to migrate"
    assert time.monotonic() - began < 30
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("indigo",)
        connection.execute("DROP TABLE kept")
    house.process.send_signal(signal.SIGTERM)
    assert house.process.wait(timeout=30) == 0
    assert house.ends_empty()


def test_even_killed_outright_it_leaves_no_process(house: House) -> None:
    house.open()
    assert len(house.own_processes()) > 6
    assert house.process is not None
    house.process.kill()
    house.process.wait()
    assert house.ends_empty(), house.own_processes()


def test_an_edit_of_code_and_of_a_template_shows(house: House, tmp_path: Path) -> None:
    house.checkout = tmp_path / "checkout"
    left_out = shutil.ignore_patterns(".*", "tests", "docs", "shots", "__pycache__")
    shutil.copytree(ROOT, house.checkout, ignore=left_out)
    house.open()
    code, template = (
        house.checkout / "marketplace" / "policy.py",
        house.checkout / "templates" / "components" / "footer.html",
    )
    assert "In the footer" not in _page(house.port, "/sell/")

    template.write_text(template.read_text() + "<p>In the footer</p>")
    assert "In the footer" in _page(house.port, "/sell/")

    right = code.read_text()
    edited = right.replace("SELL_EXAMPLE_PRICE = 48", "SELL_EXAMPLE_PRICE = 57")
    assert edited != right
    code.write_text(edited)
    eventually(lambda: 'value="57"' in _page(house.port, "/sell/"))
    code.write_text(right + "\nnonsense\n")
    eventually(lambda: "The web server has stopped: NameError" in house.said())
    code.write_text(right)
    eventually(lambda: 'value="48"' in _page(house.port, "/sell/"))
    assert house.process is not None
    assert house.process.poll() is None
    assert "Traceback" not in house.said()


def test_a_dead_engine_is_said_in_one_sentence_and_the_rest_stops(house: House) -> None:
    house.open()
    postmaster = int((house.folder / "run" / "pgdata" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGQUIT)
    assert house.process is not None
    assert house.process.wait(timeout=60) == 1
    assert "PostgreSQL has stopped" in house.said()
    assert "Traceback" not in house.said()
    assert house.ends_empty()


def test_a_busy_port_is_said_in_one_sentence(house: House) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", house.port))
        listener.listen()
        done = _run(house)
    assert done.returncode == 1
    assert f"Port {house.port} is taken by another program" in done.stderr
    assert f"make run PORT={house.port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_house_in_the_same_folder_is_refused(house: House) -> None:
    from banibs.dev.engines import claim

    lock = claim(house.folder / "run", name="tests")
    done = _run(house)
    lock.close()
    assert done.returncode == 1
    assert "is in use by process" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_said_in_one_sentence(house: House) -> None:
    script = (
        "import collections, shutil, sys; from banibs.dev import run;"
        "usage = collections.namedtuple('usage', 'total used free');"
        "shutil.disk_usage = lambda folder: usage(2**30, 2**30 - 2**20, 2**20); sys.exit(run.main())"
    )
    done = _run(house, script=script)
    assert done.returncode == 1
    assert "The disk of" in done.stderr
    assert "is full" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_postgresql_may_not_enter_is_said_in_one_sentence(house: House, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    house.environment["BANIBS_HOME"] = str(closed)
    done = _run(
        house, script="from banibs.dev import postgres, run; postgres.os.geteuid = lambda: 0; run.main()"
    )
    assert "whose parents anybody may enter" in done.stderr
    assert "Traceback" not in done.stderr


def _run(house: House, *, script: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", script] if script else [sys.executable, "-m", "banibs.dev.run"]
    return subprocess.run(
        command, cwd=ROOT, env=house.environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_stripe_that_env_names_takes_the_place_of_the_local_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [one for one in os.environ if one.startswith("STRIPE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(run, "CHECKOUT", tmp_path)
    lines = [
        "STRIPE_SECRET_KEY=sk_test_of_a_person",
        'STRIPE_PUBLISHABLE_KEY="pk_test"',
        "STRIPE_API_HOST=",
        "DEBUG=1",
    ]
    (tmp_path / ".env").write_text("\n".join(lines))
    stack = run.Stack(tmp_path, host="127.0.0.1", port=1)

    environment = stack.environment()

    assert (environment["STRIPE_SECRET_KEY"], environment["STRIPE_PUBLISHABLE_KEY"]) == (
        "sk_test_of_a_person",
        "pk_test",
    )
    assert not {"STRIPE_API_HOST", "DEBUG"} & (environment.keys() - os.environ.keys())
    assert stack._start_stripe(environment) == {}
    assert stack.parts == {}
    monkeypatch.setenv("STRIPE_SECRET_KEY", "sk_test_exported")
    assert stack.environment()["STRIPE_SECRET_KEY"] == "sk_test_exported"


def test_without_one_the_local_one_is_meant(tmp_path: Path) -> None:
    assert run.provider_names(tmp_path / ".env") == {}
    (tmp_path / ".env").write_text("STRIPE_SECRET_KEY=\nSTRIPE_CAPTURE=manual\n")
    assert run.provider_names(tmp_path / ".env") == {"STRIPE_CAPTURE": "manual"}
