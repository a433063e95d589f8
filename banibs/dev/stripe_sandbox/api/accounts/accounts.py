"""Connected accounts (Express): what Stripe still wants to know of a seller, and what the seller may
do meanwhile.
"""

from typing import Any

from banibs.dev.stripe_sandbox.api.accounts import requirements
from banibs.dev.stripe_sandbox.api.accounts.account_object import CURRENCY_OF, build, load, own_account
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import (
    ADDRESS,
    LIST,
    Flag,
    Integer,
    Metadata,
    Moments,
    Shape,
    Text,
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
        "support_email": Text(),
        "support_phone": Text(),
        "support_url": Text(),
        "url": Text(),
        "support_address": ADDRESS,
    }
)
_DOB = Shape({"day": Integer(), "month": Integer(), "year": Integer()})
_INDIVIDUAL = Shape(
    {
        "first_name": Text(),
        "last_name": Text(),
        "email": Text(),
        "phone": Text(),
        "dob": _DOB,
        "address": ADDRESS,
        "id_number": Text(),
        "ssn_last_4": Text(),
    }
)
_SCHEDULE = Shape(
    {
        "delay_days": Text(),
        "interval": Text("daily", "manual", "monthly", "weekly"),
        "weekly_anchor": Text(),
        "monthly_anchor": Integer(),
    }
)
_CHANGEABLE: dict[str, Any] = {
    "business_profile": _PROFILE,
    "business_type": Text("company", "government_entity", "individual", "non_profit"),
    "capabilities": Shape({"card_payments": _WANTED, "transfers": _WANTED}),
    "default_currency": Text(),
    "email": Text(),
    "individual": _INDIVIDUAL,
    "company": Shape({"name": Text(), "phone": Text(), "tax_id": Text(), "address": ADDRESS}),
    "metadata": Metadata(),
    "settings": Shape(
        {
            "payouts": Shape(
                {"debit_negative_balances": Flag(), "schedule": _SCHEDULE, "statement_descriptor": Text()}
            ),
            "payments": Shape({"statement_descriptor": Text()}),
        }
    ),
    "tos_acceptance": Shape(
        {
            "date": Integer(),
            "ip": Text(),
            "service_agreement": Text("full", "recipient"),
            "user_agent": Text(),
        }
    ),
}
UPDATE = Shape(_CHANGEABLE)
CREATE = Shape({**_CHANGEABLE, "country": Text(), "type": Text("express", "standard", "custom")})
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
    if country not in CURRENCY_OF:
        raise InvalidRequest(
            (
                f"{country} is not currently supported by Stripe. Check which country codes are "
                "available at https://stripe.com/global."
            ),
            param="country",
            code="country_unsupported",
        )
    body = build(
        ctx, country=country, type_=ctx.params.get("type") or "standard", email=ctx.params.get("email")
    )
    body = _given(body, ctx.params)
    ctx.save(body, private={"provided": _provided(ctx.params), "typed": {}})
    return requirements.refresh(ctx, body["id"], quiet=True)


def retrieve_own(ctx: Context) -> Object:
    """The account of the key, or the connected one that the call names."""
    return retrieve(ctx, ctx.account)


def retrieve(ctx: Context, account_id: str) -> Object:
    """One account."""
    if account_id == PLATFORM:
        return own_account(ctx)
    return load(ctx, account_id)


def list_(ctx: Context) -> Object:
    """A page of connected accounts."""
    return page(ctx.acting_for(PLATFORM), "account", url="/v1/accounts")


def update(ctx: Context, account_id: str) -> Object:
    """Tell more about an account, or change its settings."""
    before = load(ctx, account_id)
    private = ctx.store.private(account_id)
    private["provided"] = sorted({*private["provided"], *_provided(ctx.params)})
    home = ctx.acting_for(PLATFORM)
    home.save(_given(before, ctx.params), private=private)
    return requirements.refresh(ctx, account_id, before=before)


def delete(ctx: Context, account_id: str) -> Object:
    """Remove a connected account."""
    body = load(ctx, account_id)
    ctx.acting_for(account_id).emit(
        "account.application.deauthorized", {"id": "ca_local", "object": "application", "name": "BANIBS"}
    )
    ctx.store.delete(body["id"])
    return {"id": account_id, "object": "account", "deleted": True}


def reject(ctx: Context, account_id: str) -> Object:
    """Turn an account away for good."""
    before = load(ctx, account_id)
    private = {**ctx.store.private(account_id), "disabled_reason": f"rejected.{ctx.params['reason']}"}
    ctx.acting_for(PLATFORM).save(before, private=private)
    return requirements.refresh(ctx, account_id, before=before)


def _given(body: Object, params: Object) -> Object:
    """The account with what was told about it."""
    after = dict(body)
    for name in ("business_type", "default_currency", "email"):
        if params.get(name):
            after[name] = params[name]
    if params.get("business_profile"):
        after["business_profile"] = {**body["business_profile"], **params["business_profile"]}
    if params.get("tos_acceptance"):
        after["tos_acceptance"] = {**body["tos_acceptance"], **params["tos_acceptance"]}
    after["metadata"] = merged(body["metadata"], params.get("metadata"))
    for name, wish in (params.get("capabilities") or {}).items():
        if (wish or {}).get("requested") and name not in after["capabilities"]:
            after["capabilities"] = {**after["capabilities"], name: "inactive"}
    for name, part in (params.get("settings") or {}).items():
        schedule = {**body["settings"][name].get("schedule", {}), **((part or {}).get("schedule") or {})}
        merged_part = {**body["settings"][name], **(part or {})}
        after["settings"] = {
            **after["settings"],
            name: {**merged_part, **({"schedule": schedule} if schedule else {})},
        }
    return after


def _provided(params: Object) -> list[str]:
    """The names of the requirements that these parameters answer."""
    found: list[str] = []

    def walk(node: Any, path: str) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                walk(value, f"{path}.{key}" if path else key)
        elif node not in (None, ""):
            found.append(path)

    walk(
        {
            name: params.get(name)
            for name in ("business_profile", "business_type", "individual", "company", "tos_acceptance")
        },
        "",
    )
    return found
