"""`expand[]`: identifiers replaced by the objects they name, up to four steps deep."""

from typing import Any

from banibs.dev.stripe_sandbox.api.checkout import checkout_sessions
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.store import Object

_PREFIXES = {
    "acct_": "account", "ch_": "charge", "cus_": "customer", "du_": "dispute", "pi_": "payment_intent",
    "pm_": "payment_method", "re_": "refund", "txn_": "balance_transaction",
    "cs_": "checkout.session", "evt_": "event", "file_": "file", "tu_": "topup",
    "po_": "payout", "py_": "charge", "tr_": "transfer", "trr_": "transfer_reversal",
}  # fmt: skip


def expanded(ctx: Context, body: Object, paths: list[str]) -> Object:
    """The object with every path of `paths` followed; refuses a path that leads nowhere."""
    for path in paths:
        steps = path.split(".")
        if len(steps) > 4:
            raise InvalidRequest(
                f"You cannot expand more than 4 levels of a property. Property: {path}", param="expand"
            )
        body = _follow(ctx, body, steps, path)
    return body


def _follow(ctx: Context, node: Any, steps: list[str], path: str) -> Any:
    if isinstance(node, list):
        return [_follow(ctx, item, steps, path) for item in node]
    if node is None or not steps:
        return node
    step, *rest = steps
    if not isinstance(node, dict) or (step not in node and not _extra(node, step)):
        raise InvalidRequest(
            f"This property cannot be expanded ({path}).", param="expand", code="property_not_expandable"
        )
    value = node[step] if step in node else _fetch_extra(ctx, node, step)
    if isinstance(value, str):
        value = _fetch(ctx, value, path)
    return {**node, step: _follow(ctx, value, rest, path)}


def _fetch(ctx: Context, object_id: str, path: str) -> Object:
    for prefix, kind in _PREFIXES.items():
        if object_id.startswith(prefix):
            found = ctx.store.get(object_id, kind=kind, account=ctx.account)
            if found is not None:
                return found
    raise InvalidRequest(
        f"This property cannot be expanded ({path}).", param="expand", code="property_not_expandable"
    )


def _extra(node: Object, step: str) -> bool:
    return step == "line_items" and node.get("object") == "checkout.session"


def _fetch_extra(ctx: Context, node: Object, step: str) -> Object:
    return checkout_sessions.line_items_of(ctx, node["id"])
