"""Events as a resource: read back, page by page. Stripe lists thirty days of them."""

import fnmatch

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidParameter
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Flag, Many, Moments, Shape, Text
from banibs.dev.stripe_sandbox.store import Object

LISTING = Shape(
    {**LIST, "created": Moments(), "type": Text(), "types": Many(Text(), most=20), "delivery_success": Flag()}
)
KEPT = 30 * 86400


def retrieve(ctx: Context, event_id: str) -> Object:
    """One event."""
    return ctx.load("event", event_id)


def list_(ctx: Context) -> Object:
    """A page of events, of one type (`charge.*` too), of several, or only those that reached nobody."""
    if ctx.params.get("type") and ctx.params.get("types"):
        raise InvalidParameter("You may only specify one of these parameters: type, types.", param="type")
    since = {"gte": ctx.now() - KEPT}
    ctx.params["created"] = {**since, **(ctx.params.get("created") or {})}
    where = {"pending_webhooks": 0} if ctx.params.get("delivery_success") else None
    return page(ctx, "event", url="/v1/events", where=where, types=_types(ctx))


def _types(ctx: Context) -> list[str]:
    wanted = ctx.params.get("type")
    if not wanted:
        return list(ctx.params.get("types") or [])
    if "*" not in wanted:
        return [wanted]
    rows = ctx.store.rows(
        "SELECT DISTINCT json_extract(body, '$.type') AS type FROM objects WHERE kind = 'event'"
    )
    return [row["type"] for row in rows if fnmatch.fnmatchcase(row["type"], wanted)] or ["none"]
