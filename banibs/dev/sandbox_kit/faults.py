"""Misbehaviour on demand: an answer that is lost, a call that hangs, an error before anything was done."""

from dataclasses import dataclass

from banibs.dev.sandbox_kit.store import Object, Store

# drop: not done, no answer. lose: done, no answer. hang: done, the answer comes `seconds` later. error: `status`, not done.
KINDS = ("drop", "lose", "hang", "error")


@dataclass(frozen=True)
class Fault:
    """What happens to one call."""

    do: str
    status: int
    seconds: float


def add(store: Store, given: Object) -> None:
    """`{"do", "method"?, "path"?, "count"?, "status"?, "seconds"?}`; `path` is a part of the path. Raises ValueError."""
    unknown = set(given) - {"do", "method", "path", "count", "status", "seconds"}
    if unknown or given.get("do") not in KINDS:
        raise ValueError(f"do is one of {', '.join(KINDS)}" if not unknown else f"unknown: {sorted(unknown)}")
    fresh = {"method": "", "path": "", "count": 1, "status": 500, "seconds": 2, **given}
    store.set("faults", [*store.setting("faults", []), fresh])


def take(store: Store, method: str, path: str) -> Fault | None:
    """The fault that waits for such a call, used up by one."""
    with store.unit():
        rules = list(store.setting("faults", []))
        for rule in rules:
            if rule["count"] and rule["method"] in ("", method) and rule["path"] in path:
                rule["count"] -= 1
                store.set("faults", rules)
                return Fault(rule["do"], int(rule["status"]), float(rule["seconds"]))
    return None
