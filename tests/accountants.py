"""An accountant's own tools as witnesses of an export: each recomputes every balance, and is asked whether it agrees."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

SYSTEM = Path(settings.BASE_DIR) / ".ci/system"


def bean_check(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What `bean-check` says of books in beancount's form."""
    file = folder / "books.beancount"
    file.write_text(text)
    return _asked([Path(sys.executable).parent / "bean-check", file])


def hledger_check(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What `hledger check` says of books in its form: balanced, asserted, every account and commodity declared."""
    if shutil.which("hledger") is None:  # a system part, as the browser is
        subprocess.run([SYSTEM, "hledger"], check=True, timeout=600)
    file = folder / "books.journal"
    file.write_text(text)
    return _asked(["hledger", "--file", file, "check", "--strict"])


def _asked(command: list[str | Path]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
