"""Sending events: signed, tried again on a schedule, 25 times within three days as both providers say."""

import logging
import threading
from collections.abc import Sequence

import requests

from banibs.dev.sandbox_kit.calls import Service
from banibs.dev.sandbox_kit.store import Object, Store

log = logging.getLogger(__name__)
RETRY_AFTER = (10, 60, 300, 1800, 3600, *[10_800] * 20)  # seconds by this provider's clock
TIMEOUT = 10  # seconds that the application may take


def events(service: Service, store: Store, base_url: str) -> Sequence[Object]:
    """Every event as it would be sent, oldest first."""
    return [
        {
            "id": row["id"],
            "type": row["type"],
            "body": row["body"],
            "headers": dict(service.signed(store, row["id"], row["body"].encode(), base_url)),
        }
        for row in store.rows("SELECT * FROM events ORDER BY seq")
    ]


def send_due(service: Service, store: Store, base_url: str) -> bool:
    """Send the next delivery that is due; whether there was one."""
    url = store.setting("endpoint", "")
    if not url or store.setting("webhooks_paused", False):
        return False
    with store.unit():
        found = store.rows(
            "SELECT d.seq, d.attempts, e.id, e.body FROM deliveries d JOIN events e ON e.id = d.event "
            "WHERE d.state = 'waiting' AND d.due <= ? ORDER BY d.due, d.seq LIMIT 1",
            store.now(),
        )
        if not found:
            return False
        row = found[0]
        store.run("UPDATE deliveries SET state = 'sending' WHERE seq = ?", row["seq"])
    status, note = _post(
        url, row["body"].encode(), dict(service.signed(store, row["id"], row["body"].encode(), base_url))
    )
    arrived = status is not None and 200 <= status < 300
    again = not arrived and row["attempts"] < len(RETRY_AFTER)
    store.run(
        "UPDATE deliveries SET state = ?, attempts = attempts + 1, status = ?, note = ?, due = ? WHERE seq = ?",
        "delivered" if arrived else "waiting" if again else "failed", status, note,
        store.now() + RETRY_AFTER[row["attempts"]] if again else None, row["seq"],
    )  # fmt: skip
    return True


def _post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int | None, str]:
    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of this machine has no business with webhooks on it
            answer = session.post(
                url,
                data=body,
                headers={"Content-Type": "application/json", **headers},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
    except requests.RequestException as problem:
        return None, type(problem).__name__
    return answer.status_code, ""


def run(service: Service, store: Store, base_url: str, stop: threading.Event) -> None:
    """A sender's life."""
    store.run("UPDATE deliveries SET state = 'waiting' WHERE state = 'sending'")
    while not stop.is_set():
        try:
            if not send_due(service, store, base_url):
                stop.wait(0.1)
        except Exception:
            log.exception("a delivery broke")
            stop.wait(1)
