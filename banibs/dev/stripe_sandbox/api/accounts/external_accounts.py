"""Bank accounts of sellers: only the last four digits and how the account behaves are kept."""

import hashlib

from banibs.dev.stripe_sandbox.api.accounts import account_object, requirements
from banibs.dev.stripe_sandbox.api.accounts.countries import CURRENCY_OF
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import Forbidden, InvalidRequest, no_such
from banibs.dev.stripe_sandbox.examples import new, taken
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import listed
from banibs.dev.stripe_sandbox.params import Flag, Integer, Metadata, Shape, Text, merged
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

_BANK = Shape(
    {
        "object": Text("bank_account"),
        "account_holder_name": Text(),
        "account_holder_type": Text("company", "individual"),
        "account_number": Text(),
        "country": Text(),
        "currency": Text(),
        "routing_number": Text(),
    },
    required=("account_number", "country"),
)
CREATE = Shape(
    {"external_account": _BANK, "default_for_currency": Flag(), "metadata": Metadata()},
    required=("external_account",),
)
LISTING = Shape({"limit": Integer(least=1, most=100), "object": Text("bank_account", "card")})

PAYS = "000123456789"
# the last four digits of a test account, or of a test IBAN → why a payout to it comes back (Stripe, "Testing Connect")
PAYOUT_FAILURES = {
    "1116": "no_account",
    "1113": "account_closed",
    "2227": "insufficient_funds",
    "3335": "debit_not_authorized",
    "4440": "invalid_currency",
    "3001": "no_account",
    "3002": "account_closed",
    "3003": "insufficient_funds",
    "3004": "debit_not_authorized",
    "3005": "invalid_currency",
}


def create(ctx: Context, account_id: str) -> Object:
    """Add a bank account to a seller, where the platform may."""
    _owned(account_object.load(ctx, account_id))
    return add(ctx, account_id, ctx.params["external_account"], metadata=ctx.params.get("metadata"))


def list_(ctx: Context, account_id: str) -> Object:
    """The bank accounts of a seller, the default ones first."""
    banks = account_object.load(ctx, account_id)["external_accounts"]["data"]
    found = [bank for bank in banks if bank["object"] == (ctx.params.get("object") or bank["object"])]
    limit = ctx.params.get("limit") or 10
    return listed(
        sorted(found, key=lambda bank: not bank["default_for_currency"])[:limit],
        url=f"/v1/accounts/{account_id}/external_accounts",
        has_more=len(found) > limit,
    )


def retrieve(ctx: Context, account_id: str, bank_id: str) -> Object:
    """One bank account of a seller."""
    for bank in account_object.load(ctx, account_id)["external_accounts"]["data"]:
        if bank["id"] == bank_id:
            return dict(bank)
    raise no_such("external_account", bank_id)


def delete(ctx: Context, account_id: str, bank_id: str) -> Object:
    """Take a bank account away, where the platform may."""
    account = account_object.load(ctx, account_id)
    _owned(account)
    gone = retrieve(ctx, account_id, bank_id)
    if gone["default_for_currency"]:
        raise InvalidRequest("You cannot delete the default external account for your default currency.")
    _store(ctx, account, [bank for bank in account["external_accounts"]["data"] if bank["id"] != bank_id])
    ctx.acting_for(account_id).emit("account.external_account.deleted", gone)
    return new("deleted_bank_account", id=bank_id)


def add(ctx: Context, account_id: str, given: Object, *, metadata: dict[str, str] | None = None) -> Object:
    """Keep a bank account without its number. It takes the place of one in this currency that came to nothing."""
    before = account_object.load(ctx, account_id)
    number = "".join((given.get("account_number") or "").split())
    if not (4 < len(number) <= 34 and number.isalnum()):
        raise InvalidRequest(
            "You must use a test bank account number when making transfers or debits in test mode",
            param="external_account[account_number]",
            code="account_number_invalid",
        )
    country = (given.get("country") or before["country"]).upper()
    body = new(
        "bank_account", id=new_id("ba"), account=account_id, available_payout_methods=["standard"], country=country,
        currency=(given.get("currency") or CURRENCY_OF.get(country) or before["default_currency"]).lower(),
        default_for_currency=True, fingerprint=hashlib.sha256(number.encode()).hexdigest()[:16],
        last4=number[-4:], metadata=merged({}, metadata),
        **taken(given, "account_holder_name", "account_holder_type", "routing_number"),
    )  # fmt: skip
    theirs, kept = ctx.acting_for(account_id), []
    for other in before["external_accounts"]["data"]:
        same = other["currency"] == body["currency"]
        if same and other["status"] == "errored":
            theirs.emit("account.external_account.deleted", other)
        else:
            kept.append({**other, "default_for_currency": other["default_for_currency"] and not same})
    _store(ctx, before, [body, *kept])
    theirs.emit("account.external_account.created", body)
    requirements.refresh(ctx, account_id, before=before)
    return body


def failure(ctx: Context, bank_id: str) -> str | None:
    """Why a payout to this bank account of the acting seller comes back; None where it is taken."""
    account = ctx.store.get(ctx.account, kind="account", account=PLATFORM)
    banks = account["external_accounts"]["data"] if account else []
    return next((PAYOUT_FAILURES.get(bank["last4"]) for bank in banks if bank["id"] == bank_id), None)


def spoil(ctx: Context, bank_id: str) -> None:
    """A payout to it came back: nothing is sent there any more, and the seller is asked for another."""
    account = ctx.store.get(ctx.account, kind="account", account=PLATFORM)
    if account is None:
        return
    banks = [
        {**bank, "status": "errored"} if bank["id"] == bank_id else bank
        for bank in account["external_accounts"]["data"]
    ]
    _store(ctx, account, banks)
    for bank in banks:
        if bank["id"] == bank_id:
            ctx.emit("account.external_account.updated", bank, {"status": "new"})
    requirements.refresh(ctx, account["id"], before=account)


def _owned(account: Object) -> None:
    """Refuse what the platform may not do: bank accounts of Express and Standard sellers are their own affair."""
    if account["type"] != "custom":
        raise Forbidden(
            "You cannot change this account's external accounts: its owner does it with Stripe. Use an account link.",
            code="account_invalid_permissions",
        )


def _store(ctx: Context, account: Object, banks: list[Object]) -> None:
    kept = listed(banks, url=f"/v1/accounts/{account['id']}/external_accounts")
    ctx.acting_for(PLATFORM).save({**account, "external_accounts": kept})
