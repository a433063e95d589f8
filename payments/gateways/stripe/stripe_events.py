"""Webhook events: the endpoint at Stripe, the proof that an event is Stripe's, and its object as it is now."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import stripe
from django.conf import settings
from stripe.params import WebhookEndpointCreateParams, WebhookEndpointUpdateParams

from payments import policy
from payments.gateways.stripe import stripe_data
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.stripe_data import as_dict


class BadSignature(Exception):
    """The webhook was not signed with our secret, or not now."""


_RETRIEVERS = {
    "payment_intent": lambda v1, key, options: v1.payment_intents.retrieve(key, {}, options),
    "charge": lambda v1, key, options: v1.charges.retrieve(key, {"expand": ["balance_transaction"]}, options),
    "refund": lambda v1, key, options: v1.refunds.retrieve(key, {}, options),
    "dispute": lambda v1, key, options: v1.disputes.retrieve(key, {}, options),
    "checkout.session": lambda v1, key, options: v1.checkout.sessions.retrieve(key, {}, options),
    "customer": lambda v1, key, options: v1.customers.retrieve(key, {}, options),
    "payment_method": lambda v1, key, options: v1.payment_methods.retrieve(key, {}, options),
    "account": lambda v1, key, options: v1.accounts.retrieve(key, {}),
    "transfer": lambda v1, key, options: v1.transfers.retrieve(key, {}, options),
    "payout": lambda v1, key, options: v1.payouts.retrieve(key, {}, options),
    "radar.early_fraud_warning": lambda v1, key, options: v1.radar.early_fraud_warnings.retrieve(
        key, {}, options
    ),
    "review": lambda v1, key, options: v1.reviews.retrieve(key, {}, options),
    "balance_transaction": lambda v1, key, options: v1.balance_transactions.retrieve(key, {}, options),
}


def fetch_object(kind: str, object_id: str, *, account: str = "") -> dict[str, object] | None:
    """The object of an event as it is now; None for a kind that we do not read."""
    retrieve = _RETRIEVERS.get(kind)
    if retrieve is None:
        return None
    with outcome():
        return as_dict(retrieve(v1(), object_id, {"stripe_account": account} if account else {}))


@dataclass(frozen=True)
class Endpoint:
    """A webhook endpoint at Stripe. Whose it is stands in its metadata; its secret is shown when it is made, never again."""

    id: str
    metadata: Mapping[str, str]


def list_endpoints() -> list[Endpoint]:
    """Every webhook endpoint of the account, whoever made it."""
    with outcome():
        pages = v1().webhook_endpoints.list({"limit": policy.STRIPE_PAGE_ROWS}).auto_paging_iter()
        return [Endpoint(str(one.id), stripe_data.metadata(as_dict(one))) for one in pages]


def create_endpoint(
    *, url: str, events: Sequence[str], connect: bool, metadata: Mapping[str, str]
) -> tuple[str, str]:
    """A webhook endpoint at Stripe: (id, signing secret, shown this once)."""
    params = {
        "url": url,
        "enabled_events": list(events),
        "connect": connect,
        "api_version": settings.STRIPE_API_VERSION,
        "metadata": dict(metadata),
    }
    # Its types list every event and version there is; ours are text, and Stripe refuses what it does not know.
    typed = cast(WebhookEndpointCreateParams, params)
    with outcome():
        made = v1().webhook_endpoints.create(typed)
    return str(made.id), str(made.secret)


def update_endpoint(
    endpoint_id: str, *, url: str, events: Sequence[str], metadata: Mapping[str, str]
) -> None:
    """Another address or other events for an endpoint, which is switched on if it was off. Its secret stays."""
    params = {"url": url, "enabled_events": list(events), "disabled": False, "metadata": dict(metadata)}
    with outcome():
        v1().webhook_endpoints.update(endpoint_id, cast(WebhookEndpointUpdateParams, params))


def delete_endpoint(endpoint_id: str) -> None:
    """Takes an endpoint away; Stripe tells it nothing any more."""
    with outcome():
        v1().webhook_endpoints.delete(endpoint_id)


def verify_webhook(body: bytes, *, header: str, secrets: Sequence[str]) -> None:
    """Raises BadSignature unless one of the secrets signed exactly this body within 300 s of now, before or after.

    The time is the machine's own: transport, not business.
    """
    if not header.isascii():  # the library's comparison breaks on it
        raise BadSignature
    try:
        signed_at = int(next(part[2:] for part in header.split(",") if part.startswith("t=")))
    except (StopIteration, ValueError) as error:
        raise BadSignature from error
    if abs(int(time.time()) - signed_at) > policy.WEBHOOK_MOST_SKEW_SECONDS:
        raise BadSignature
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(
                body.decode(), header, secret, policy.WEBHOOK_MOST_SKEW_SECONDS
            )
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            continue
        return
    raise BadSignature
