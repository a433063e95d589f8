"""Events: what happened, kept as a snapshot, and queued for every endpoint that listens."""

import json
from typing import TYPE_CHECKING, Any

from banibs.dev.stripe_sandbox import deliveries
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.store import Object, Store

if TYPE_CHECKING:
    from banibs.dev.stripe_sandbox.context import Context


def record(ctx: "Context", type_: str, body: Object, previous: Object | None = None) -> Object:
    """Keep an event about `body` as it stands now. `previous` holds the old values of what an update
    changed.
    """
    from banibs.dev.stripe_sandbox.context import API_VERSION, PLATFORM

    data: Object = {"object": body}
    if previous is not None:
        data["previous_attributes"] = previous
    event: Object = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": ctx.now(),
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": ctx.request_id, "idempotency_key": ctx.idempotency_key},
        "type": type_,
    }
    if ctx.account != PLATFORM:
        event["account"] = ctx.account
    with ctx.store.unit():
        event["pending_webhooks"] = deliveries.queue(ctx.store, event, connect=ctx.account != PLATFORM)
        ctx.save(event)
    return event


def changed(before: Object, after: Object) -> Object:
    """The old values of the fields that differ: `previous_attributes`."""
    return {key: before.get(key) for key in after if before.get(key) != after[key]}


def json_rows(store: Store, kind: str, account: str, where: dict[str, str]) -> list[Object]:
    """Objects of a kind whose fields equal `where`, oldest first. Field names come from our code alone."""
    clauses = "".join(f" AND json_extract(body, '$.{name}') = ?" for name in where)
    sql = f"SELECT body FROM objects WHERE kind = ? AND account = ?{clauses} ORDER BY seq"  # nosec B608: our names
    rows: list[Any] = store.rows(sql, kind, account, *where.values())
    return [json.loads(row["body"]) for row in rows]
