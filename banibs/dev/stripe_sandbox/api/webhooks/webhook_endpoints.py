"""Webhook endpoints: where events are sent. The secret is told once, when the endpoint is made."""

from urllib.parse import urlsplit

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidParameter
from banibs.dev.stripe_sandbox.ids import new_id, random_text
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Flag, Many, Metadata, Shape, Text, merged
from banibs.dev.stripe_sandbox.store import Object

CREATE = Shape(
    {
        "url": Text(),
        "enabled_events": Many(Text(), most=300),
        "api_version": Text(),
        "connect": Flag(),
        "description": Text(),
        "metadata": Metadata(),
    },
    required=("url", "enabled_events"),
)
UPDATE = Shape(
    {
        "url": Text(),
        "enabled_events": Many(Text(), most=300),
        "description": Text(),
        "disabled": Flag(),
        "metadata": Metadata(),
    }
)
LISTING = Shape(LIST)


def create(ctx: Context) -> Object:
    """Register an address. Only this answer holds the secret."""
    secret = f"whsec_{random_text(32)}"
    body: Object = {
        "id": new_id("we"),
        "object": "webhook_endpoint",
        "api_version": ctx.params.get("api_version"),
        "application": None,
        "created": ctx.now(),
        "description": ctx.params.get("description"),
        "enabled_events": ctx.params["enabled_events"],
        "livemode": False,
        "metadata": merged({}, ctx.params.get("metadata")),
        "status": "enabled",
        "url": _url(ctx.params["url"]),
    }
    ctx.save(body, private={"secret": secret, "connect": ctx.params.get("connect", False)})
    return {**body, "secret": secret}


def retrieve(ctx: Context, endpoint_id: str) -> Object:
    """One endpoint, without its secret."""
    return ctx.load("webhook_endpoint", endpoint_id)


def list_(ctx: Context) -> Object:
    """A page of endpoints."""
    return page(ctx, "webhook_endpoint", url="/v1/webhook_endpoints")


def update(ctx: Context, endpoint_id: str) -> Object:
    """Change where to, what for, or whether at all."""
    body = ctx.load("webhook_endpoint", endpoint_id)
    for name in ("enabled_events", "description"):
        if name in ctx.params:
            body[name] = ctx.params[name]
    if ctx.params.get("url"):
        body["url"] = _url(ctx.params["url"])
    if "disabled" in ctx.params:
        body["status"] = "disabled" if ctx.params["disabled"] else "enabled"
    body["metadata"] = merged(body["metadata"], ctx.params.get("metadata"))
    return ctx.save(body)


def delete(ctx: Context, endpoint_id: str) -> Object:
    """Forget an endpoint."""
    ctx.load("webhook_endpoint", endpoint_id)
    ctx.store.delete(endpoint_id)
    return {"id": endpoint_id, "object": "webhook_endpoint", "deleted": True}


def _url(given: str) -> str:
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidParameter(
            "Invalid URL: An explicit scheme (such as https) must be provided.",
            code="url_invalid",
            param="url",
        )
    return given
