"""A call at a local provider, its answer, its refusal, and what a provider tells the kit about itself."""

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from banibs.dev.sandbox_kit.store import Object, Store


class Refusal(Exception):
    """A refused call, with its body as the provider writes it. `keeps`: what was done before it stays."""

    def __init__(self, status: int, body: Any, *, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.body = body
        self.headers = dict(headers or {})
        super().__init__(str(body))


@dataclass(frozen=True)
class Call:
    """One request."""

    store: Store
    method: str
    path: str
    base_url: str
    names: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)  # names in small letters
    body: bytes = b""

    def data(self) -> Object:
        """The JSON object of the body. Raises ValueError."""
        given = json.loads(self.body or b"{}")
        if not isinstance(given, dict):
            raise ValueError("The body is a JSON object.")
        return given


@dataclass(frozen=True)
class Answer:
    """What is answered: JSON, or text of another kind."""

    body: Any
    status: int = 200
    kind: str = "application/json"

    def encoded(self) -> bytes:
        """The bytes of the body."""
        return json.dumps(self.body).encode() if self.kind == "application/json" else str(self.body).encode()


Act = Callable[[Call], Answer]
Verb = Callable[[Store, Object], Any]


@dataclass(frozen=True)
class Route:
    """An address: `<name>` in the path is a part of it."""

    method: str
    path: str
    act: Act
    open: bool = False  # asked without a key


@dataclass(frozen=True)
class Shown:
    """A line of the control page: an object, and what can be done to it."""

    id: str
    text: str
    state: str
    verbs: Sequence[str] = ()


class Service(Protocol):
    """A provider, as the kit drives it."""

    name: str
    routes: Sequence[Route]
    verbs: Mapping[str, Verb]  # by hand: what the control page and tests do to an object
    settings: Mapping[str, Any]  # names that may be set, with their first values

    def refusal(self, status: int, message: str, *, code: str = "", path: str = "") -> Refusal:
        """A refusal in the provider's own shape."""

    def authorise(self, call: Call) -> None:
        """Raises Refusal for a call without a right key."""

    def do_chore(self, store: Store, verb: str, subject: str) -> None:
        """What was noted with `store.later` is due."""

    def signed(self, store: Store, event_id: str, body: bytes, base_url: str) -> Mapping[str, str]:
        """The headers of a webhook."""

    def shown(self, store: Store) -> Sequence[Shown]:
        """What the control page lists, newest first."""


def moment(seconds: float) -> str:
    """2026-11-27T12:00:00Z"""
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def emit(store: Store, event_id: str, type_: str, body: Object) -> None:
    """Record an event and queue it, or spoil it as the rules for webhooks say, first match first."""
    store.run("INSERT INTO events (id, type, body) VALUES (?, ?, ?)", event_id, type_, json.dumps(body))
    times, delay, rules = 1, 0.0, list(store.setting("webhook_rules", []))
    for rule in rules:
        if rule["count"] == 0 or rule["types"] not in ("*", type_):
            continue
        rule["count"] -= 1
        times = {"lose": 0, "duplicate": 2}.get(rule["do"], 1)
        delay = float(rule["seconds"]) if rule["do"] == "delay" else 0.0
        break
    store.set("webhook_rules", rules)
    for _ in range(times):
        store.run("INSERT INTO deliveries (event, due) VALUES (?, ?)", event_id, store.now() + delay)
