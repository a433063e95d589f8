"""BANIBS beside the least that a Django shop can be and the least that SQL can do, in one run: ratios, not seconds.

python -m tests.bench.side_by_side [--products 10000] [--large 1000000] [--rounds 3] [--seconds 4] [--only pages,hot]

Floor and limit belong to the measuring rig, found at BENCH_RIG (default ../shared/bench): `floor/app.py`, `limit/*.sql`.
Both run on the same PostgreSQL and Redis as BANIBS, in turn, so that a machine's drift hits all alike. Goals: docs
"Speed". Needs `wrk` for pages.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from banibs.dev.engines import Engines
from banibs.dev.home import home
from tests.bench import buying
from tests.bench import server as house

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Sample:
    """One visit to a target: the middle and the slow end in milliseconds, and the servers' CPU per request."""

    p50: float
    p99: float
    cpu: float
    rate: float


def rig() -> Path:
    """Where floor and limit are. Raises SystemExit with one sentence when they are not."""
    place = Path(os.environ.get("BENCH_RIG", ROOT.parent / "shared" / "bench"))
    if not (place / "floor" / "app.py").exists():
        raise SystemExit(f"The measuring rig is not at {place}; BENCH_RIG names its folder.")
    return place


def main() -> None:
    """Measures and prints."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--products", type=int, default=10_000)
    asked.add_argument("--large", type=int, default=0)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--only", default="pages,purchases,placing,hot,growth,start", help="what to measure")
    asked.add_argument("--seconds", type=int, default=4)
    options = asked.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("Pages are measured with wrk: apt-get install wrk")
    os.environ["PGPORT"] = str(house.PG_PORT)  # the socket is named after the port
    engines = Engines(home() / "bench", options=house.OPTIONS)
    engines.start()
    try:
        _measure(engines, options)
    finally:
        engines.stop()


def _measure(engines: Engines, options: argparse.Namespace) -> None:
    rounds, seconds = options.rounds, options.seconds
    floor = house.floor(engines, rig(), products=options.products)
    ours = house.ours(engines, "bench_small", products=options.products)
    try:
        for name, measure in {
            "pages": lambda: _pages(ours, floor, rounds, seconds),
            "purchases": lambda: _purchases(ours, floor, rounds, seconds),
            "placing": lambda: _placing(engines, ours, rounds, seconds),
            "hot": lambda: _hot_accounts(ours, rounds, seconds),
            "growth": lambda: _growth(engines, ours, options),
            "start": lambda: _start(ours),
        }.items():
            if name in options.only.split(","):
                measure()
    finally:
        ours.stop()
        floor.stop()


def _start(ours: house.Server) -> None:
    cold = statistics.median(house.cold_start(ours) for _ in range(3))
    print(f"memory per web worker: {house.memory(ours):.0f} MiB (goal ≤ 150)")
    print(f"start to first 200: {cold:.2f} s (goal ≤ 1.5)")


EACH_ITS_OWN = """
local n = {start}
request = function() n = n + 1; return wrk.format("GET", wrk.path .. string.format("{joint}n=%d", n)) end
"""


def visit(
    url: str, pids: list[int], *, connections: int, seconds: int, cookie: str = "", kept: bool = True
) -> Sample:
    """Loads a page with wrk for some seconds. The servers' CPU is counted over all of it.

    Without `kept` every request is for an address that nobody asked for before, so none is answered from the cache.
    """
    before, began = _cpu(pids), time.perf_counter()
    header = ["-H", f"Cookie: {cookie}"] if cookie else []
    if not kept:
        script = home() / "each_its_own.lua"
        script.write_text(EACH_ITS_OWN.format(start=int(time.time() * 100), joint="&" if "?" in url else "?"))
        header += ["-s", str(script)]
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", *header, url],
        capture_output=True,
        text=True,
        timeout=seconds + 60,
        check=True,
    )
    time.sleep(0.3)
    text = done.stdout
    if "Non-2xx" in text:
        raise RuntimeError(f"{url} answered with errors:\n{text}")
    requests = int(re.search(r"(\d+) requests in", text)[1])  # type: ignore[index]
    return Sample(
        p50=_milliseconds(text, "50"),
        p99=_milliseconds(text, "99"),
        cpu=(_cpu(pids) - before) * 1000 / max(1, requests),
        rate=requests / (time.perf_counter() - began),
    )


def _milliseconds(text: str, percent: str) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s)", text, re.M)
    if found is None:
        raise RuntimeError(text)
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def _cpu(pids: list[int]) -> float:
    """CPU seconds of these processes and all below them."""
    total = 0.0
    for pid in pids:
        for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            try:
                times = process.cpu_times()
                total += times.user + times.system
            except psutil.NoSuchProcess:
                continue
    return total


def in_turn(rounds: int, *works: Callable[[], Sample]) -> list[list[Sample]]:
    """Visits each target in each round, A B A B."""
    found: list[list[Sample]] = [[] for _ in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            found[place].append(work())
    return found


def ratio(name: str, of: str, a: list[Sample], b: list[Sample], field: str, goal: str) -> None:
    """Prints the median of a/b, round by round."""
    pairs = [getattr(one, field) / getattr(two, field) for one, two in zip(a, b, strict=True)]
    middle = statistics.median(getattr(one, field) for one in a)
    print(
        f"{name}: {field} {middle:.2f}, {statistics.median(pairs):.2f} × {of} "
        f"({min(pairs):.2f} to {max(pairs):.2f}; goal {goal})"
    )


def _pages(ours: house.Server, floor: house.Server, rounds: int, seconds: int) -> None:
    cookie = buying.sign_in(ours.url)
    path, theirs = "/browse/", "/listing"
    for connections, field, goal in ((1, "p50", "≤ 1.5"), (1, "cpu", "≤ 1.5"), (8, "p99", "≤ 2")):
        a, b = in_turn(
            rounds,
            lambda c=connections: visit(
                ours.url + path, ours.pids, connections=c, seconds=seconds, cookie=cookie
            ),  # type: ignore[misc]
            lambda c=connections: visit(floor.url + theirs, floor.pids, connections=c, seconds=seconds),  # type: ignore[misc]
        )
        ratio(f"listing, signed in, {connections} connections", "the floor's listing", a, b, field, goal)
    a, b = in_turn(
        rounds,
        lambda: visit(ours.url + path, ours.pids, connections=1, seconds=seconds),
        lambda: visit(floor.url + "/hello", floor.pids, connections=1, seconds=seconds),
    )
    ratio("listing, anonymous", "the floor's hello", a, b, "cpu", "≤ 2")


def _purchases(ours: house.Server, floor: house.Server, rounds: int, seconds: int) -> None:
    rates = []
    for _ in range(rounds):
        bought = buying.by_people(ours, buyers=8, seconds=seconds * 2)
        theirs = buying.at_the_floor(floor, rig(), buyers=8, seconds=seconds * 2)
        rates.append((bought.rate, theirs.rate))
        if bought.seen != bought.stored or bought.errors:
            raise RuntimeError(
                f"{bought.seen} orders were answered, {bought.stored} stand, {bought.errors} errors"
            )
    shares = [mine / other for mine, other in rates]
    print(
        f"complete purchase of 2 lines, 8 buyers: {statistics.median(mine for mine, _ in rates):.1f}/s, "
        f"{statistics.median(shares):.0%} of the floor's (goal ≥ 55 %); lost, phantom or double orders: 0"
    )


def _placing(engines: Engines, ours: house.Server, rounds: int, seconds: int) -> None:
    rates = []
    for _ in range(rounds):
        placed = buying.without_http(ours, clients=8, seconds=seconds * 2)
        least = house.least_checkout(engines, rig(), clients=8, seconds=seconds)
        rates.append((placed, least))
    shares = [mine / other for mine, other in rates]
    print(
        "placing with wallet, ledger, events and key, no HTTP, 8 clients: "
        f"{statistics.median(mine for mine, _ in rates):.0f}/s, "
        f"{statistics.median(shares):.0%} of the minimal checkout in SQL (goal ≥ 40 %)"
    )


def _hot_accounts(ours: house.Server, rounds: int, seconds: int) -> None:
    shares, rates = [], []
    for _ in range(rounds):
        spread = buying.without_http(ours, clients=32, seconds=seconds * 2, spread=True)
        rates.append(buying.without_http(ours, clients=32, seconds=seconds * 2))
        shares.append(rates[-1] / spread)
    print(
        f"placing with the platform's accounts in every order, 32 clients: {statistics.median(rates):.0f}/s, "
        f"{statistics.median(shares):.0%} of the same with accounts apart (goal ≥ 90 %)"
    )


def _growth(engines: Engines, small: house.Server, options: argparse.Namespace) -> None:
    if not options.large:
        return
    large = house.ours(engines, "bench_large", products=options.large)

    def counted(server: house.Server) -> list[int]:
        if engines.postgres is None:  # a real server's processes are not ours to count
            return server.pids
        return [*server.pids, int((engines.postgres.data / "postmaster.pid").read_text().split()[0])]

    try:
        for name, path, goal in (
            ("listing", "/browse/?sort=price", "≤ 1.1"),
            ("category", large.category, "≤ 1.1"),
            ("detail", large.product, "≤ 1.1"),
            ("search for a common word", "/search/?q=lamp", "≤ 2"),
        ):
            here = small.category if name == "category" else small.product if name == "detail" else path
            a, b = in_turn(
                options.rounds,
                lambda p=path: visit(  # type: ignore[misc]
                    large.url + p, counted(large), connections=1, seconds=options.seconds, kept=False
                ),
                lambda p=here: visit(  # type: ignore[misc]
                    small.url + p, counted(small), connections=1, seconds=options.seconds, kept=False
                ),
            )
            ratio(f"{name}, {options.large:,} products", f"{options.products:,}", a, b, "cpu", goal)
    finally:
        large.stop()


if __name__ == "__main__":
    sys.exit(main())
