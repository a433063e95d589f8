"""The local PayPal and the local Wise of a test session, and what a test does to them."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from banibs.dev import processes

ROOT = Path(__file__).resolve().parents[2]
PAYPAL = {
    "PAYPAL_CLIENT_ID": "local-paypal-client",
    "PAYPAL_CLIENT_SECRET": "local-paypal-secret",
    "PAYPAL_WEBHOOK_ID": "LOCALWEBHOOK0001",
}
WISE = {"WISE_API_TOKEN": "local-wise-token", "WISE_PROFILE_ID": "30000001"}


class LocalProvider:
    """One process for the session; `fresh` before each test."""

    def __init__(self, module: str, folder: Path, keys: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", module, "--port", str(self.port), "--data", str(folder / module)]
        log = folder / f"{module}.log"
        self.process = processes.spawn(command, log=log, env={**os.environ, **keys}, cwd=ROOT)
        processes.wait_until(self._answers, what=module, seconds=20, process=self.process, log=log)
        self.fresh()

    def _answers(self) -> bool:
        try:
            self.state()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """Ends the process."""
        processes.stop(self.process)

    def control(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """A call of its control API."""
        request = urllib.request.Request(
            f"{self.url}/_control/{path}",
            data=json.dumps(body or {}).encode() if method == "POST" else None,
            headers={"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read())["result"]
        except urllib.error.HTTPError as refused:
            raise AssertionError(refused.read().decode()) from refused

    def fresh(self) -> None:
        """Forgets everything, switches included."""
        self.control("reset")

    def state(self) -> Any:
        """What every switch says."""
        return self.control("state", method="GET")

    def fund(self, value: str, currency: str = "GBP") -> None:
        """Pays our money in."""
        self.control("fund", {"value": value, "currency": currency})

    def balance(self, currency: str = "GBP") -> int:
        """What it holds for us, minor units."""
        return int(self.state()["balances"].get(currency, 0))

    def settle(self) -> None:
        """Waits until it has done what is due."""
        deadline = time.monotonic() + 20
        while not self.control("wait", {"seconds": 10}):
            assert time.monotonic() < deadline

    def calls(self, path: str = "") -> list[str]:
        """The calls of its API so far, as METHOD path."""
        return [f"{one['method']} {one['path']}" for one in self.state()["calls"] if path in one["path"]]

    def fail_next(self, do: str, path: str = "", **more: Any) -> None:
        """The next call whose path has this part is spoilt: drop, lose, hang, error."""
        self.control("faults", {"do": do, "path": path, **more})

    def events(self, type_: str = "") -> list[dict[str, Any]]:
        """Every event so far, as it would be delivered: id, type, body, headers."""
        self.settle()
        return [one for one in self.control("events", method="GET") if one["type"].startswith(type_)]


def local_paypal(folder: Path) -> LocalProvider:
    """The local PayPal."""
    return LocalProvider("banibs.dev.paypal_sandbox", folder, PAYPAL)


def local_wise(folder: Path) -> LocalProvider:
    """The local Wise."""
    return LocalProvider("banibs.dev.wise_sandbox", folder, WISE)
