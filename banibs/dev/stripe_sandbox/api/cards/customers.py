"""Customers."""

from typing import Any

from banibs.dev.stripe_sandbox.api.cards import payment_methods
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.ids import new_id, random_text
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import (
    ADDRESS,
    LIST,
    Email,
    Many,
    Metadata,
    Moments,
    Shape,
    Text,
    full_address,
    merged,
)
from banibs.dev.stripe_sandbox.store import Object

SHIPPING = Shape(
    {"address": ADDRESS, "carrier": Text(), "name": Text(), "phone": Text(), "tracking_number": Text()}
)
FIELDS = Shape(
    {
        "address": ADDRESS,
        "description": Text(),
        "email": Email(most=512),
        "invoice_settings": Shape({"default_payment_method": Text()}),
        "metadata": Metadata(),
        "name": Text(most=256),
        "phone": Text(most=20),
        "preferred_locales": Many(Text()),
        "shipping": SHIPPING,
    }
)
LISTING = Shape({**LIST, "created": Moments(), "email": Text()})


def create(ctx: Context) -> Object:
    """Make a customer."""
    body = new("customer", id=new_id("cus"), created=ctx.now(), invoice_prefix=random_text(8).upper())
    body.update(_given(ctx, body))
    ctx.save(body)
    ctx.emit("customer.created", body)
    return body


def retrieve(ctx: Context, customer_id: str) -> Object:
    """A customer, or the stub of a deleted one."""
    deleted = ctx.store.get(customer_id, kind="deleted_customer", account=ctx.account)
    return _stub(customer_id) if deleted else ctx.load("customer", customer_id)


def update(ctx: Context, customer_id: str) -> Object:
    """Change what is given; leave the rest."""
    before = ctx.load("customer", customer_id)
    after = ctx.save({**before, **_given(ctx, before)})
    ctx.emit("customer.updated", after, changed(before, after))
    return after


def delete(ctx: Context, customer_id: str) -> Object:
    """Delete for good: the cards are detached, the identifier answers with a stub from now on."""
    body = ctx.load("customer", customer_id)
    for method in ctx.find("payment_method", customer=customer_id):
        payment_methods.detach(ctx, method["id"])
    ctx.emit("customer.deleted", body)
    ctx.store.delete(customer_id)
    ctx.save({**body, "object": "deleted_customer"})
    return _stub(customer_id)


def list_(ctx: Context) -> Object:
    """A page of customers."""
    return page(ctx, "customer", url="/v1/customers", where={"email": ctx.params.get("email")})


def _stub(customer_id: str) -> Object:
    return new("deleted_customer", id=customer_id)


def _given(ctx: Context, before: Object) -> dict[str, Any]:
    given = {name: value for name, value in ctx.params.items() if name in FIELDS.fields}
    if "metadata" in given:
        given["metadata"] = merged(before["metadata"], given["metadata"])
    if given.get("address"):
        given["address"] = full_address(given["address"])
    if "invoice_settings" in given:
        given["invoice_settings"] = {**before["invoice_settings"], **(given["invoice_settings"] or {})}
    return given
