"""What checks addresses and accounts is loaded when one is typed, not when a server starts."""

from __future__ import annotations

import subprocess
import sys

LOOK = """
import sys, django
django.setup()
import banibs.urls, banibs.celery, payouts.tasks
print(*sorted({"eth_utils", "eth_hash", "pydantic", "schwifty", "solders"} & set(sys.modules)))
"""


def test_a_server_starts_without_the_libraries_of_addresses() -> None:
    found = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []
