"""The process: one gunicorn worker with threads over one state file, its senders and its timetable."""

import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any

from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication

from banibs.dev.stripe_sandbox.control import timetable
from banibs.dev.stripe_sandbox.events import deliveries
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Store

THREADS = 16


class PortTaken(Exception):
    """Somebody else listens there."""


def application(folder: Path, *, base_url: str, app_url: str | None) -> Any:
    """The WSGI application, with its senders and its timetable running beside it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "banibs.dev.stripe_sandbox.settings"
    django, store, stop = get_wsgi_application(), Store(folder), threading.Event()
    store.set("app_url", app_url)
    store.set("platform", PLATFORM)
    deliveries.start(store, stop)
    threading.Thread(
        target=timetable.run, args=(store, base_url, stop), name="timetable", daemon=True
    ).start()

    def with_store(environ: dict[str, Any], start_response: Any) -> Any:
        environ["sandbox.store"] = store
        return django(environ, start_response)

    return with_store


def serve(*, host: str, port: int, folder: Path, app_url: str | None) -> None:
    """Answer until told to stop. Raises PortTaken."""
    _check_free(host, port)

    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="stripe_sandbox %(levelname)s %(message)s"
    )

    class Server(BaseApplication):
        """gunicorn with its settings in code."""

        def load_config(self) -> None:
            """One process, because the idempotency keys in progress live in it."""
            own = {
                "bind": f"{host}:{port}", "workers": 1, "worker_class": "gthread", "threads": THREADS,
                "loglevel": "warning",
                "graceful_timeout": 1, "timeout": 60, "keepalive": 5, "control_socket_disable": True,
                "proc_name": "stripe_sandbox",
            }  # fmt: skip
            for name, value in own.items():
                if name in self.cfg.settings:
                    self.cfg.set(name, value)

        def load(self) -> Any:
            """The application, made in the worker: its threads and its file belong to that process."""
            _die_with_parent()
            return application(folder, base_url=f"http://{host}:{port}", app_url=app_url)

    sys.stdout.write(f"The local Stripe answers on http://{host}:{port} and keeps its state in {folder}\n")
    sys.stdout.flush()
    Server().run()


def _check_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise PortTaken(
                f"Port {port} is in use: end the program that has it, or name another with --port."
            ) from problem


def _die_with_parent() -> None:
    """A worker whose gunicorn was killed outright must not live on."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            threading.Event().wait(1)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="parent", daemon=True).start()
