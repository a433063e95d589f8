"""Payment intents at Stripe: created, confirmed, read, canceled, captured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from stripe.params import PaymentIntentCreateParams

from payments.gateways.stripe import stripe_data
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.declines import decline_text
from payments.gateways.stripe.stripe_data import StripeRaw, as_dict, id_of


@dataclass(frozen=True)
class IntentState:
    """A payment intent as Stripe has it. Amounts are minor units, currency in capitals."""

    id: str
    status: str
    amount: int
    received: int
    currency: str
    client_secret: str
    metadata: Mapping[str, str]
    customer: str
    charge: str
    next_url: str
    error_code: str
    error_text: str
    livemode: bool

    @property
    def can_pay(self) -> bool:
        """Whether money may still come by it without anybody beginning anew: the bank is asked, or works on it."""
        return self.status in ("processing", "requires_action", "requires_capture")


def intent_state(raw: StripeRaw) -> IntentState:
    """The plain state of a payment intent object."""
    data = as_dict(raw)
    redirect = stripe_data.part(stripe_data.part(data, "next_action"), "redirect_to_url")
    failure = stripe_data.part(data, "last_payment_error")
    code = stripe_data.text(failure, "decline_code") or stripe_data.text(failure, "code")
    return IntentState(
        id=str(data["id"]),
        status=str(data["status"]),
        amount=stripe_data.integer(data, "amount"),
        received=stripe_data.integer(data, "amount_received") if data.get("amount_received") else 0,
        currency=str(data["currency"]).upper(),
        client_secret=stripe_data.text(data, "client_secret"),
        metadata=stripe_data.metadata(data),
        customer=id_of(data.get("customer")),
        charge=id_of(data.get("latest_charge")),
        next_url=stripe_data.text(redirect, "url"),
        error_code=code,
        error_text=decline_text(code) if failure else "",
        livemode=bool(data.get("livemode")),
    )


class PaymentIntentData(TypedDict):
    """What an intent says of its payment besides the money, on every page that takes it."""

    description: str  # at Stripe's Dashboard, and on the receipt that Stripe writes
    statement_descriptor_suffix: str  # on the card's statement, after our account's own name
    transfer_group: str
    receipt_email: NotRequired[str]  # Stripe writes a receipt to it


class IntentRequest(TypedDict):
    """A payment intent as it is asked for: minor units, and what our Intent row stands for."""

    amount: int
    currency: str
    customer: str
    about: PaymentIntentData
    metadata: dict[str, str]
    manual_capture: bool
    save_card: bool


def create_intent(asked: IntentRequest, *, key: str) -> IntentState:
    """A payment intent for our Intent row; the same one however often it is asked for with this key."""
    about = asked["about"]
    params: PaymentIntentCreateParams = {
        "amount": asked["amount"],
        "currency": asked["currency"].lower(),
        "customer": asked["customer"],
        "description": about["description"],
        "statement_descriptor_suffix": about["statement_descriptor_suffix"],
        "transfer_group": about["transfer_group"],
        "metadata": asked["metadata"],
        "capture_method": "manual" if asked["manual_capture"] else "automatic",
        "payment_method_types": ["card"],
    }
    if "receipt_email" in about:
        params["receipt_email"] = about["receipt_email"]
    if asked["save_card"]:
        params["setup_future_usage"] = "on_session"
    with outcome():
        return intent_state(v1().payment_intents.create(params, {"idempotency_key": key}))


def confirm_intent(stripe_id: str, *, key: str, payment_method: str, return_url: str) -> IntentState:
    """Confirms with a saved card, from the server. Raises outcomes.Refused(declined=True) when the card says no.

    The key counts the answers that we had: Stripe repeats a decline for a day to whoever asks with the same one.
    """
    with outcome():
        return intent_state(
            v1().payment_intents.confirm(
                stripe_id,
                {"payment_method": payment_method, "return_url": return_url},
                {"idempotency_key": key},
            )
        )


def read_intent(stripe_id: str) -> IntentState:
    """The intent as it is now."""
    with outcome():
        return intent_state(v1().payment_intents.retrieve(stripe_id))


def cancel_intent(stripe_id: str) -> IntentState:
    """Cancels an intent that is not paid; voids an authorisation. Raises outcomes.Refused when it is too late, or too
    early: the bank works on it.

    Under no key of ours: Stripe would repeat a refusal for a day, whatever became of the intent. Twice is as once.
    """
    with outcome():
        return intent_state(v1().payment_intents.cancel(stripe_id))


def capture_intent(stripe_id: str) -> IntentState:
    """Takes all that was authorised (manual capture). Raises outcomes.Refused when it was let go meanwhile.

    Under no key of ours, as `cancel_intent`: an intent is captured once.
    """
    with outcome():
        return intent_state(v1().payment_intents.capture(stripe_id))
