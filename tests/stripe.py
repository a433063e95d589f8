"""The local Stripe of a test session, and what a test does to it: cards, events, accidents."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import socket
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import stripe
from django.conf import settings
from django.test import Client
from django.urls import reverse

from banibs.dev import processes
from payments.models import WebhookLog
from payments.webhooks import process

ROOT = Path(__file__).resolve().parent.parent


class LocalStripe:
    """One process for the session; `fresh` before each test."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        self.process = processes.spawn(
            [
                sys.executable,
                "-m",
                "banibs.dev.stripe_sandbox",
                "--port",
                str(self.port),
                "--data",
                str(folder / "stripe"),
            ],
            log=folder / "stripe.log",
            env=dict(os.environ),
            cwd=ROOT,
        )
        self._wait()
        self.client = stripe.StripeClient(settings.STRIPE_SECRET_KEY, base_addresses={"api": self.url})
        self._told: set[str] = set()
        self.fresh()

    def _wait(self) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f"{self.url}/_control/state", timeout=1)  # our own process
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the local Stripe does not answer")

    def stop(self) -> None:
        """Ends the process."""
        processes.stop(self.process)

    def control(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """A call of its control API."""
        request = urllib.request.Request(  # our own process
            f"{self.url}/_control/{path}",
            data=json.dumps(body or {}).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or b"{}")

    def fresh(self) -> None:
        """Forgets everything, switches included. Refunds are paid whatever is there: Stripe takes what is missing
        from the bank account.
        """
        self.control("reset")
        self.control("settings", {"refunds_below_zero": 10**9})
        self._told = set()

    def tells(self, address: str) -> None:
        """Delivers its events to the servers at this address, ours and those of connected accounts."""
        for connect, uuid, secret in (
            (False, settings.STRIPE_WEBHOOK_UUID, settings.STRIPE_WEBHOOK_SECRET),
            (True, settings.STRIPE_CONNECT_WEBHOOK_UUID, settings.STRIPE_CONNECT_WEBHOOK_SECRET),
        ):
            url = address + reverse("payments:webhook", args=[uuid])
            endpoint = {"url": url, "secret": secret, "connect": connect, "enabled_events": ["*"]}
            self.control("endpoints", endpoint)

    def pay(self, stripe_id: str, card: str = "pm_card_visa", **more: Any) -> Any:
        """What the buyer's browser does on the card page. A decline is Stripe's 402."""
        params = {"payment_method": card, "return_url": "http://testserver/back", **more}
        return self.client.v1.payment_intents.confirm(stripe_id, params)

    def events(self) -> list[dict[str, Any]]:
        """Every event so far, oldest first, once it is quiet."""
        self.control("wait", {"seconds": 10})
        found = [one.to_dict() for one in self.client.v1.events.list({"limit": 100}).data]
        return sorted(found, key=lambda event: (event["created"], found[::-1].index(event)))

    def told(self, type_: str, body: Any, account: str = "") -> None:
        """Puts an object as it is given, and records an event about it: what the local Stripe does not do by itself."""
        self.control("tell", {"type": type_, "object": body, "account": account})

    def deliver(self, only: str = "") -> list[WebhookLog]:
        """Delivers the events that our endpoint was not told of yet, and works on them; returns their rows."""
        rows = []
        for event in self.events():
            if event["id"] in self._told or not event["type"].startswith(only):
                continue
            self._told.add(event["id"])
            rows.append(tell(event))
        return rows


def signed(body: bytes, *, secret: str = "", at: int | None = None) -> str:
    """A Stripe-Signature header."""
    moment = int(time.time()) if at is None else at
    key = (secret or settings.STRIPE_WEBHOOK_SECRET).encode()
    mark = hmac.new(key, f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mark}"


def knock(body: bytes, *, header: str | None = None, endpoint: Any = None) -> Any:
    """A request at our door."""
    url = reverse("payments:webhook", args=[endpoint or settings.STRIPE_WEBHOOK_UUID])
    headers = {"Stripe-Signature": signed(body) if header is None else header}
    return Client().post(url, data=body, content_type="application/json", headers=headers)


def tell(event: dict[str, Any], *, connect: bool | None = None) -> WebhookLog:
    """Delivers one event, signed, and works on it as a worker would. It comes to the endpoint that Stripe would choose, or
    to the other one.
    """
    body = json.dumps(event).encode()
    if bool(event.get("account")) if connect is None else connect:
        header = signed(body, secret=settings.STRIPE_CONNECT_WEBHOOK_SECRET)
        answer = knock(body, header=header, endpoint=settings.STRIPE_CONNECT_WEBHOOK_UUID)
    else:
        answer = knock(body)
    assert answer.status_code == 200, answer.content
    row = WebhookLog.objects.get(external_id=event["id"])
    process.process_event(row.pk)
    row.refresh_from_db()
    return row
