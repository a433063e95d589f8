"""`python -m tests.changed_tests`: the tests that the change since main touches, nearest first, as many as the time allows.

A test file is touched by a changed file when, in this order,
1. it is the changed file;
2. it mirrors it: `test_<name>.py` in a folder whose names are all in the changed file's path;
3. it imports the changed module (itself, not through another), or names the changed file in its text.
A changed template counts as a change of the templates that include it, and of the modules that name one of these.
"""

import argparse
import ast
import re
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What a file of tests costs, roughly: loading and a database, then so much for each test.
START_SECONDS, TEST_SECONDS = 8.0, 0.4
SLOW_WORDS = {
    "each_look": 12.0,
    "LOOKS": 12.0,
    "browser": 5.0,
    "subprocess": 8.0,
    "live": 3.0,
}  # seconds a test
MANY = 60.0  # seconds of tests from which two workers are worth their start


def main() -> int:
    """Runs the touched tests; pytest's exit code, 0 when nothing is touched."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=90, help="choose as many as fit")
    parser.add_argument("--list", action="store_true", help="name them, run nothing")
    asked = parser.parse_args()
    files = touched(changed())
    chosen, cost = within(files, asked.seconds)
    for path in chosen:
        print(f"  {path}")
    if len(chosen) < len(files):
        print(
            f"  … and {len(files) - len(chosen)} more that two minutes have no room for: `make test` runs them"
        )
    if asked.list or not chosen:
        return 0
    workers = ["-n", "2", "--dist", "loadgroup"] if cost > MANY else ["-n", "0"]
    command = [sys.executable, "-m", "pytest", *workers, "-q", "-m", "not bench", *chosen]
    with subprocess.Popen(command, cwd=ROOT) as running:
        try:
            return running.wait(timeout=asked.seconds)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGINT)  # it says what it has done so far
            running.wait()
    print("The time is over before these tests were: `make test` runs them all.")
    return 1


def changed() -> list[str]:
    """The files that differ from where this branch left main, uncommitted and new ones too; on main, from HEAD."""
    base = _git("merge-base", "HEAD", "main") or _git("merge-base", "HEAD", "origin/main") or ["HEAD"]
    return sorted(
        {*_git("diff", "--name-only", base[0]), *_git("ls-files", "--others", "--exclude-standard")}
    )


def touched(paths: list[str]) -> list[str]:
    """The test files that these changed files touch, nearest first."""
    found = sorted((ROOT / "tests").rglob("test_*.py"))
    tests = [str(path.relative_to(ROOT)) for path in found if path.parent.name != "soak"]
    every = [*paths, *(one for path in paths if path.startswith("templates/") for one in _users_of(path))]
    modules = {_module(path) for path in every if path.endswith(".py")} - {""}
    rules = (
        lambda test: test in every,
        lambda test: any(_mirrors(test, path) for path in every),
        lambda test: bool(modules & _imports(test)),
        lambda test: any(path in _text(test) for path in every),
    )
    return list(dict.fromkeys(test for rule in rules for test in tests if rule(test)))


def within(files: list[str], seconds: float) -> tuple[list[str], float]:
    """The first of these files that fit into so many seconds, at least one, and what they cost."""
    chosen: list[str] = []
    spent = START_SECONDS
    for path in files:
        text = _text(path)
        each = max([TEST_SECONDS, *(seconds for word, seconds in SLOW_WORDS.items() if word in text)])
        cost = len(re.findall(r"^def test_", text, re.MULTILINE)) * each
        if chosen and spent + cost > seconds:
            continue
        chosen.append(path)
        spent += cost
    return chosen, spent


def _mirrors(test: str, path: str) -> bool:
    place = Path(path)
    stem, suffix = place.stem.replace("-", "_"), place.suffix[1:]
    names = {f"test_{stem}.py", f"test_{stem}_{suffix}.py"}
    return Path(test).name in names and set(Path(test).parts[1:-1]) <= set(place.parts[:-1])


def _module(path: str) -> str:
    """`wallet/ledger.py` → `wallet.ledger`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def _imports(path: str) -> frozenset[str]:
    """Every module that a file imports, and every name that it imports from one."""
    found = set()
    for node in ast.walk(ast.parse(_text(path))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return frozenset(found)


def _users_of(template: str) -> set[str]:
    """The templates that show this one, through others too, and the modules that name one of them."""
    shown = {str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.*")}
    users, waiting = {template}, [template]
    while waiting:
        name = waiting.pop().removeprefix("templates/")
        stem = Path(name).stem
        tag = f"<c-{stem.replace('_', '-')}"
        words = [f'"{name}"', f"'{name}'", tag, f' "{stem}" %}}']
        more = {path for path in shown - users if any(word in _text(path) for word in words)}
        users |= more
        waiting += more
    names = [f'"{path.removeprefix("templates/")}"' for path in users]
    code = (path for path in ROOT.glob("[!.]*/**/*.py") if path.relative_to(ROOT).parts[0] != "tests")
    return users | {
        str(path.relative_to(ROOT)) for path in code if any(name in path.read_text() for name in names)
    }


@cache
def _text(path: str) -> str:
    return (ROOT / path).read_text(errors="replace")


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


if __name__ == "__main__":
    sys.exit(main())
