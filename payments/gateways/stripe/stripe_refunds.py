"""Refunds at Stripe: money back to a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from payments import policy
from payments.gateways.stripe import stripe_data
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.stripe_data import StripeRaw, as_dict, id_of


@dataclass(frozen=True)
class RefundState:
    """A refund as Stripe has it. Its two balance transactions say what it did to our balance, its status does not."""

    id: str
    status: str
    amount: int
    currency: str
    intent: str
    metadata: Mapping[str, str]
    failure: str
    balance_transaction: str = ""  # it took the money from our balance; none while that is short
    failure_balance_transaction: str = ""  # it put the money back

    @property
    def over(self) -> bool:
        """Whether the buyer's bank gets nothing of it: it failed, or was taken back."""
        return self.status in ("failed", "canceled")

    @property
    def never_left(self) -> bool:
        """Whether it was taken back while nothing of it had left our balance."""
        return self.status == "canceled" and not self.balance_transaction


def refund_state(raw: StripeRaw) -> RefundState:
    """The plain state of a refund object."""
    data = as_dict(raw)
    return RefundState(
        id=str(data["id"]),
        status=stripe_data.text(data, "status"),
        amount=stripe_data.integer(data, "amount"),
        currency=str(data["currency"]).upper(),
        intent=id_of(data.get("payment_intent")),
        metadata=stripe_data.metadata(data),
        failure=stripe_data.text(data, "failure_reason"),
        balance_transaction=id_of(data.get("balance_transaction")),
        failure_balance_transaction=id_of(data.get("failure_balance_transaction")),
    )


def create_refund(*, key: str, intent: str, amount: int, metadata: Mapping[str, str]) -> RefundState:
    """Sends money back to the card. `key` comes from our row and its attempt."""
    with outcome():
        return refund_state(
            v1().refunds.create(
                {"payment_intent": intent, "amount": amount, "metadata": dict(metadata)},
                {"idempotency_key": key},
            )
        )


def refunds_of(intent: str) -> list[RefundState]:
    """The refunds of an intent, newest first, at most a hundred: ours and those made by hand at Stripe."""
    with outcome():
        found = v1().refunds.list({"payment_intent": intent, "limit": policy.STRIPE_PAGE_ROWS})
    return [refund_state(one) for one in found.data]


def read_refund(refund_id: str) -> RefundState:
    """The refund as it is now."""
    with outcome():
        return refund_state(v1().refunds.retrieve(refund_id))


def cancel_refund(refund_id: str) -> RefundState:
    """Takes a refund back. Stripe does it by a call only while the customer is asked where the money should go; others its
    Dashboard may still stop. Raises outcomes.Refused.
    """
    with outcome():
        return refund_state(v1().refunds.cancel(refund_id))
