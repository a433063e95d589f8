"""Sending events to endpoints: queued with the event, tried again on a schedule, spoilt when told to."""

import fnmatch
import json
import logging
import random
import threading
from typing import Any

import requests

from banibs.dev.stripe_sandbox.events import signing
from banibs.dev.stripe_sandbox.store import Object, Store

log = logging.getLogger(__name__)

RETRY_AFTER = (
    10,
    60,
    300,
    1800,
    7200,
    18000,
    36000,
    *[43200] * 5,
)  # seconds by the local clock: about three days
TIMEOUT = 10  # seconds that an endpoint may take
SENDERS = 4

wake = threading.Condition()


def queue(store: Store, event: Object, *, connect: bool) -> int:
    """Put an event in the queue of each endpoint that listens for it; returns how many wait for it."""
    waiting = 0
    for row in store.rows("SELECT body, private FROM objects WHERE kind = 'webhook_endpoint' ORDER BY seq"):
        endpoint, private = json.loads(row["body"]), json.loads(row["private"])
        listens = _listens(event["type"], endpoint["enabled_events"])
        if endpoint["status"] == "enabled" and listens and bool(private.get("connect")) == connect:
            waiting += _queue_one(store, event, endpoint["id"])
    return waiting


def _queue_one(store: Store, event: Object, endpoint: str) -> int:
    """Apply the rules that spoil webhooks, first match first, and note the deliveries that remain."""
    now, times, delay, lost = store.now(), 1, 0.0, False
    rules: list[Object] = store.setting("webhook_rules", [])
    for rule in rules:
        if rule.get("count") == 0 or not _listens(event["type"], rule["types"]):
            continue
        if rule.get("count"):
            rule["count"] -= 1
        if rule["do"] == "lose":
            lost = True
        elif rule["do"] == "duplicate":
            times += int(rule.get("times") or 1)
        elif rule["do"] == "delay":
            delay = float(rule.get("seconds") or 30)
        elif rule["do"] == "reorder":
            delay = _reversed_slot(rule, now)
        break
    if rules:
        store.set("webhook_rules", rules)
    for _ in range(times):
        store.run(
            "INSERT INTO deliveries (event, endpoint, due, state, note) VALUES (?, ?, ?, ?, ?)",
            event["id"], endpoint, None if lost else now + delay,
            "lost" if lost else "waiting", "lost on purpose" if lost else "",
        )  # fmt: skip
    return 0 if lost else times


def _listens(type_: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(type_, pattern) for pattern in patterns)


def _reversed_slot(rule: Object, now: float) -> float:
    """Seconds to wait so that the events of one window arrive in reverse order."""
    window = float(rule.get("seconds") or 3)
    if now > rule.get("opened", 0) + window:
        rule["opened"], rule["seen"] = now, 0
    rule["seen"] += 1
    place = 0.25 * max(0, 40 - rule["seen"])
    chance = random.uniform(0, 3)  # nosec B311  # an order of arrival, no secret
    after = chance if rule.get("shuffle") else place
    return max(0.0, float(rule["opened"]) + window - now + after)


def send(store: Store, seq: int, event_id: str, endpoint_id: str) -> None:
    """Try one delivery now, and note what came of it."""
    endpoint_row = store.row("SELECT body, private FROM objects WHERE id = ?", endpoint_id)
    event_row = store.row("SELECT body FROM objects WHERE id = ?", event_id)
    if endpoint_row is None or event_row is None:
        _settle(store, seq, event_id, status=None, note="the endpoint was deleted", final=True)
        return
    endpoint, event = json.loads(endpoint_row["body"]), json.loads(event_row["body"])
    event["api_version"] = endpoint["api_version"] or event["api_version"]
    body = json.dumps(event, indent=2).encode()
    private = json.loads(endpoint_row["private"])
    secrets = [private["secret"], *filter(None, [private.get("old_secret")])]
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signing.header(body=body, secrets=secrets),
    }
    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of this machine has no business with webhooks on it
            answer = session.post(
                endpoint["url"], data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            )
    except requests.RequestException as problem:
        _settle(store, seq, event_id, status=None, note=type(problem).__name__)
    else:
        _settle(store, seq, event_id, status=answer.status_code, note="")


def _settle(
    store: Store, seq: int, event_id: str, *, status: int | None, note: str, final: bool = False
) -> None:
    delivered = status is not None and 200 <= status < 300
    with store.unit():
        row = store.row("SELECT attempts FROM deliveries WHERE seq = ?", seq)
        attempts = (row["attempts"] if row else 0) + 1
        again = not delivered and not final and attempts <= len(RETRY_AFTER)
        state = "delivered" if delivered else "waiting" if again else "failed"
        due = store.now() + RETRY_AFTER[attempts - 1] if again else None
        store.run(
            "UPDATE deliveries SET state = ?, due = ?, attempts = ?, status = ?, note = ?, "
            "sent = ? WHERE seq = ?",
            state, due, attempts, status, note, store.now(), seq,
        )  # fmt: skip
        count_pending(store, event_id)


def count_pending(store: Store, event_id: str) -> None:
    """Bring an event's `pending_webhooks` up to date."""
    row = store.row(
        "SELECT count(*) AS n FROM deliveries WHERE event = ? AND state IN ('waiting', 'sending')", event_id
    )
    store.run(
        "UPDATE objects SET body = json_set(body, '$.pending_webhooks', ?) WHERE id = ?",
        row["n"] if row else 0,
        event_id,
    )


def resend(store: Store, event_id: str, endpoint_id: str | None = None) -> int:
    """Queue an event once more, at once, for one endpoint or for all that had it; returns how many."""
    rows = store.rows(
        "SELECT id FROM objects WHERE kind = 'webhook_endpoint' AND (? IS NULL OR id = ?)",
        endpoint_id,
        endpoint_id,
    )
    event = store.row("SELECT account FROM objects WHERE id = ?", event_id)
    if event is None:
        return 0
    sent = 0
    with store.unit():
        for row in rows:
            platform_only = not store.private(row["id"]).get("connect")
            if endpoint_id is None and platform_only != (event["account"] == store.setting("platform")):
                continue
            store.run(
                "INSERT INTO deliveries (event, endpoint, due, state) VALUES (?, ?, ?, 'waiting')",
                event_id,
                row["id"],
                store.now(),
            )
            sent += 1
        count_pending(store, event_id)
    nudge()
    return sent


def nudge() -> None:
    """Tell the senders that there is something to do."""
    with wake:
        wake.notify_all()


def claim(store: Store) -> Any:
    """Take the next delivery that is due, so that no other sender takes it; None while there is none."""
    if store.setting("webhooks_paused", False):
        return None
    with store.unit():
        row = store.row(
            (
                "SELECT seq, event, endpoint FROM deliveries WHERE state = 'waiting' AND due "
                "<= ? ORDER BY due, seq LIMIT 1"
            ),
            store.now(),
        )
        if row is not None:
            store.run("UPDATE deliveries SET state = 'sending' WHERE seq = ?", row["seq"])
    return row


def run_sender(store: Store, stop: threading.Event) -> None:
    """A sender's life: take what is due, send it, sleep until there is more."""
    while not stop.is_set():
        try:
            row = claim(store)
            if row is None:
                with wake:
                    wake.wait(timeout=0.5)
            else:
                send(store, row["seq"], row["event"], row["endpoint"])
        except Exception:
            log.exception("a delivery broke")
            stop.wait(1)


def start(store: Store, stop: threading.Event) -> None:
    """Start the senders. What was on its way when the process died is sent again: at least once,
    never not at all.
    """
    store.run("UPDATE deliveries SET state = 'waiting' WHERE state = 'sending'")
    for number in range(SENDERS):
        threading.Thread(target=run_sender, args=(store, stop), name=f"sender-{number}", daemon=True).start()
