"""What an account looks like: a connected one when it is opened, and our own."""

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import no_such
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import listed
from banibs.dev.stripe_sandbox.params import full_address
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

_EURO = "AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK"
_OWN_CURRENCY = (
    "US:usd GB:gbp CA:cad NG:ngn GH:ghs KE:kes ZA:zar JM:jmd SN:xof AU:aud NZ:nzd JP:jpy CH:chf SE:sek "
    "NO:nok DK:dkk PL:pln MX:mxn BR:brl IN:inr SG:sgd HK:hkd AE:aed BB:bbd TT:ttd BS:bsd BJ:xof CI:xof "
    "RW:rwf TZ:tzs ET:etb CM:xaf ZM:zmw BW:bwp NA:nad MU:mur MA:mad EG:egp"
)
CURRENCY_OF = dict.fromkeys(_EURO.split(), "eur") | dict(pair.split(":") for pair in _OWN_CURRENCY.split())


def build(ctx: Context, *, country: str, type_: str, email: str | None) -> Object:
    """A new connected account, with every key that Stripe's have."""
    account_id = new_id("acct").replace("acct_", "acct_1")
    return {
        **_common(account_id),
        "capabilities": {},
        "controller": _controller(type_),
        "country": country,
        "created": ctx.now(),
        "default_currency": CURRENCY_OF[country],
        "email": email,
        "type": type_,
    }


def own_account(ctx: Context) -> Object:
    """The platform's account: the one that the keys belong to."""
    body = _common(PLATFORM)
    body["business_profile"] = {
        **body["business_profile"],
        "name": "BANIBS",
        "url": "https://banibs.example",
        "mcc": "5399",
    }
    return {
        **body,
        "business_type": "company",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "country": "US",
        "created": 1_700_000_000,
        "default_currency": "usd",
        "details_submitted": True,
        "email": "owner@banibs.test",
        "payouts_enabled": True,
        "settings": {**body["settings"], "dashboard": {"display_name": "BANIBS", "timezone": "Etc/UTC"}},
        "type": "standard",
    }


def load(ctx: Context, account_id: str) -> Object:
    """A connected account, or the refusal that Stripe gives for one that is not ours."""
    found = ctx.store.get(account_id, kind="account", account=PLATFORM)
    if found is None:
        raise no_such("account", account_id, param="account")
    return found


def capability(account: Object, name: str) -> Object:
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


def no_requirements() -> Object:
    """A requirements hash with nothing in it."""
    return {
        "alternatives": [], "current_deadline": None, "currently_due": [], "disabled_reason": None,
        "errors": [], "eventually_due": [],
        "past_due": [], "pending_verification": [],
    }  # fmt: skip


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


def _common(account_id: str) -> Object:
    profile = (
        "mcc",
        "minority_owned_business_designation",
        "name",
        "product_description",
        "support_email",
        "support_phone",
        "support_url",
        "url",
    )
    return {
        "id": account_id,
        "object": "account",
        "business_profile": {
            **dict.fromkeys(profile),
            "annual_revenue": None,
            "estimated_worker_count": None,
            "support_address": full_address(None),
        },
        "business_type": None,
        "charges_enabled": False,
        "details_submitted": False,
        "external_accounts": listed([], url=f"/v1/accounts/{account_id}/external_accounts"),
        "future_requirements": no_requirements(),
        "metadata": {},
        "payouts_enabled": False,
        "requirements": no_requirements(),
        "settings": _settings(),
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
    }


def _settings() -> Object:
    descriptor = dict.fromkeys(
        (
            "statement_descriptor",
            "statement_descriptor_kana",
            "statement_descriptor_kanji",
            "statement_descriptor_prefix_kana",
            "statement_descriptor_prefix_kanji",
        )
    )
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": False},
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": None},
        "payments": descriptor,
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }
