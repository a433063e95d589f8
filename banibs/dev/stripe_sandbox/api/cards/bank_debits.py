"""Bank debits: payment methods whose money is asked for today and comes days later, or does not come."""

import hashlib

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidParameter
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.params import Shape, Text, merged
from banibs.dev.stripe_sandbox.store import Object

# type → its currency, and what names the account
DEBITS = {
    "us_bank_account": ("usd", ("account_number", "routing_number", "account_holder_type")),
    "sepa_debit": ("eur", ("iban",)),
    "bacs_debit": ("gbp", ("account_number", "sort_code")),
    "acss_debit": ("cad", ("account_number", "institution_number", "transit_number")),
}
FIELDS = {name: Shape({field: Text() for field in fields}) for name, (_, fields) in DEBITS.items()}
# the last digits of a test account → why its money does not come (Stripe's testing documentation)
FAILURES = {
    "1113": ("debit_not_authorized", "The account is closed."),
    "1116": ("no_account", "There is no such bank account."),
    "2227": ("insufficient_funds", "The bank account has too little money."),
}
_NAMED = {"success": "6789", "accountClosed": "1113", "noAccount": "1116", "insufficientFunds": "2227"}


def for_currency(currency: str) -> list[str]:
    """The debits that can be paid in a currency."""
    return [name for name, (own, _) in DEBITS.items() if own == currency]


def by_shortcut(name: str) -> str | None:
    """The last digits of the account that `pm_usBankAccount_success` and its kin name."""
    kind, _, how = name.removeprefix("pm_").partition("_")
    return _NAMED.get(how) if kind == "usBankAccount" else None


def keep(ctx: Context, data: Object, *, billing: Object, last4: str = "") -> Object:
    """Keep a bank account without its number."""
    type_ = data["type"]
    given = data.get(type_) or {}
    number = "".join((given.get("account_number") or given.get("iban") or last4).split())
    if not number:
        raise InvalidParameter(f"Missing required param: {type_}.", code="parameter_missing", param=type_)
    body = new(
        "payment_method",
        id=new_id("pm"),
        allow_redisplay=data.get("allow_redisplay") or "unspecified",
        billing_details=billing,
        created=ctx.now(),
        metadata=merged({}, data.get("metadata")),
        type=type_,
    )
    del body["card"]
    fingerprint = hashlib.sha256(number.encode()).hexdigest()[:16]
    body[type_] = {"bank_name": "STRIPE TEST BANK", "fingerprint": fingerprint, "last4": number[-4:]}
    return ctx.save(body, private={"behaviour": "succeeds"})
