"""Faults on demand: the next matching call times out after its effect, is refused with 429, breaks with 500 …

A rule is `{"do", "method", "path", "count", "seconds"}`; the first that matches is used up by one.
"""

import fnmatch
import socket
import time
from typing import Any

from banibs.dev.stripe_sandbox.store import Object, Store

KINDS = {
    "timeout_after_effect": "Do it, keep the answer under its key, then let the line go dead",
    "timeout_before_effect": "Do nothing and let the line go dead",
    "rate_limit": "429, nothing done, the key stays usable",
    "lock_timeout": "429 because the object is in use, nothing done, the key stays usable",
    "api_error": "500, nothing done, kept under the key",
    "api_error_after_effect": "Do it, yet answer 500, kept under the key",
    "unavailable": "503, nothing done, the key stays usable",
    "slow": "Wait first, then answer as usual",
    "slow_in_progress": "Hold the idempotency key for a while, then answer as usual",
}


def next_fault(store: Store, method: str, path: str) -> Object | None:
    """The fault that this call runs into, if any; it is used up."""
    rules: list[Object] = store.setting("faults", [])
    for rule in rules:
        method_fits = rule.get("method") in (None, "", "*", method)
        if rule["count"] != 0 and method_fits and fnmatch.fnmatchcase(path, rule.get("path") or "*"):
            rule["count"] -= 1
            store.set("faults", [left for left in rules if left["count"] != 0])
            return rule
    return None


def dead_line(environ: dict[str, Any], seconds: float) -> None:
    """Keep the caller waiting, then close the connection without an answer."""
    time.sleep(seconds)
    connection = environ.get("gunicorn.socket")
    if connection is not None:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # the caller gave up first: the line is dead already
