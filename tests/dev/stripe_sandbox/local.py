"""Starting, stopping and steering a local Stripe, and a receiver of its webhooks."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
import stripe

ROOT = Path(__file__).resolve().parents[3]
SECRET, PUBLISHABLE = "sk_test_banibs0LocalStripe0Secret0Key", "pk_test_banibs0LocalStripe0Public0Key"


class LocalStripe:
    """A running process. `control("clock", advance=60)` works a switch, `client` is the real SDK."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder, self.port, self.arguments = folder, free_port(), arguments
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = sdk(SECRET, self.url)
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [
            sys.executable,
            "-m",
            "banibs.dev.stripe_sandbox",
            "--port",
            str(self.port),
            "--data",
            str(self.folder),
        ]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STRIPE_")}
        environment |= {"STRIPE_SECRET_KEY": SECRET, "STRIPE_PUBLISHABLE_KEY": PUBLISHABLE}
        self.log = (self.folder.parent / f"{self.folder.name}.log").open("ab")
        self.process = subprocess.Popen(
            [*command, *self.arguments], cwd=ROOT, env=environment, stdout=self.log, stderr=self.log
        )
        until = time.monotonic() + 30
        while not self._answers():
            assert self.process.poll() is None, (self.folder.parent / f"{self.folder.name}.log").read_text()
            assert time.monotonic() < until, "the local Stripe did not start in 30 s"
            time.sleep(0.05)

    def stop(self) -> None:
        """End it as `make run` does."""
        self.process.terminate()
        self.process.wait(timeout=10)
        self.log.close()

    def kill(self) -> None:
        """End it without a warning, and its worker with it."""
        self.process.kill()
        self.process.wait(timeout=10)
        until = time.monotonic() + 10
        while self._answers() and time.monotonic() < until:
            time.sleep(0.05)
        self.log.close()

    def control(self, path: str, /, **given: Any) -> Any:
        """POST to the control API."""
        answer = requests.post(f"{self.url}/_control/{path}", json=given, timeout=65)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def clear(self, path: str) -> None:
        """DELETE at the control API: the switch is off again."""
        requests.delete(f"{self.url}/_control/{path}", timeout=10).raise_for_status()

    def state(self) -> Any:
        """What the switches say."""
        return requests.get(f"{self.url}/_control/state", timeout=10).json()

    def forward(self, seconds: int) -> None:
        """Move the clock."""
        self.control("clock", advance=seconds)

    def quiet(self) -> None:
        """Wait until nothing is due."""
        assert self.control("wait", seconds=20) == {"quiet": True}

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/_control/state", timeout=2).status_code == 200
        except requests.RequestException:
            return False


class Receiver:
    """A webhook endpoint on this machine: keeps what it is sent, answers what it is told."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.signatures: list[str] = []
        self.answers: list[int] = []  # the next ones; 200 when empty
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.bodies.append(body)
                receiver.signatures.append(self.headers["Stripe-Signature"])
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def events(self) -> list[Any]:
        """What came, in order."""
        return [json.loads(body) for body in self.bodies]

    @property
    def types(self) -> list[str]:
        """Their types, in order."""
        return [event["type"] for event in self.events]

    def wait_for(self, count: int, seconds: float = 10) -> None:
        """Wait until that many have come."""
        until = time.monotonic() + seconds
        while len(self.bodies) < count:
            assert time.monotonic() < until, f"{len(self.bodies)} of {count} webhooks came: {self.types}"
            time.sleep(0.02)

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()


def sdk(key: str, url: str | None = None, **options: Any) -> Any:
    """The real SDK's client; against Stripe itself where there is no address."""
    if url:
        options["base_addresses"] = {"api": url, "files": url}
    return stripe.StripeClient(key, max_network_retries=0, **options).v1


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
