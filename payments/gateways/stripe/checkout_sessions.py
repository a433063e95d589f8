"""Stripe Checkout: pages of Stripe's own, opened, read and closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stripe.params.checkout import SessionCreateParams

from payments.gateways.stripe import stripe_data
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.stripe_data import StripeRaw, as_dict, id_of


@dataclass(frozen=True)
class SessionState:
    """A Checkout session as Stripe has it."""

    id: str
    status: str
    url: str
    intent: str
    metadata: Mapping[str, str]


def session_state(raw: StripeRaw) -> SessionState:
    """The plain state of a Checkout session object."""
    data = as_dict(raw)
    return SessionState(
        id=str(data["id"]),
        status=stripe_data.text(data, "status"),
        url=stripe_data.text(data, "url"),
        intent=id_of(data.get("payment_intent")),
        metadata=stripe_data.metadata(data),
    )


def create_session(
    *,
    row: int,
    amount: int,
    currency: str,
    customer: str,
    name: str,
    transfer_group: str,
    metadata: Mapping[str, str],
    success_url: str,
    cancel_url: str,
) -> SessionState:
    """A page of Stripe's own for our Intent row: one line, our number and total. Stripe closes it after a day, our
    expiry long before.
    """
    params: SessionCreateParams = {
        "mode": "payment",
        "customer": customer,
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": currency.lower(),
                    "unit_amount": amount,
                    "product_data": {"name": name},
                },
            }
        ],
        "payment_intent_data": {"transfer_group": transfer_group, "metadata": dict(metadata)},
        "metadata": dict(metadata),
        "success_url": success_url,
        "cancel_url": cancel_url,
    }
    with outcome():
        return session_state(
            v1().checkout.sessions.create(params, {"idempotency_key": f"intent:{row}:session"})
        )


def read_session(session_id: str) -> SessionState:
    """The session as it is now."""
    with outcome():
        return session_state(v1().checkout.sessions.retrieve(session_id))


def expire_session(session_id: str) -> SessionState:
    """Closes a session that nobody has paid. Raises outcomes.Refused when it is over already."""
    with outcome():
        return session_state(
            v1().checkout.sessions.expire(session_id, {}, {"idempotency_key": f"{session_id}:expire"})
        )
