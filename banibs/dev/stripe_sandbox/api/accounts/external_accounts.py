"""Bank accounts of sellers: only the last four digits and how the account behaves are kept."""

import hashlib

from banibs.dev.stripe_sandbox.api.accounts import account_object, requirements
from banibs.dev.stripe_sandbox.api.accounts.countries import CURRENCY_OF
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.examples import new, taken
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import listed
from banibs.dev.stripe_sandbox.params import Flag, Metadata, Shape, Text, merged
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

# the last four digits of a test account → why a payout to it comes back (Stripe's testing documentation)
PAYOUT_FAILURES = {
    "1116": "no_account",
    "1113": "account_closed",
    "2227": "insufficient_funds",
    "3335": "debit_not_authorized",
    "4440": "invalid_currency",
}


def create(ctx: Context, account_id: str) -> Object:
    """Add a bank account to a seller."""
    return add(ctx, account_id, ctx.params["external_account"], metadata=ctx.params.get("metadata"))


def add(ctx: Context, account_id: str, given: Object, *, metadata: dict[str, str] | None = None) -> Object:
    """Keep a bank account without its number."""
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
    others = [
        {**other, "default_for_currency": other["currency"] != body["currency"]}
        for other in before["external_accounts"]["data"]
    ]
    _store(ctx, before, [body, *others])
    ctx.acting_for(account_id).emit("account.external_account.created", body)
    requirements.refresh(ctx, account_id, before=before)
    return body


def _store(ctx: Context, account: Object, banks: list[Object]) -> None:
    kept = listed(banks, url=f"/v1/accounts/{account['id']}/external_accounts")
    ctx.acting_for(PLATFORM).save({**account, "external_accounts": kept})
