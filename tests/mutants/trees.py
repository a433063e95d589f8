"""A copy of the project for each worker: a mutant is written into its files, never into the checkout's."""

from __future__ import annotations

import compileall
import os
import py_compile
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PLACE = ROOT / ".mutants"


def made(number: int) -> Path:
    """The `number`-th copy of what git knows of, as it is now. Its bytecode is checked by content: a mutant is seen."""
    tree = PLACE / f"tree-{number}"
    shutil.rmtree(tree, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        source, target = ROOT / name, tree / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    os.symlink(ROOT / ".venv", tree / ".venv")
    checked = py_compile.PycInvalidationMode.CHECKED_HASH
    compileall.compile_dir(tree, quiet=2, rx=re.compile(r"/\.venv/"), invalidation_mode=checked)
    return tree
