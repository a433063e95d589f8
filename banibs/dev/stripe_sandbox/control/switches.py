"""What the control page and the control API can do: move the clock, spoil calls and webhooks, nudge
objects along.
"""

import logging
import time
from dataclasses import replace
from typing import Any

import requests

from banibs.dev.stripe_sandbox.api.payments import money, refund_states
from banibs.dev.stripe_sandbox.api.webhooks import webhook_endpoints
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.control import timetable
from banibs.dev.stripe_sandbox.errors import InvalidParameter
from banibs.dev.stripe_sandbox.events import deliveries
from banibs.dev.stripe_sandbox.http import faults
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

log = logging.getLogger(__name__)

WEBHOOK_RULES = {
    "lose": "Never send them",
    "duplicate": "Send each more than once",
    "delay": "Send them later",
    "reorder": "Hold them for a moment, then send them in reverse order",
}
# name → the most that it may be; the other settings are read by their own rules
NUMBERS = {
    "fee_bps": 10_000, "fee_fixed": 100_000, "dispute_fee": 100_000, "refunds_below_zero": 10**12,
    "topup_seconds": 30 * 86400,
    "verification_seconds": 30 * 86400, "available_business_days": 30,
}  # fmt: skip
SETTINGS = (*NUMBERS, "settled_currencies", "dispute_fee_returned", "recipients_allowed", "refunds")


def state(ctx: Context) -> Object:
    """Everything that the switches say, and how much is under way."""
    store = ctx.store
    waiting = store.row("SELECT count(*) AS n FROM deliveries WHERE state IN ('waiting', 'sending')")
    return {
        "now": ctx.now(),
        "clock_offset": store.setting("clock_offset", 0),
        "app_url": store.setting("app_url"),
        "faults": store.setting("faults", []),
        "webhook_rules": store.setting("webhook_rules", []),
        "webhooks_paused": store.setting("webhooks_paused", False),
        "deliveries_waiting": waiting["n"] if waiting else 0,
        "settings": {name: store.setting(name) for name in SETTINGS},
    }


def move_clock(ctx: Context, *, seconds: int, tell_app: bool) -> Object:
    """Move the clock forward and do everything that falls due; the application's clock too, where its
    address is known.
    """
    if not 0 <= seconds <= 10 * 366 * 86400:
        raise InvalidParameter("The clock goes forward only, and at most ten years.", param="advance")
    with ctx.store.unit():
        ctx.store.set("clock_offset", ctx.store.setting("clock_offset", 0) + seconds)
    done = timetable.run_due(ctx.store, ctx.base_url)
    deliveries.nudge()
    told = _tell_app(ctx, seconds) if tell_app and seconds else None
    return {**state(ctx), "chores_done": done, "app_told": told}


def _tell_app(ctx: Context, seconds: int) -> bool | None:
    """POST `{"advance_seconds": n, "offset_seconds": all}` to the application's hook; None where
    there is none.
    """
    hook = ctx.store.setting("app_url")
    if not hook:
        return None
    body = {"advance_seconds": seconds, "offset_seconds": ctx.store.setting("clock_offset", 0)}
    try:
        return requests.post(hook, json=body, timeout=5, allow_redirects=False).status_code < 300
    except requests.RequestException as problem:
        log.warning("the application's clock was not moved: %s", type(problem).__name__)
        return False


def add_fault(ctx: Context, rule: Object) -> list[Object]:
    """Let the next matching calls fail."""
    if rule.get("do") not in faults.KINDS:
        raise InvalidParameter(f"`do` is one of: {', '.join(faults.KINDS)}", param="do")
    clean = {
        "do": rule["do"],
        "method": (rule.get("method") or "*").upper(),
        "path": rule.get("path") or "/v1/*",
        "count": _whole(rule.get("count"), "count", default=1, most=1000),
        "seconds": float(_whole(rule.get("seconds"), "seconds", default=0, most=120)),
    }
    with ctx.store.unit():
        rules: list[Object] = [*ctx.store.setting("faults", []), clean]
        ctx.store.set("faults", rules)
    return rules


def clear_faults(ctx: Context) -> None:
    """Calls behave again."""
    ctx.store.set("faults", [])


def add_webhook_rule(ctx: Context, rule: Object) -> list[Object]:
    """Spoil the webhooks that match; `count` is how many, None for all until cleared."""
    if rule.get("do") not in WEBHOOK_RULES:
        raise InvalidParameter(f"`do` is one of: {', '.join(WEBHOOK_RULES)}", param="do")
    count = rule.get("count")
    clean = {
        "do": rule["do"],
        "types": _patterns(rule.get("types") or "*"),
        "count": None if count in (None, "") else _whole(count, "count", default=1, most=10000),
        "seconds": _whole(
            rule.get("seconds"), "seconds", default=3 if rule["do"] == "reorder" else 30, most=30 * 86400
        ),
        "times": _whole(rule.get("times"), "times", default=1, most=100),
        "shuffle": bool(rule.get("shuffle")),
    }
    with ctx.store.unit():
        rules: list[Object] = [*ctx.store.setting("webhook_rules", []), clean]
        ctx.store.set("webhook_rules", rules)
    return rules


def clear_webhook_rules(ctx: Context) -> None:
    """Webhooks are sent as they should be again; what was held back goes out."""
    ctx.store.set("webhook_rules", [])
    pause_webhooks(ctx, paused=False)


def pause_webhooks(ctx: Context, *, paused: bool) -> None:
    """Hold every delivery back, or let them go."""
    ctx.store.set("webhooks_paused", paused)
    deliveries.nudge()


def wait_until_quiet(ctx: Context, *, seconds: float) -> bool:
    """Wait until nothing is due: no chore, no delivery. False when that takes longer."""
    until = time.monotonic() + min(seconds, 60)
    while time.monotonic() < until:
        moment = ctx.store.now() + 3  # what falls due within moments counts as due
        row = ctx.store.row(
            "SELECT (SELECT count(*) FROM chores WHERE due <= ?) + "
            "(SELECT count(*) FROM deliveries WHERE state = 'sending' OR (state = "
            "'waiting' AND attempts = 0 AND due <= ?)) AS n",
            moment, moment,
        )  # fmt: skip
        if row is not None and row["n"] == 0:
            return True
        time.sleep(0.05)
    return False


def register_endpoint(ctx: Context, given: Object) -> Object:
    """Register an address with a secret that the caller chooses; the same address again replaces it. With
    `old_secret` both sign, as while one is rolled.

    Stripe chooses secrets itself: `make run` and the tests have theirs in the environment already.
    """
    url, secret = given.get("url"), given.get("secret")
    if not isinstance(url, str) or not isinstance(secret, str) or not secret.startswith("whsec_"):
        raise InvalidParameter("`url` and `secret` (whsec_…) are needed.", param="url")
    connect = bool(given.get("connect"))
    params = {"url": url, "enabled_events": given.get("enabled_events") or ["*"], "connect": connect}
    if given.get("api_version"):
        params["api_version"] = given["api_version"]
    with ctx.store.unit():
        for old in ctx.find("webhook_endpoint", url=url):
            if bool(ctx.store.private(old["id"]).get("connect")) == connect:
                ctx.store.delete(old["id"])
        body = webhook_endpoints.create(replace(ctx, params=params))
        body.pop("secret")
        return ctx.save(
            body, private={"secret": secret, "connect": connect, "old_secret": given.get("old_secret")}
        )


def set_settings(ctx: Context, given: Object) -> None:
    """Change fees, the currencies that the account settles, or what becomes of refunds and top-ups."""
    clean = {name: _setting(name, value) for name, value in given.items()}
    with ctx.store.unit():
        for name, value in clean.items():
            ctx.store.set(name, value)
        if "refunds_below_zero" in clean:
            refund_states.send_waiting(ctx, "")
    deliveries.nudge()


def _setting(name: str, value: Any) -> Any:
    if name in NUMBERS:
        return _whole(value, name, default=0, most=NUMBERS[name])
    if name in ("dispute_fee_returned", "recipients_allowed") and isinstance(value, bool):
        return value
    if name == "refunds" and value in refund_states.WAYS:
        return value
    if name == "settled_currencies" and isinstance(value, list) and value:
        return [money.checked_currency(str(code)) for code in value]
    if name in SETTINGS:
        raise InvalidParameter(f"{name} cannot be {value!r}", param=name)
    raise InvalidParameter(f"Settings are: {', '.join(SETTINGS)}", param=name)


def tell(ctx: Context, given: Object) -> Object:
    """Put an object as it is given, over one of the same id, and record an event about it."""
    body, type_ = given.get("object"), given.get("type")
    if not isinstance(body, dict) or not body.get("id") or not body.get("object"):
        raise InvalidParameter("`object` is an object of Stripe's, with its id.", param="object")
    if not isinstance(type_, str) or "." not in type_:
        raise InvalidParameter("`type` is a type of event, such as review.opened.", param="type")
    acting = ctx.acting_for(given.get("account") or PLATFORM)
    with ctx.store.unit():
        acting.save({"created": ctx.now(), **body})
        acting.emit(type_, body)
    deliveries.nudge()
    return body


def reset(ctx: Context, *, keep_endpoints: bool) -> None:
    """Forget everything; the endpoints stay where that is asked."""
    with ctx.store.unit():
        for table in ("replies", "chores", "deliveries", "calls"):
            ctx.store.run(f"DELETE FROM {table}")  # nosec B608  # the four names above
        ctx.store.run("DELETE FROM objects WHERE NOT (? AND kind = 'webhook_endpoint')", keep_endpoints)
        ctx.store.run("DELETE FROM settings WHERE name NOT IN ('app_url', 'platform')")


def _patterns(types: Any) -> list[str]:
    """Patterns of event types: one as a string, or a list of them."""
    patterns = [types] if isinstance(types, str) else types
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise InvalidParameter("`types` is a pattern such as `charge.*`, or a list of them", param="types")
    return patterns


def _whole(value: Any, name: str, *, default: int, most: int) -> int:
    if value in (None, ""):
        return default
    try:
        number = int(value)
    except (TypeError, ValueError) as problem:
        raise InvalidParameter(f"{name} must be a whole number", param=name) from problem
    if not 0 <= number <= most:
        raise InvalidParameter(f"{name} must be from 0 to {most}", param=name)
    return number
