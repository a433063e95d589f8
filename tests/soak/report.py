"""`make soak` tells beforehand how long it takes, and of each test its time, its seed and its figures, on one line.

Logs go to a file: they are megabytes. What a test prints are its figures. Times are noted for the next run.
"""

import json
import logging
from pathlib import Path

import pytest

from banibs.dev.home import home

FOLDER = home()  # before the tests' own environment names another
TIMES = "soak-times.json"
DEFAULT_LIMIT = 600  # seconds; `timeout` in pyproject.toml


class Report:
    """One run of `make soak`. `times` are the seconds that each test took when it last passed here."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "soak.log"
        self.times: dict[str, float] = {}
        if (folder / TIMES).exists():
            self.times = json.loads((folder / TIMES).read_text())

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Says how long it will take, and sends the logs of this process to the file."""
        print(f"\n{expected(session.items, self.times)}\nLogs: {self.log}\n")
        stream = self.log.open("w")
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler):
                handler.setStream(stream)

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """The line of a test that has run; nothing for its set-up, unless that failed."""
        if report.when != "call":
            return None
        return report.outcome, line(report), report.outcome.upper()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes how long a test took that passed."""
        if report.when == "call" and report.passed:
            self.times[report.nodeid] = round(report.duration, 1)
            (self.folder / TIMES).write_text(json.dumps(self.times, indent=1))


def expected(items: list[pytest.Item], times: dict[str, float]) -> str:
    """How long these tests take: what they took when they last ran here, and the limits of those that never did."""
    known = [times[item.nodeid] for item in items if item.nodeid in times]
    limits = [_limit(item) for item in items if item.nodeid not in times]
    parts = []
    if known:
        parts.append(f"{len(known)} took {sum(known) / 60:.0f} minutes when they last passed here")
    if limits:
        parts.append(
            f"{len(limits)} have not passed here yet and take {sum(limits) / 60:.0f} minutes at the very most"
        )
    return f"{len(items)} soak tests: {'; '.join(parts) or 'none'}."


def line(report: pytest.TestReport) -> str:
    """What became of a test, its seconds, its name, and what it printed."""
    figures = " · ".join(each.strip() for each in report.capstdout.splitlines() if each.strip())
    return f"{report.outcome.upper()} {report.duration:7.1f} s  {report.nodeid}  {figures}\n"


def _limit(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    return float(marker.args[0]) if marker and marker.args else DEFAULT_LIMIT


def pytest_configure(config: pytest.Config) -> None:
    """Joins the session."""
    config.pluginmanager.register(Report(FOLDER), "soak-report")
