"""`make mutants`: pure modules whole, of the others the kept sample, or another by `--seed`. Goes on where it stopped."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import Value

from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import TestOutcome, WorkResult

from tests.mutants import session, trees
from tests.mutants.session import Mutant

SAMPLE = 300
LEAST_KILLED = 0.95
WORKERS = 2
PURE_SECONDS, SAMPLED_SECONDS = 90, 300  # a mutant that hangs is killed, and counts as noticed

_next = Value("i", 0)


def _enter() -> None:
    """Each worker goes into a copy of its own."""
    with _next.get_lock():
        number = _next.value
        _next.value += 1
    os.chdir(trees.PLACE / f"tree-{number}")


def _try(mutant: Mutant, seconds: int) -> WorkResult:
    tests = " ".join(mutant.tests)
    command = f".venv/bin/python -m pytest -n 0 -x -q -p no:cacheprovider -m 'not bench and not soak' {tests}"
    return mutate_and_test(mutant.item.mutations, command, seconds)


def main(arguments: Sequence[str]) -> int:
    """Runs what is left to try, prints what survived; 1 when too much did, or something without a reason."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--seed", type=int, help="draws another sample than the one that is kept")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="how many another seed draws")
    parser.add_argument("--only", default="", help="modules whose path has this in it")
    asked = parser.parse_args(arguments)
    print("the kept sample" if asked.seed is None else f"seed={asked.seed} sample={asked.sample}", flush=True)
    wanted, databases = _wanted(asked)
    done = {job: result for one in databases.values() for job, result in one.results}
    left = [one for one in wanted if one.item.job_id not in done]
    print(f"{len(wanted)} mutants, {len(left)} of them left to try", flush=True)
    if left:
        done |= _run(left, databases)
    return _report(wanted, done)


def _wanted(asked: argparse.Namespace) -> tuple[list[Mutant], dict[str, WorkDB]]:
    databases = {
        module: session.session(module, tests)
        for kind in ("pure", "sampled")
        for module, tests in session.modules(kind).items()
    }
    pure = list(session.mutants("pure", databases))
    found = list(session.mutants("sampled", databases))
    others = (
        session.kept_sample(found)
        if asked.seed is None
        else session.sample(found, size=asked.sample, seed=asked.seed)
    )
    return [one for one in (*others, *pure) if asked.only in one.module], databases


def _run(left: Sequence[Mutant], databases: dict[str, WorkDB]) -> dict[str, WorkResult]:
    workers = min(WORKERS, len(left))
    for number in range(workers):
        trees.made(number)
    pure, began, found = set(session.modules("pure")), time.monotonic(), {}
    with ProcessPoolExecutor(workers, initializer=_enter) as pool:
        tries = {
            pool.submit(_try, one, PURE_SECONDS if one.module in pure else SAMPLED_SECONDS): one
            for one in left
        }
        for number, done in enumerate(as_completed(tries), start=1):
            mutant, result = tries[done], done.result()
            databases[mutant.module].set_result(mutant.item.job_id, result)
            found[mutant.item.job_id] = result
            if result.test_outcome != TestOutcome.KILLED or number % 25 == 0:
                minutes = (time.monotonic() - began) / 60
                print(
                    f"{number}/{len(left)} {minutes:.1f} min {result.test_outcome} {_named(mutant)}",
                    flush=True,
                )
    return found


def _named(mutant: Mutant) -> str:
    row = mutant.item.mutations[0].start_pos[0]
    return f"{mutant.module}:{row} {mutant.operator}: {mutant.line}"


def _report(wanted: Sequence[Mutant], done: dict[str, WorkResult]) -> int:
    reasons = session.known_survivors()
    alive = [one for one in wanted if done[one.item.job_id].test_outcome != TestOutcome.KILLED]
    unknown = [one for one in alive if (one.module, one.line, one.operator) not in reasons]
    for one in alive:
        why = reasons.get((one.module, one.line, one.operator), "NO TEST NOTICES IT")
        print(f"survived: {_named(one)}\n    {why}")
    killed = 1 - len(alive) / len(wanted)
    print(
        f"{len(wanted)} mutants, {len(wanted) - len(alive)} killed ({killed:.1%}), {len(unknown)} without a reason"
    )
    return int(killed < LEAST_KILLED or bool(unknown))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
