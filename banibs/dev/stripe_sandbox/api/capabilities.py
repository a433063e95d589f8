"""Capabilities: what a connected account may do."""

from banibs.dev.stripe_sandbox.api import accounts, requirements
from banibs.dev.stripe_sandbox.api.account_object import no_requirements
from banibs.dev.stripe_sandbox.context import PLATFORM, Context
from banibs.dev.stripe_sandbox.errors import no_such
from banibs.dev.stripe_sandbox.lists import listed
from banibs.dev.stripe_sandbox.params import Flag, Shape
from banibs.dev.stripe_sandbox.store import Object

UPDATE = Shape({"requested": Flag()})


def build(account: Object, name: str) -> Object:
    """One capability of an account, as it stands."""
    due = account["requirements"]
    return {
        "id": name,
        "object": "capability",
        "account": account["id"],
        "future_requirements": no_requirements(),
        "requested": True,
        "requested_at": account["created"],
        "requirements": {
            **no_requirements(),
            "currently_due": due["currently_due"],
            "disabled_reason": due["disabled_reason"],
        },
        "status": account["capabilities"][name],
    }


def retrieve(ctx: Context, account_id: str, name: str) -> Object:
    """One capability."""
    account = accounts.load(ctx, account_id)
    if name not in account["capabilities"]:
        raise no_such("capability", name, param="capability")
    return build(account, name)


def list_(ctx: Context, account_id: str) -> Object:
    """All capabilities of an account."""
    account = accounts.load(ctx, account_id)
    return listed(
        [build(account, name) for name in sorted(account["capabilities"])],
        url=f"/v1/accounts/{account_id}/capabilities",
    )


def update(ctx: Context, account_id: str, name: str) -> Object:
    """Ask for a capability, or give it up."""
    before = accounts.load(ctx, account_id)
    if name not in ("card_payments", "transfers"):
        raise no_such("capability", name, param="capability")
    names = {**before["capabilities"], name: before["capabilities"].get(name, "inactive")}
    if ctx.params.get("requested") is False:
        names[name] = "inactive"
    ctx.acting_for(PLATFORM).save({**before, "capabilities": names})
    return build(requirements.refresh(ctx, account_id, before=before), name)
