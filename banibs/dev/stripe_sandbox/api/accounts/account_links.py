"""Account links: single-use addresses of the hosted onboarding page, good for five minutes."""

from banibs.dev.stripe_sandbox.api.accounts import account_object
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.ids import random_text
from banibs.dev.stripe_sandbox.params import Shape, Text, Url
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

_WHAT = Text("currently_due", "eventually_due")
_OPTIONS = Shape({"fields": _WHAT, "future_requirements": Text("include", "omit")})
CREATE = Shape(
    {
        "account": Text(),
        "collect": _WHAT,
        "collection_options": _OPTIONS,
        "refresh_url": Url(),
        "return_url": Url(),
        "type": Text("account_onboarding", "account_update"),
    },
    required=("account", "type", "refresh_url", "return_url"),
)
LIVES = 300  # seconds


def create(ctx: Context) -> Object:
    """An address for the seller to go to, now."""
    account = account_object.load(ctx, ctx.params["account"])
    token, now = random_text(20), ctx.now()
    ctx.acting_for(PLATFORM).save(
        {
            "id": f"alink_{token}", "object": "onboarding", "created": now, "account": account["id"],
            "expires_at": now + LIVES,
            "refresh_url": ctx.params["refresh_url"], "return_url": ctx.params["return_url"], "opened": False,
        }
    )  # fmt: skip
    url = f"{ctx.base_url}/setup/e/{account['id']}/{token}"
    return new("account_link", created=now, expires_at=now + LIVES, url=url)
