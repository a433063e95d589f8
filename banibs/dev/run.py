"""`make run`: everything of BANIBS on one laptop, started together and stopped together.

Each part is a child of this process, tied to its life: Ctrl-C, SIGTERM and even SIGKILL leave nothing behind. An edit
of Python code restarts the web server, the worker and the timetable; templates are read anew for each page. The local
Stripe and the engines go on.
"""

import contextlib
import errno
import json
import os
import shutil
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

import environ
import watchfiles

from banibs.dev import borrowed, payout_providers, preparation, processes
from banibs.dev.engines import Engines, claim
from banibs.dev.home import CHECKOUT, home
from banibs.dev.processes import Trouble

LEAST_FREE = 300 * 2**20  # bytes: a new cluster, the demo's pictures and some room to work
# Where the local Stripe tells us what happened: our own account, and connected ones.
ENDPOINT = "6f1d1f0e-58b6-4c0e-9d0f-0b7f5a3a9c01"
CONNECT_ENDPOINT = "6f1d1f0e-58b6-4c0e-9d0f-0b7f5a3a9c02"
WEB, WORKER, TIMETABLE, STRIPE = "The web server", "The worker", "The timetable", "The local Stripe"
SERVERS = (WEB, WORKER, TIMETABLE)  # what runs our code and starts again with it
PACKAGES = [init.parent for init in CHECKOUT.glob("[!.]*/__init__.py") if init.parent.name != "tests"]
LOOK_SECONDS = 0.5  # how often a part is looked after; an edit is seen within a tenth of that
PROVIDERS = ("STRIPE_", "PAYOUT_", *payout_providers.PREFIXES)  # how the names of their settings begin
SIGN_INS = ("buyer", "buyer2", "seller", "seller2", "seller3", "staff", "staff2")


class Stack:
    """The running parts, in the order they were started."""

    def __init__(self, folder: Path, *, host: str, port: int) -> None:
        self.folder = folder
        self.host = host
        self.port = port
        self.engines = Engines(folder / "run")
        # Held here, so that a page asked for while the web server starts again waits for it.
        self.listener = socket.socket()
        self.parts: dict[str, processes.Child] = {}
        beat = str(folder / "run" / "beat")
        celery = ["-m", "celery", "-A", "banibs"]
        self.commands = {
            WEB: ["-m", "gunicorn", "-c", "python:banibs.gunicorn", "banibs.wsgi"],
            WORKER: [*celery, "worker", "-c", "2", "-l", "WARNING"],
            TIMETABLE: [*celery, "beat", "-s", beat, "--pidfile="],
        }
        self.stripe = ""  # the local one's address, when it runs
        self.payout_providers: dict[str, str] = {}  # the local ones' addresses
        self.local_environment: dict[str, str] = {}
        self.reloaded = False  # whether code was edited: a part that ends now has an error in it
        self.broken: set[str] = set()  # parts that ended since

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def environment(self) -> dict[str, str]:
        """What every part is started with; names set by the person win. Of `.env` only the providers' names are asked
        here: the parts read the rest of it themselves.
        """
        run = self.folder / "run"
        ours = {
            **borrowed.environment(self.folder),
            "SITE_URL": self.address,
            "BIND": f"fd://{self.listener.fileno()}",
            "PROMETHEUS_MULTIPROC_DIR": str(run / "metrics"),
            "METRICS_TOKEN": "development",
            "WEB_CONCURRENCY": "3",
            "BANIBS_RELOAD": "1",
        }
        return {**ours, **provider_names(CHECKOUT / ".env"), **os.environ, **self.engines.environment()}

    def start(self) -> None:
        """Starts all parts and waits until they answer. Raises Trouble."""
        _require_space(self.folder)
        _listen(self.listener, self.host, self.port)
        with _step("PostgreSQL and Redis"):
            self.engines.start()
        self.local_environment = self._start_stripe(self.environment())
        self.local_environment |= self._start_payout_providers(self.environment())
        environment = self.environment() | self.local_environment
        preparation.migrate(environment, step=_step)
        preparation.load_demo(environment, step=_step)
        with _step("Web server, worker and timetable"):
            self._start_servers(environment)
        stack = self.folder / "run" / "house.json"
        stack.touch(mode=0o600)
        names = set(borrowed.environment(self.folder)) | set(self.engines.environment())
        names |= {"SITE_URL"} | {name for name in environment if name.startswith(PROVIDERS)}
        known = {name: environment[name] for name in sorted(names)}
        stack.write_text(json.dumps({"pid": os.getpid(), "environment": known}))

    def watch(self) -> None:
        """Returns never: brings each edit to the parts that run it, and raises Trouble when another part ends."""
        looks = watchfiles.watch(
            *PACKAGES,
            watch_filter=watchfiles.PythonFilter(),
            rust_timeout=int(LOOK_SECONDS * 1000),
            yield_on_timeout=True,
            raise_interrupt=True,
        )
        for changes in looks:
            if changes:
                self._reload(sorted(Path(path) for _, path in changes))
            self._look_after()

    def _look_after(self) -> None:
        for name, child in {**self.parts, **self._engine_processes()}.items():
            if child.process.poll() is None or name in self.broken:
                continue
            words = processes.last_words(child.log)
            if not self.reloaded or name not in SERVERS:
                raise Trouble(f"{name} has stopped: {words}. Start again: make run")
            self.broken.add(name)
            print(f"  {name} has stopped: {words}. It starts again with the next edit.", flush=True)

    def _reload(self, edited: list[Path]) -> None:
        """Starts the web server, the worker and the timetable again. What the worker had begun is handed out again."""
        more = f" and {len(edited) - 1} more" if len(edited) > 1 else ""
        print(f"  {edited[0].relative_to(CHECKOUT)}{more} changed: loading the code anew", flush=True)
        self.reloaded = True
        self.broken.clear()
        environment = self.environment() | self.local_environment
        for name in SERVERS:
            processes.stop(self.parts[name].process, how=signal.SIGQUIT, patience=2)
            self._spawn(name, environment)

    def stop(self) -> None:
        """Stops every part, the last started first."""
        (self.folder / "run" / "house.json").unlink(missing_ok=True)
        for child in reversed(self.parts.values()):
            child.process.send_signal(signal.SIGTERM) if child.process.poll() is None else None
        for child in reversed(self.parts.values()):
            processes.stop(child.process, patience=15)
        self.engines.stop()
        self.listener.close()

    def _start_stripe(self, environment: dict[str, str]) -> dict[str, str]:
        """The local Stripe, unless a real one (or another host) is named."""
        command = CHECKOUT / "banibs" / "dev" / "management" / "commands" / "stripe_sandbox.py"
        if environment.get("STRIPE_SECRET_KEY") or environment.get("STRIPE_API_HOST") or not command.exists():
            return {}
        port = _free_port()
        data = self.folder / "run" / "stripe"
        data.mkdir(exist_ok=True)
        clock = f"http://127.0.0.1:{self.port}/dev/stripe-clock/"
        self.commands[STRIPE] = [
            "manage.py",
            "stripe_sandbox",
            "--port",
            str(port),
            "--data",
            str(data),
            "--app-url",
            clock,
        ]
        with _step("Local Stripe"):
            self._spawn(STRIPE, environment)
            self._wait(STRIPE, lambda: _answers(f"http://127.0.0.1:{port}/_control/state"), seconds=30)
        self.stripe = f"http://127.0.0.1:{port}"
        named = {
            "STRIPE_API_HOST": self.stripe,
            "STRIPE_CONTROL_URL": f"{self.stripe}/_control",
            "STRIPE_SECRET_KEY": "sk_test_banibs0LocalStripe0Secret0Key",
            "STRIPE_PUBLISHABLE_KEY": "pk_test_banibs0LocalStripe0Public0Key",
            "STRIPE_WEBHOOK_SECRET": f"whsec_{borrowed.secret(self.folder)[:32]}",
            "STRIPE_CONNECT_WEBHOOK_SECRET": f"whsec_{borrowed.secret(self.folder)[16:48]}",
            "STRIPE_WEBHOOK_UUID": ENDPOINT,
            "STRIPE_CONNECT_WEBHOOK_UUID": CONNECT_ENDPOINT,
        }
        for connect, name in ((False, "STRIPE_WEBHOOK"), (True, "STRIPE_CONNECT_WEBHOOK")):
            address = f"http://127.0.0.1:{self.port}/stripe/webhook/{named[f'{name}_UUID']}/"
            endpoint = {
                "url": address,
                "secret": named[f"{name}_SECRET"],
                "connect": connect,
                "enabled_events": ["*"],
            }
            _post(f"http://127.0.0.1:{port}/_control/endpoints", endpoint)
        return named

    def _start_payout_providers(self, environment: dict[str, str]) -> dict[str, str]:
        """The local PayPal and the local Wise, unless real ones (or other hosts) are named."""
        named: dict[str, str] = {}
        for local in payout_providers.wanted(environment):
            url = self._start_local(local, environment)
            self.payout_providers[local.name] = url
            named |= payout_providers.told(local, url, f"http://127.0.0.1:{self.port}")
        switches = ",".join(f"{url}/_control" for url in self.payout_providers.values())
        return {**named, payout_providers.CONTROL: switches} if named else {}

    def _start_local(self, local: payout_providers.Local, environment: dict[str, str]) -> str:
        port = _free_port()
        data = self.folder / "run" / local.module.rpartition(".")[2]
        self.commands[local.name] = ["-m", local.module, "--port", str(port), "--data", str(data)]
        with _step(local.name.replace("The l", "L")):
            self._spawn(local.name, environment | local.keys)
            self._wait(local.name, lambda: _answers(f"http://127.0.0.1:{port}/_control/state"), seconds=30)
        return f"http://127.0.0.1:{port}"

    def _start_servers(self, environment: dict[str, str]) -> None:
        metrics = Path(environment["PROMETHEUS_MULTIPROC_DIR"])
        shutil.rmtree(metrics, ignore_errors=True)
        metrics.mkdir(parents=True)
        for name in SERVERS:
            self._spawn(name, environment)
        self._wait(WEB, lambda: _answers(f"http://127.0.0.1:{self.port}/healthz"), seconds=60)
        ready = f"http://127.0.0.1:{self.port}/readyz"
        began = time.time()
        self._wait(WORKER, lambda: _worker_seen(ready, since=began - 30), seconds=60)

    def _spawn(self, name: str, environment: dict[str, str]) -> None:
        log = self.folder / "run" / (name.removeprefix("The ").replace(" ", "-") + ".log")
        if not self.reloaded:
            log.unlink(missing_ok=True)
        process = processes.spawn(
            [sys.executable, *self.commands[name]],
            log=log,
            env={name: value for name, value in environment.items() if name != "DATABASE_OWNER_URL"},
            cwd=CHECKOUT,
            pass_fds=[self.listener.fileno()] if name == WEB else [],
        )
        self.parts[name] = processes.Child(process, log)

    def _wait(self, name: str, ready: processes.Probe, *, seconds: float) -> None:
        child = self.parts[name]
        processes.wait_until(ready, what=name, seconds=seconds, process=child.process, log=child.log)

    def _engine_processes(self) -> dict[str, processes.Child]:
        started = {"PostgreSQL": self.engines.postgres, "Redis": self.engines.redis}
        return {
            name: processes.Child(engine.process, engine.log)
            for name, engine in started.items()
            if engine is not None and engine.process is not None
        }


def provider_names(file: Path) -> dict[str, str]:
    """The settings of Stripe, PayPal and Wise that stand in a `.env` file and say something: a real one named there takes
    the place of the local one.
    """

    class Said(environ.Env):
        """What a file says, and nothing of this process's own."""

        ENVIRON: dict[str, str] = {}

    if file.is_file():
        Said.read_env(file)
    return {name: value for name, value in Said.ENVIRON.items() if name.startswith(PROVIDERS) and value}


class _step(contextlib.AbstractContextManager[None]):
    """Says what is being done, then how long it took."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        self.began = time.monotonic()
        print(f"  {self.what} …", end="", flush=True)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        print(f" {time.monotonic() - self.began:.1f} s" if kind is None else "", flush=True)


def _require_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise Trouble(
            f"The disk of {folder} is full: {free // 2**20} MB are free, BANIBS needs {LEAST_FREE // 2**20}. "
            "Make room, or set BANIBS_HOME to a folder on another disk."
        )


def _listen(listener: socket.socket, host: str, port: int) -> None:
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        raise Trouble(
            f"Port {port} is taken by another program ({error.strerror}). Choose another: make run PORT={port + 1}"
        ) from error


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # nosec B310  # our own address
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _worker_seen(url: str, *, since: float) -> bool:
    import datetime as dt

    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # nosec B310  # our own address
            seen = json.load(answer)["worker_last_seen"]
    except (OSError, urllib.error.URLError):
        return False
    return seen is not None and dt.datetime.fromisoformat(seen).timestamp() >= since


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _welcome(stack: Stack) -> None:
    lines = [
        "",
        f"BANIBS is open: {stack.address}",
        "",
        "  Sign in as (password banibs-demo; two-step verification of staff is off in development):",
        *(f"    {name}@banibs.test" for name in SIGN_INS),
        "",
        f"  Mail      {stack.address}/dev/mailbox/",
        f"  Clock     {stack.address}/dev/clock/",
        *([f"  Stripe    {stack.stripe}/ (local: controls, events, clock)"] if stack.stripe else []),
        *(
            f"  {name.removeprefix('The local '):9} {url}/ (local)"
            for name, url in stack.payout_providers.items()
        ),
        f"  Data      {stack.folder}",
        f"  Logs      {stack.folder / 'run'}/*.log",
        "  Edit code or a template and reload the page. Ctrl-C stops everything and keeps the data.",
        "",
    ]
    print("\n".join(lines), flush=True)


def _post(url: str, body: dict[str, object]) -> None:
    """Tells a process of ours something, as JSON."""
    request = urllib.request.Request(
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10):  # nosec B310  # our own address
        return


def main() -> int:
    """Runs BANIBS until it is told to stop. 0 when it was asked to, 1 after trouble."""
    if os.environ.get("MAKELEVEL"):
        processes.end_with_parent()
    signal.signal(signal.SIGINT, _interrupted)  # a shell starts its background jobs with SIGINT ignored
    signal.signal(signal.SIGTERM, _interrupted)
    signal.signal(signal.SIGHUP, _interrupted)
    stack: Stack | None = None
    lock = None
    try:
        lock = claim(home() / "run", name="make run")
        stack = Stack(
            home(), host=os.environ.get("HOST", "127.0.0.1"), port=int(os.environ.get("PORT", "8000"))
        )
        stack.start()
        _welcome(stack)
        stack.watch()
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr, flush=True)
        return 1
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"\nThe disk is full ({error.filename}). Make room, or set BANIBS_HOME.", file=sys.stderr)
        return 1
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if stack is not None:
            stack.stop()
        if lock is not None:
            lock.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
