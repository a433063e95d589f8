"""`python -m tests.soak.money_back`: 5,000 steps of money back for each of ten seeds; goes on where it stopped.

A seed that has held with these sources stands in a file and is not run again; one that breaks ends the run, its output
beside it. `--seeds`, `--steps` and `--anew` change that.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from banibs.dev.home import home

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ("wallet", "marketplace", "payments", "payouts", "tests/soak/money_back")
SEEDS = range(1, 11)
STEPS = 5_000


def digest() -> str:
    """A fingerprint of what the steps run through: with other sources every seed is run again."""
    found = hashlib.sha256()
    for room in SOURCES:
        for path in sorted((ROOT / room).rglob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def run(seed: int, steps: int, log: Path) -> bool:
    """One seed in a process of its own; its output goes to a file."""
    environment = {**os.environ, "BANIBS_SOAK": "1", "BANIBS_SEED": str(seed), "BANIBS_STEPS": str(steps)}
    test = "tests/soak/money_back/test_money_back.py::test_money_goes_back_at_random_and_everybody_has_what_is_theirs"
    with log.open("w") as out:
        command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--show-capture=stdout", "-rP", test]
        return (
            subprocess.run(command, cwd=ROOT, env=environment, stdout=out, stderr=out, check=False).returncode
            == 0
        )


def main() -> int:
    """Runs what has not held yet; 1 when a seed breaks."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak.money_back", description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="*", default=list(SEEDS))
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--anew", action="store_true", help="forget what has held")
    given = parser.parse_args()
    folder = home() / "money-back"
    folder.mkdir(parents=True, exist_ok=True)
    kept, sources = folder / "held.json", digest()
    held: dict[str, float] = {} if given.anew or not kept.exists() else json.loads(kept.read_text())
    for seed in given.seeds:
        name = f"{sources}:{seed}:{given.steps}"
        if name in held:
            print(f"seed {seed}: held before, {held[name]:.0f} s")
            continue
        began, log = time.monotonic(), folder / f"{seed}.log"
        if not run(seed, given.steps, log):
            print(f"seed {seed}: broke; see {log}")
            return 1
        held[name] = time.monotonic() - began
        kept.write_text(json.dumps(held, indent=1))
        print(f"seed {seed}: {given.steps} steps held, {held[name]:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
