"""Connected accounts (Express): what Stripe still wants to know of a seller, and what the seller may
do meanwhile.
"""

from banibs.dev.stripe_sandbox.api.accounts import countries, requirements
from banibs.dev.stripe_sandbox.api.accounts.account_object import build, load, own_account
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import (
    ADDRESS,
    LIST,
    Email,
    Flag,
    Integer,
    Metadata,
    Moments,
    Shape,
    Text,
    Url,
    merged,
)
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

_WANTED = Shape({"requested": Flag()})
_PROFILE = Shape(
    {
        "mcc": Text(),
        "name": Text(),
        "product_description": Text(),
        "support_email": Email(),
        "support_phone": Text(),
        "support_url": Url(public=True),
        "url": Url(public=True),
        "support_address": ADDRESS,
    }
)
_SETTINGS = Shape(
    {
        "payouts": Shape(
            {
                "debit_negative_balances": Flag(),
                "schedule": Shape(
                    {"delay_days": Integer(least=2, most=31), "interval": Text("daily", "manual")}
                ),
                "statement_descriptor": Text(most=22),
            }
        )
    }
)
CREATE = Shape(
    {
        "business_profile": _PROFILE,
        "business_type": Text("company", "government_entity", "individual", "non_profit"),
        "capabilities": Shape({"card_payments": _WANTED, "transfers": _WANTED}),
        "country": Text(),
        "email": Email(),
        "metadata": Metadata(),
        "settings": _SETTINGS,
        "tos_acceptance": Shape({"service_agreement": Text("full", "recipient")}),
        "type": Text("express", "standard", "custom"),
    }
)
UPDATE = Shape(
    {"business_profile": _PROFILE, "email": Email(), "metadata": Metadata(), "settings": _SETTINGS}
)
LISTING = Shape({**LIST, "created": Moments()})
REJECT = Shape({"reason": Text("fraud", "terms_of_service", "other")}, required=("reason",))


def create(ctx: Context) -> Object:
    """Open a connected account: everything is still due."""
    if ctx.account != PLATFORM:
        raise InvalidRequest(
            "You can only create new accounts if you've signed up for Connect, which you "
            "can do at https://dashboard.stripe.com/connect."
        )
    country = (ctx.params.get("country") or "US").upper()
    countries.check(ctx, country, ctx.params)
    body = build(
        ctx, country=country, type_=ctx.params.get("type") or "standard", email=ctx.params.get("email")
    )
    profile, agreement = ctx.params.get("business_profile") or {}, ctx.params.get("tos_acceptance") or {}
    wishes = ctx.params.get("capabilities") or {}
    body |= {
        "business_profile": {**body["business_profile"], **profile},
        "business_type": ctx.params.get("business_type"),
        "capabilities": {name: "inactive" for name, wish in wishes.items() if (wish or {}).get("requested")},
        "metadata": merged({}, ctx.params.get("metadata")),
        "settings": _settings(body["settings"], ctx.params),
        "tos_acceptance": {**body["tos_acceptance"], **agreement},
    }
    known = [f"business_profile.{name}" for name, value in profile.items() if value]
    known += ["business_type"] if body["business_type"] else []
    ctx.save(body, private={"provided": known, "typed": {}})
    return requirements.refresh(ctx, body["id"], quiet=True)


def retrieve_own(ctx: Context) -> Object:
    """The account of the key, or the connected one that the call names."""
    return retrieve(ctx, ctx.account)


def retrieve(ctx: Context, account_id: str) -> Object:
    """One account."""
    if account_id == PLATFORM:
        return own_account()
    return load(ctx, account_id)


def update(ctx: Context, account_id: str) -> Object:
    """Change what the platform may change of a connected account: how it is paid out, among others."""
    before = load(ctx, account_id)
    after = {
        **before,
        "business_profile": {**before["business_profile"], **(ctx.params.get("business_profile") or {})},
        "metadata": merged(before["metadata"], ctx.params.get("metadata")),
        "settings": _settings(before["settings"], ctx.params),
        **({"email": ctx.params["email"]} if "email" in ctx.params else {}),
    }
    ctx.acting_for(PLATFORM).save(after)
    return requirements.refresh(ctx, account_id, before=before)


def _settings(before: Object, params: Object) -> Object:
    given = (params.get("settings") or {}).get("payouts") or {}
    schedule = {**before["payouts"]["schedule"], **(given.get("schedule") or {})}
    return {**before, "payouts": {**before["payouts"], **given, "schedule": schedule}}


def list_(ctx: Context) -> Object:
    """A page of connected accounts."""
    return page(ctx.acting_for(PLATFORM), "account", url="/v1/accounts")


def delete(ctx: Context, account_id: str) -> Object:
    """Remove a connected account."""
    body = load(ctx, account_id)
    ctx.acting_for(account_id).emit(
        "account.application.deauthorized", {"id": "ca_local", "object": "application", "name": "BANIBS"}
    )
    ctx.store.delete(body["id"])
    return new("deleted_account", id=account_id)


def reject(ctx: Context, account_id: str) -> Object:
    """Turn an account away for good."""
    before = load(ctx, account_id)
    private = {**ctx.store.private(account_id), "disabled_reason": f"rejected.{ctx.params['reason']}"}
    ctx.acting_for(PLATFORM).save(before, private=private)
    return requirements.refresh(ctx, account_id, before=before)
