"""Every call that the local Stripe understands, on one screen."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from banibs.dev.stripe_sandbox.api import files
from banibs.dev.stripe_sandbox.api.accounts import account_links, accounts, capabilities, external_accounts
from banibs.dev.stripe_sandbox.api.cards import customers, payment_methods
from banibs.dev.stripe_sandbox.api.checkout import checkout_sessions
from banibs.dev.stripe_sandbox.api.connect import payouts, reversals, transfers
from banibs.dev.stripe_sandbox.api.intents import capturing, confirming, payment_intents
from banibs.dev.stripe_sandbox.api.payments import (
    balance,
    balance_transactions,
    charges,
    disputes,
    refunds,
    topups,
    warnings,
)
from banibs.dev.stripe_sandbox.api.webhooks import event_list, webhook_endpoints
from banibs.dev.stripe_sandbox.params import Many, Shape, Text
from banibs.dev.stripe_sandbox.store import Object

NONE = Shape({})


@dataclass(frozen=True)
class Route:
    """A call: its method and path, what does it, which parameters it takes, whether a browser's key
    may make it.
    """

    method: str
    path: re.Pattern[str]
    handler: Callable[..., Object]
    shape: Shape
    browser: bool


def _route(
    method: str, path: str, handler: Callable[..., Object], shape: Shape = NONE, browser: bool = False
) -> Route:
    fields: dict[str, Any] = {**shape.fields, "expand": Many(Text(), most=20)}
    if browser:
        fields["client_secret"] = Text()
    pattern = re.sub(r"\{\w+\}", r"([A-Za-z0-9_]+)", path)
    return Route(
        method, re.compile(f"/v1/{pattern}"), handler, Shape(fields, required=shape.required), browser
    )


ROUTES = (
    _route("POST", "customers", customers.create, customers.FIELDS),
    _route("GET", "customers", customers.list_, customers.LISTING),
    _route("GET", "customers/{id}", customers.retrieve),
    _route("POST", "customers/{id}", customers.update, customers.FIELDS),
    _route("DELETE", "customers/{id}", customers.delete),
    _route("POST", "payment_methods", payment_methods.create, payment_methods.CREATE, browser=True),
    _route("GET", "payment_methods", payment_methods.list_, payment_methods.LISTING),
    _route("GET", "payment_methods/{id}", payment_methods.retrieve),
    _route("POST", "payment_methods/{id}/attach", payment_methods.attach, payment_methods.ATTACH),
    _route("POST", "payment_methods/{id}/detach", payment_methods.detach),
    _route("POST", "payment_intents", payment_intents.create, payment_intents.CREATE),
    _route("GET", "payment_intents", payment_intents.list_, payment_intents.LISTING),
    _route("GET", "payment_intents/{id}", payment_intents.retrieve, browser=True),
    _route("POST", "payment_intents/{id}", payment_intents.update, payment_intents.UPDATE),
    _route("POST", "payment_intents/{id}/confirm", confirming.confirm, confirming.CONFIRM, browser=True),
    _route("POST", "payment_intents/{id}/cancel", payment_intents.cancel, payment_intents.CANCEL),
    _route("POST", "payment_intents/{id}/capture", capturing.capture, capturing.CAPTURE),
    _route("GET", "charges", charges.list_, charges.LISTING),
    _route("GET", "charges/{id}", charges.retrieve),
    _route("POST", "refunds", refunds.create, refunds.CREATE),
    _route("GET", "refunds", refunds.list_, refunds.LISTING),
    _route("GET", "refunds/{id}", refunds.retrieve),
    _route("POST", "refunds/{id}/cancel", refunds.cancel),
    _route("GET", "balance", balance.retrieve),
    _route("GET", "balance_transactions", balance_transactions.list_, balance_transactions.LISTING),
    _route("GET", "balance_transactions/{id}", balance_transactions.retrieve),
    _route("POST", "checkout/sessions", checkout_sessions.create, checkout_sessions.CREATE),
    _route("GET", "checkout/sessions", checkout_sessions.list_, checkout_sessions.LISTING),
    _route("GET", "checkout/sessions/{id}", checkout_sessions.retrieve),
    _route("POST", "checkout/sessions/{id}/expire", checkout_sessions.expire),
    _route("GET", "account", accounts.retrieve_own),
    _route("POST", "accounts", accounts.create, accounts.CREATE),
    _route("GET", "accounts", accounts.list_, accounts.LISTING),
    _route("GET", "accounts/{id}", accounts.retrieve),
    _route("POST", "accounts/{id}", accounts.update, accounts.UPDATE),
    _route("DELETE", "accounts/{id}", accounts.delete),
    _route("POST", "accounts/{id}/reject", accounts.reject, accounts.REJECT),
    _route("POST", "account_links", account_links.create, account_links.CREATE),
    _route("GET", "accounts/{id}/capabilities", capabilities.list_),
    _route("GET", "accounts/{id}/capabilities/{name}", capabilities.retrieve),
    _route("POST", "accounts/{id}/capabilities/{name}", capabilities.update, capabilities.UPDATE),
    _route("POST", "accounts/{id}/external_accounts", external_accounts.create, external_accounts.CREATE),
    _route("GET", "accounts/{id}/external_accounts", external_accounts.list_, external_accounts.LISTING),
    _route("GET", "accounts/{id}/external_accounts/{bank}", external_accounts.retrieve),
    _route("DELETE", "accounts/{id}/external_accounts/{bank}", external_accounts.delete),
    _route("POST", "transfers", transfers.create, transfers.CREATE),
    _route("GET", "transfers", transfers.list_, transfers.LISTING),
    _route("GET", "transfers/{id}", transfers.retrieve),
    _route("POST", "transfers/{id}", transfers.update, transfers.UPDATE),
    _route("POST", "transfers/{id}/reversals", reversals.create, reversals.CREATE),
    _route("GET", "transfers/{id}/reversals", reversals.list_, reversals.LISTING),
    _route("GET", "transfers/{id}/reversals/{reversal}", reversals.retrieve),
    _route("POST", "transfers/{id}/reversals/{reversal}", reversals.update, reversals.UPDATE),
    _route("POST", "payouts", payouts.create, payouts.CREATE),
    _route("GET", "payouts", payouts.list_, payouts.LISTING),
    _route("GET", "payouts/{id}", payouts.retrieve),
    _route("POST", "payouts/{id}", payouts.update, payouts.UPDATE),
    _route("POST", "payouts/{id}/cancel", payouts.cancel),
    _route("GET", "events", event_list.list_, event_list.LISTING),
    _route("GET", "events/{id}", event_list.retrieve),
    _route("POST", "webhook_endpoints", webhook_endpoints.create, webhook_endpoints.CREATE),
    _route("GET", "webhook_endpoints", webhook_endpoints.list_, webhook_endpoints.LISTING),
    _route("GET", "webhook_endpoints/{id}", webhook_endpoints.retrieve),
    _route("POST", "webhook_endpoints/{id}", webhook_endpoints.update, webhook_endpoints.UPDATE),
    _route("DELETE", "webhook_endpoints/{id}", webhook_endpoints.delete),
    _route("GET", "disputes", disputes.list_, disputes.LISTING),
    _route("GET", "disputes/{id}", disputes.retrieve),
    _route("POST", "disputes/{id}", disputes.update, disputes.UPDATE),
    _route("POST", "disputes/{id}/close", disputes.close),
    _route("GET", "reviews/{id}", warnings.retrieve_review),
    _route("GET", "radar/early_fraud_warnings", warnings.list_warnings, warnings.LISTING),
    _route("GET", "radar/early_fraud_warnings/{id}", warnings.retrieve_warning),
    _route("POST", "topups", topups.create, topups.CREATE),
    _route("GET", "topups", topups.list_, topups.LISTING),
    _route("GET", "topups/{id}", topups.retrieve),
    _route("POST", "files", files.create, files.CREATE),
    _route("GET", "files", files.list_, files.LISTING),
    _route("GET", "files/{id}", files.retrieve),
)


def find(method: str, path: str) -> tuple[Route | None, tuple[str, ...]]:
    """The route of a call, and the identifiers in its path."""
    for route in ROUTES:
        match = route.path.fullmatch(path)
        if match and route.method == method:
            return route, match.groups()
    return None, ()
