"""Capabilities: what a connected account may do."""

from banibs.dev.stripe_sandbox.api.accounts import account_object, requirements
from banibs.dev.stripe_sandbox.api.accounts.account_object import capability
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import no_such
from banibs.dev.stripe_sandbox.lists import listed
from banibs.dev.stripe_sandbox.params import Flag, Shape
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

UPDATE = Shape({"requested": Flag()})


def retrieve(ctx: Context, account_id: str, name: str) -> Object:
    """One capability."""
    account = account_object.load(ctx, account_id)
    if name not in account["capabilities"]:
        raise no_such("capability", name, param="capability")
    return capability(account, name)


def list_(ctx: Context, account_id: str) -> Object:
    """All capabilities of an account."""
    account = account_object.load(ctx, account_id)
    return listed(
        [capability(account, name) for name in sorted(account["capabilities"])],
        url=f"/v1/accounts/{account_id}/capabilities",
    )


def update(ctx: Context, account_id: str, name: str) -> Object:
    """Ask for a capability, or give it up."""
    before = account_object.load(ctx, account_id)
    if name not in ("card_payments", "transfers"):
        raise no_such("capability", name, param="capability")
    names = {**before["capabilities"], name: before["capabilities"].get(name, "inactive")}
    if ctx.params.get("requested") is False:
        names[name] = "inactive"
    ctx.acting_for(PLATFORM).save({**before, "capabilities": names})
    return capability(requirements.refresh(ctx, account_id, before=before), name)
