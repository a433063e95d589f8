"""Stripe Checkout: pages of Stripe's own, opened, read and closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, cast

from stripe.params.checkout import SessionCreateParams, SessionCreateParamsPaymentIntentData

from payments.gateways.stripe import stripe_data
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.payment_intents import PaymentIntentData
from payments.gateways.stripe.stripe_data import StripeRaw, as_dict, id_of


@dataclass(frozen=True)
class SessionState:
    """A Checkout session as Stripe has it."""

    id: str
    status: str
    url: str
    intent: str
    metadata: Mapping[str, str]

    @property
    def over(self) -> bool:
        """Whether nobody can begin to pay by it any more."""
        return self.status in ("complete", "expired")


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


class SessionRequest(TypedDict):
    """A Checkout session as it is asked for: minor units, and what our Intent row stands for."""

    amount: int
    currency: str
    customer: str
    name: str
    about: PaymentIntentData
    methods: list[str]
    metadata: dict[str, str]
    success_url: str
    cancel_url: str


def create_session(asked: SessionRequest, *, key: str) -> SessionState:
    """A page of Stripe's own for our Intent row: one line, our number and total, and no other methods than these, whatever
    the Dashboard opens. Stripe closes it after a day, our expiry long before.
    """
    about = asked["about"]
    intent: SessionCreateParamsPaymentIntentData = {
        "description": about["description"],
        "statement_descriptor_suffix": about["statement_descriptor_suffix"],
        "transfer_group": about["transfer_group"],
        "metadata": asked["metadata"],
    }
    if "receipt_email" in about:
        intent["receipt_email"] = about["receipt_email"]
    params = {
        "mode": "payment",
        "customer": asked["customer"],
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": asked["currency"].lower(),
                    "unit_amount": asked["amount"],
                    "product_data": {"name": asked["name"]},
                },
            }
        ],
        "payment_intent_data": intent,
        "payment_method_types": asked["methods"],
        "metadata": asked["metadata"],
        "success_url": asked["success_url"],
        "cancel_url": asked["cancel_url"],
    }
    # Its types list every method there is; ours come from the settings, and Stripe refuses what it does not know.
    typed = cast(SessionCreateParams, params)
    with outcome():
        return session_state(v1().checkout.sessions.create(typed, {"idempotency_key": key}))


def read_session(session_id: str) -> SessionState:
    """The session as it is now."""
    with outcome():
        return session_state(v1().checkout.sessions.retrieve(session_id))


def expire_session(session_id: str) -> SessionState:
    """Closes a session that nobody has paid. Raises outcomes.Refused when it is over already.

    Under no key of ours: Stripe would repeat a refusal for a day, whatever became of the session.
    """
    with outcome():
        return session_state(v1().checkout.sessions.expire(session_id))
