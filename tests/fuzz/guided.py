"""The same doors, their values led by what code they reach: `python -m tests.fuzz.guided "rich text" -runs=100000`.

For a long look at one parser by hand. Needs atheris (`pip install .[fuzz]`); options after the door are libFuzzer's.
"""

from __future__ import annotations

import os
import sys

import django
import hypothesis


def main() -> None:
    """Looks at one door until a fault is found or the runs are over."""
    import atheris  # type: ignore[import-not-found]  # an extra

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banibs.settings")
    os.environ.setdefault("SECRET_KEY", "only for looking at parsers " * 3)
    with atheris.instrument_imports(include=["banibs", "wallet", "marketplace", "payments"]):
        django.setup()
        from tests.fuzz.doors import DOORS
    door = next(one for one in DOORS if one.name == sys.argv[1])
    every = list(hypothesis.HealthCheck)
    once = hypothesis.settings(deadline=None, database=None, suppress_health_check=every)(
        hypothesis.given(door.given)(door.try_once)
    )
    atheris.Setup([sys.argv[0], *sys.argv[2:]], once.hypothesis.fuzz_one_input)  # type: ignore[attr-defined]  # hypothesis adds it
    atheris.Fuzz()


if __name__ == "__main__":
    main()
