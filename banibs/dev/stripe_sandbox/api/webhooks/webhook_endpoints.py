"""Webhook endpoints: where events are sent. The secret is told once, when the endpoint is made."""

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.examples import new, taken
from banibs.dev.stripe_sandbox.ids import new_id, random_text
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Flag, Many, Metadata, Shape, Text, Url, merged
from banibs.dev.stripe_sandbox.settings import API_VERSION
from banibs.dev.stripe_sandbox.store import Object

CREATE = Shape(
    {
        "url": Url(),
        "enabled_events": Many(Text(), most=300),
        "api_version": Text(API_VERSION),
        "connect": Flag(),
        "description": Text(),
        "metadata": Metadata(),
    },
    required=("url", "enabled_events"),
)
UPDATE = Shape(
    {
        "url": Url(),
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
    body = new(
        "webhook_endpoint", id=new_id("we"), created=ctx.now(), metadata=merged({}, ctx.params.get("metadata")),
        **taken(ctx.params, "api_version", "description", "enabled_events", "url"),
    )  # fmt: skip
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
        body["url"] = ctx.params["url"]
    if "disabled" in ctx.params:
        body["status"] = "disabled" if ctx.params["disabled"] else "enabled"
    body["metadata"] = merged(body["metadata"], ctx.params.get("metadata"))
    return ctx.save(body)


def delete(ctx: Context, endpoint_id: str) -> Object:
    """Forget an endpoint."""
    ctx.load("webhook_endpoint", endpoint_id)
    ctx.store.delete(endpoint_id)
    return new("deleted_webhook_endpoint", id=endpoint_id)
