"""Payment intents at Stripe: created, confirmed, read, canceled, captured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


def create_intent(
    *,
    row: int,
    amount: int,
    currency: str,
    customer: str,
    transfer_group: str,
    metadata: Mapping[str, str],
    manual_capture: bool = False,
    save_card: bool = False,
) -> IntentState:
    """A payment intent for our Intent row."""
    params: PaymentIntentCreateParams = {
        "amount": amount,
        "currency": currency.lower(),
        "customer": customer,
        "transfer_group": transfer_group,
        "metadata": dict(metadata),
        "capture_method": "manual" if manual_capture else "automatic",
        "payment_method_types": ["card"],
    }
    if save_card:
        params["setup_future_usage"] = "on_session"
    with outcome():
        return intent_state(v1().payment_intents.create(params, {"idempotency_key": f"intent:{row}:create"}))


def confirm_intent(
    stripe_id: str, *, row: int, attempt: int, payment_method: str, return_url: str
) -> IntentState:
    """Confirms with a saved card, from the server. Raises outcomes.Refused(declined=True) when the card says no.

    `attempt` counts the answers that we had: Stripe repeats a decline for a day to whoever asks with the same key.
    """
    with outcome():
        return intent_state(
            v1().payment_intents.confirm(
                stripe_id,
                {"payment_method": payment_method, "return_url": return_url},
                {"idempotency_key": f"intent:{row}:confirm:{attempt}:{payment_method}"},
            )
        )


def read_intent(stripe_id: str) -> IntentState:
    """The intent as it is now."""
    with outcome():
        return intent_state(v1().payment_intents.retrieve(stripe_id))


def cancel_intent(stripe_id: str) -> IntentState:
    """Cancels an intent that is not paid; voids an authorisation. Raises outcomes.Refused when it is too late."""
    with outcome():
        return intent_state(
            v1().payment_intents.cancel(stripe_id, {}, {"idempotency_key": f"{stripe_id}:cancel"})
        )


def capture_intent(stripe_id: str) -> IntentState:
    """Takes all that was authorised (manual capture). Raises outcomes.Refused when it was let go meanwhile."""
    with outcome():
        return intent_state(
            v1().payment_intents.capture(stripe_id, {}, {"idempotency_key": f"{stripe_id}:capture"})
        )
