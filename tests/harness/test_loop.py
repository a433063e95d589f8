"""The loop of edit, see, test: what waits for what, what starts, what is chosen, what is tried again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from banibs.dev import borrowed, clean
from banibs.dev.engines import Busy, claim
from tests import changed_tests, environment
from tests.soak import report as soak

ROOT = Path(__file__).resolve().parents[2]
CLEAN = ("BANIBS_", "PYTEST_", "DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")


def session_in(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A test session of its own, whose engines stand in `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(CLEAN)}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-q", *arguments],
        cwd=ROOT,
        env=kept | {"BANIBS_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def open_folder() -> Path:
    """A folder that PostgreSQL may enter though root made it."""
    folder = environment.folder() / f"loop-{environment.worker()}"
    folder.mkdir(mode=0o711, exist_ok=True)
    clean.shutil.rmtree(folder)
    folder.mkdir(mode=0o711)
    return folder


def test_arithmetic_starts_no_engine(open_folder: Path) -> None:
    done = session_in(open_folder, "tests/core/test_money.py")
    assert "60 passed" in done.stdout, done.stdout + done.stderr
    assert {path.name for path in (open_folder / "tests-0").iterdir()} == {"lock", "worker-0"}


def test_engines_start_when_a_test_asks_and_end_with_the_session(open_folder: Path) -> None:
    done = session_in(open_folder, "tests/core/test_cache.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed in " in done.stdout
    assert (open_folder / "tests-0" / "pgdata" / "PG_VERSION").exists()
    assert (open_folder / "tests-0" / "redis").exists()
    commands = [" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
    assert [command for command in commands if str(open_folder) in command] == []
    assert clean.remove(open_folder / "tests-0") == ""
    assert not (open_folder / "tests-0").exists()


def test_clean_leaves_a_running_session_alone(tmp_path: Path) -> None:
    with claim(tmp_path / "tests-3", name="tests"):
        assert "is in use by process" in clean.remove(tmp_path / "tests-3")
    assert (tmp_path / "tests-3").exists()
    assert clean.remove(tmp_path / "tests-3") == ""
    assert not (tmp_path / "tests-3").exists()


def test_a_command_waits_for_a_house_that_starts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = claim(tmp_path / "run", name="make run")

    def opens() -> None:
        time.sleep(0.5)
        house = {"pid": os.getpid(), "environment": {"REDIS_URL": "redis://kept"}}
        (tmp_path / "run" / "house.json").write_text(json.dumps(house))

    threading.Thread(target=opens).start()
    house = borrowed._running_or_claimed(tmp_path)
    lock.close()
    assert house is not None
    assert house["environment"] == {"REDIS_URL": "redis://kept"}
    said = capsys.readouterr().err
    assert said.count("Waiting until") == 1
    assert f"process {os.getpid()} (make run) has started" in said


def test_it_waits_for_another_command_and_then_has_the_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = claim(tmp_path / "run", name="manage.py")
    threading.Timer(0.5, lock.close).start()
    assert borrowed._running_or_claimed(tmp_path) is None
    assert "(manage.py) has ended" in capsys.readouterr().err
    with pytest.raises(Busy):
        claim(tmp_path / "run", name="tests")
    borrowed._locks.pop().close()  # type: ignore[attr-defined]


def test_it_does_not_wait_for_ever(tmp_path: Path) -> None:
    with claim(tmp_path / "run", name="make run"), pytest.raises(Busy, match="is in use by process"):
        borrowed._running_or_claimed(tmp_path, patience=0.3)


def test_a_changed_module_touches_its_mirror_and_who_imports_it() -> None:
    files = changed_tests.touched(["banibs/core/money.py"])
    assert files[0] == "tests/core/test_money.py"
    assert "tests/wallet/test_ledger.py" in files
    assert "tests/core/test_palette.py" not in files


def test_a_changed_test_comes_first() -> None:
    files = changed_tests.touched(["banibs/core/money.py", "tests/wallet/test_ledger.py"])
    assert files[:2] == ["tests/wallet/test_ledger.py", "tests/core/test_money.py"]


def test_a_changed_template_touches_the_views_that_show_it() -> None:
    users = changed_tests._users_of("templates/components/logo.html")
    assert {"templates/components/footer.html", "templates/base.html"} <= users
    assert any(path.endswith(".py") for path in users)


def test_what_does_not_fit_is_left_to_make_test() -> None:
    files = changed_tests.touched(["banibs/core/money.py"])
    chosen, cost = changed_tests.within(files, 60)
    assert chosen[0] == files[0]
    assert len(chosen) < len(files)
    assert cost <= 60
    assert changed_tests.within(files, 0)[0] == files[:1]


class Item:
    """A test as pytest has collected it."""

    def __init__(self, *fixtures: str, marks: tuple[str, ...] = ()) -> None:
        self.fixturenames = fixtures
        self.marks = [getattr(pytest.mark, name) for name in marks]

    def add_marker(self, mark: Any) -> None:
        self.marks.append(mark)

    def get_closest_marker(self, name: str) -> Any:
        return next((mark for mark in self.marks if mark.name == name), None)


@pytest.mark.parametrize("retry", [True, False])
def test_a_browser_test_alone_is_tried_again_and_none_about_money(
    request: pytest.FixtureRequest, retry: bool
) -> None:
    look, money, race = Item("page", "browser"), Item("browser", "live_cards"), Item("db")
    once, soaked = Item("browser", marks=("once",)), Item("browser", marks=("soak",))
    hooks: Any = request.config.pluginmanager.get_plugin(str(ROOT / "conftest.py"))
    hooks.pytest_collection_modifyitems(
        SimpleNamespace(getoption=lambda _name: retry), [look, money, race, once, soaked]
    )
    assert [bool(item.get_closest_marker("browser")) for item in (look, money, race)] == [True, True, False]
    tried = [item for item in (look, money, race, once, soaked) if item.get_closest_marker("flaky")]
    assert tried == ([look] if retry else [])
    if retry:
        assert look.get_closest_marker("flaky").kwargs == {"reruns": 1, "reruns_delay": 2}


def test_a_soak_says_how_long_it_takes_and_a_line_for_each_test() -> None:
    items: list[Any] = [
        SimpleNamespace(nodeid="a", get_closest_marker=lambda _name: None),
        SimpleNamespace(nodeid="b", get_closest_marker=lambda _name: pytest.mark.timeout(3600).mark),
    ]
    assert soak.expected(items, {"a": 120.0}) == (
        "2 soak tests: 1 took 2 minutes when they last passed here; "
        "1 have not passed here yet and take 60 minutes at the very most."
    )
    done: Any = SimpleNamespace(
        outcome="passed", duration=3.21, nodeid="b", capstdout="\nseed 7, 10 orders\n{'short': 2}\n"
    )
    assert soak.line(done) == "PASSED     3.2 s  b  seed 7, 10 orders · {'short': 2}\n"


def test_make_help_lists_every_target() -> None:
    asked = ["make", "--no-print-directory", "help"]  # inside `make test` it would speak of folders too
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY"))
    targets = set(phony.removeprefix(".PHONY:").split()) - {"setup"}
    assert len(targets) > 10
    assert {line.split()[1] for line in listed.splitlines()} == targets
