"""Lists by cursor: newest first, `limit`, `starting_after`, `ending_before`, `has_more`, bounds of
`created`.
"""

import json
from typing import Any

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import no_such
from banibs.dev.stripe_sandbox.store import Object

_BOUNDS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def page(
    ctx: Context, kind: str, *, url: str, where: dict[str, Any] | None = None, types: list[str] | None = None,
    within: dict[str, dict[str, int] | None] | None = None,
) -> Object:  # fmt: skip
    """One page of this account's objects of a kind, those whose fields equal `where` and whose moments are `within` the
    bounds (None leaves a field open).
    """
    params = ctx.params
    clauses = ["kind = ?", "account = ?"]
    values: list[Any] = [kind, ctx.account]
    for name, value in (where or {}).items():
        if value is not None:
            clauses.append(f"json_extract(body, '$.{name}') = ?")
            values.append(value)
    for bound, moment in (params.get("created") or {}).items():
        clauses.append(f"created {_BOUNDS[bound]} ?")
        values.append(moment)
    for name, bounds in (within or {}).items():
        for bound, moment in (bounds or {}).items():
            clauses.append(f"json_extract(body, '$.{name}') {_BOUNDS[bound]} ?")
            values.append(moment)
    if types:
        clauses.append("json_extract(body, '$.type') IN (" + ", ".join("?" * len(types)) + ")")
        values += types
    after, before = params.get("starting_after"), params.get("ending_before")
    if after or before:
        clauses.append(f"seq {'<' if after else '>'} ?")
        values.append(
            _position(ctx, kind, str(after or before), "starting_after" if after else "ending_before")
        )
    limit = params.get("limit") or 10
    order = "ASC" if before and not after else "DESC"
    conditions = " AND ".join(clauses)
    sql = f"SELECT body FROM objects WHERE {conditions} ORDER BY seq {order} LIMIT ?"  # nosec B608  # our names
    rows = [json.loads(row["body"]) for row in ctx.store.rows(sql, *values, limit + 1)]
    found = rows[:limit]
    return listed(found[::-1] if order == "ASC" else found, url=url, has_more=len(rows) > limit)


def listed(items: list[Object], *, url: str, has_more: bool = False) -> Object:
    """Stripe's list object around some items."""
    return {"object": "list", "data": items, "has_more": has_more, "url": url}


def _position(ctx: Context, kind: str, object_id: str, param: str) -> int:
    row = ctx.store.row(
        "SELECT seq FROM objects WHERE id = ? AND kind = ? AND account = ?", object_id, kind, ctx.account
    )
    if row is None:
        raise no_such(kind, object_id, param=param, in_path=False)
    return int(row["seq"])
