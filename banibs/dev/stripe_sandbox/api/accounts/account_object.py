"""What an account looks like: a connected one when it is opened, and our own."""

from banibs.dev.stripe_sandbox.api.accounts.countries import CURRENCY_OF
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import no_such
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import listed
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

OWN_BANKS = ("usd", "gbp", "eur", "cad")  # the currencies in which we have a bank account


def build(ctx: Context, *, country: str, type_: str, email: str | None) -> Object:
    """A new connected account."""
    account_id = new_id("acct").replace("acct_", "acct_1")
    return new(
        "account", id=account_id, capabilities={}, controller=_controller(type_), country=country, created=ctx.now(),
        default_currency=CURRENCY_OF[country], email=email, requirements=no_requirements(), type=type_,
        external_accounts=listed([], url=f"/v1/accounts/{account_id}/external_accounts"),
    )  # fmt: skip


def own_account() -> Object:
    """The platform's account: the one that the keys belong to."""
    body = new(
        "account", id=PLATFORM, business_type="company", charges_enabled=True, details_submitted=True,
        email="owner@banibs.test", payouts_enabled=True, requirements=no_requirements(), created=1_700_000_000,
        external_accounts=listed(
            [_own_bank(currency) for currency in OWN_BANKS], url=f"/v1/accounts/{PLATFORM}/external_accounts"
        ),
    )  # fmt: skip
    body["business_profile"] |= {"name": "BANIBS", "url": "https://banibs.example", "mcc": "5399"}
    body["settings"]["dashboard"]["display_name"] = "BANIBS"
    body["settings"]["payouts"]["schedule"] = {"delay_days": 2, "interval": "manual"}
    return body


def _own_bank(currency: str) -> Object:
    country = {"usd": "US", "gbp": "GB", "eur": "DE", "cad": "CA"}[currency]
    return new(
        "bank_account", id=f"ba_1BanibsBank{country}", account=PLATFORM, account_holder_name="BANIBS",
        available_payout_methods=["standard"], country=country, currency=currency, default_for_currency=True,
    )  # fmt: skip


def load(ctx: Context, account_id: str) -> Object:
    """A connected account, or the refusal that Stripe gives for one that is not ours."""
    found = ctx.store.get(account_id, kind="account", account=PLATFORM)
    if found is None:
        raise no_such("account", account_id, param="account")
    return found


def capability(account: Object, name: str) -> Object:
    """One capability of an account, as it stands."""
    names = ("currently_due", "disabled_reason", "pending_verification")
    due = {key: account["requirements"][key] for key in names}
    return new(
        "capability", id=name, account=account["id"], requested_at=account["created"],
        requirements={**no_requirements(), **due}, status=account["capabilities"][name],
    )  # fmt: skip


def no_requirements() -> Object:
    """A requirements hash with nothing in it."""
    return dict(new("account")["future_requirements"])


def _controller(type_: str) -> Object:
    express = type_ == "express"
    return {
        "fees": {"payer": "application_express" if express else "account"},
        "is_controller": True,
        "losses": {"payments": "application" if express else "stripe"},
        "requirement_collection": "stripe",
        "stripe_dashboard": {"type": "express" if express else "full"},
        "type": "application",
    }
