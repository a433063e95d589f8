"""What Stripe still wants to know of a seller, and what follows from it: capabilities, charges, payouts."""

from banibs.dev.stripe_sandbox.api.accounts.account_object import capability, no_requirements
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.events.recording import changed
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

_PERSON = (
    "first_name",
    "last_name",
    "dob.day",
    "dob.month",
    "dob.year",
    "address.line1",
    "address.city",
    "address.postal_code",
    "email",
    "phone",
)
_COMPANY = ("name", "tax_id", "address.line1", "address.city", "address.postal_code", "phone")
WITHOUT_POSTCODES = ("GH", "NG", "JM", "AE", "HK", "SN", "CI", "BJ")


def wanted(country: str, business_type: str | None) -> list[str]:
    """Every requirement of a kind of business in a country."""
    person = [f"individual.{name}" for name in _PERSON] + (
        ["individual.ssn_last_4"] if country == "US" else ["individual.id_number"]
    )
    company = [f"company.{name}" for name in _COMPANY] if business_type == "company" else []
    names = [
        "business_profile.mcc",
        "business_profile.url",
        "business_type",
        "external_account",
        *company,
        *person,
        "tos_acceptance.date",
        "tos_acceptance.ip",
    ]
    return [name for name in names if not (country in WITHOUT_POSTCODES and name.endswith("postal_code"))]


def refresh(ctx: Context, account_id: str, *, before: Object | None = None, quiet: bool = False) -> Object:
    """Work out anew what is due and what that allows; say so by events unless told to be quiet."""
    home = ctx.acting_for(PLATFORM)
    body, private = home.load("account", account_id), home.store.private(account_id)
    due = _due(body, private)
    checked = _checked(private) if not due else []
    ready = not due and not checked and not private.get("disabled_reason")
    waits = "requirements.pending_verification" if checked else "requirements.past_due"
    disabled = private.get("disabled_reason") or (None if ready else waits)
    able = ready or (_spoilt(body) and due == ["external_account"] and not private.get("disabled_reason"))
    capabilities = dict.fromkeys(
        body["capabilities"], "active" if able else "pending" if checked else "inactive"
    )
    after = {
        **body,
        "capabilities": capabilities,
        "charges_enabled": able and capabilities.get("card_payments") == "active",
        "details_submitted": bool(private.get("submitted")),
        "payouts_enabled": ready and bool(capabilities),
        "requirements": {
            **no_requirements(),
            "currently_due": due,
            "eventually_due": due,
            "past_due": due if not ready else [],
            "pending_verification": checked,
            "disabled_reason": disabled,
            "errors": private.get("errors") or [],
        },
    }
    home.save(after)
    if not quiet:
        _say(ctx, account_id, before or body, after)
    return after


def verify_when_due(ctx: Context, account_id: str) -> None:
    """The chore: Stripe has looked at what the seller gave."""
    before, private = ctx.load("account", account_id), ctx.store.private(account_id)
    if private.pop("verifying", None):
        ctx.save(before, private=private)
        refresh(ctx, account_id, before=before)


def _spoilt(body: Object) -> bool:
    """Whether every bank account is one that a payout came back from: the seller can receive, and is not paid out."""
    banks = body["external_accounts"]["data"]
    return bool(banks) and all(bank["status"] == "errored" for bank in banks)


def _checked(private: Object) -> list[str]:
    """What Stripe looks at while a verification takes its time."""
    return ["individual.verification.document"] if private.get("verifying") else []


def _due(body: Object, private: Object) -> list[str]:
    provided = set(private["provided"])
    if _spoilt(body):
        provided.discard("external_account")
    elif body["external_accounts"]["data"]:
        provided.add("external_account")
    if body["business_profile"]["product_description"]:
        provided.add("business_profile.url")
    missing = [name for name in wanted(body["country"], body["business_type"]) if name not in provided]
    return missing + [name for name in private.get("extra_due") or [] if name not in missing]


def _say(ctx: Context, account_id: str, before: Object, after: Object) -> None:
    theirs = ctx.acting_for(account_id)
    for name, status in after["capabilities"].items():
        old = before["capabilities"].get(name)
        if old != status:
            theirs.emit("capability.updated", capability(after, name), {"status": old})
    if changed(before, after):
        theirs.emit("account.updated", after, changed(before, after))
