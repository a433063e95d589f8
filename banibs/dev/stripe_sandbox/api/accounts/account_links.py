"""Account links: single-use addresses of the hosted onboarding page, good for five minutes."""

from banibs.dev.stripe_sandbox.api.accounts import account_object
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidParameter
from banibs.dev.stripe_sandbox.ids import random_text
from banibs.dev.stripe_sandbox.params import Shape, Text
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

CREATE = Shape(
    {
        "account": Text(),
        "collect": Text("currently_due", "eventually_due"),
        "collection_options": Shape(
            {
                "fields": Text("currently_due", "eventually_due"),
                "future_requirements": Text("include", "omit"),
            }
        ),
        "refresh_url": Text(),
        "return_url": Text(),
        "type": Text("account_onboarding", "account_update"),
    },
    required=("account", "type"),
)
LIVES = 300  # seconds


def create(ctx: Context) -> Object:
    """An address for the seller to go to, now."""
    account = account_object.load(ctx, ctx.params["account"])
    for name in ("refresh_url", "return_url"):
        if not ctx.params.get(name):
            raise InvalidParameter(f"Missing required param: {name}.", code="parameter_missing", param=name)
    token, now = random_text(20), ctx.now()
    ctx.acting_for(PLATFORM).save(
        {
            "id": f"alink_{token}", "object": "onboarding", "created": now, "account": account["id"],
            "expires_at": now + LIVES,
            "refresh_url": ctx.params["refresh_url"], "return_url": ctx.params["return_url"], "opened": False,
        }
    )  # fmt: skip
    return {
        "object": "account_link",
        "created": now,
        "expires_at": now + LIVES,
        "url": f"{ctx.base_url}/setup/e/{account['id']}/{token}",
    }


def login(ctx: Context, account_id: str) -> Object:
    """The address of a seller's Express dashboard."""
    account = account_object.load(ctx, account_id)
    if not account["details_submitted"]:
        raise InvalidParameter("Cannot create a login link for an account that has not completed onboarding.")
    return {"object": "login_link", "created": ctx.now(), "url": f"{ctx.base_url}/express/{account_id}"}
