"""Creates at Stripe what an Intent row stands for: a payment intent, or a Checkout session."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from django.conf import settings
from django.utils.translation import override

from payments.gateways import frozen_requests, installation, outcomes
from payments.gateways.stripe import checkout_sessions, customers, payment_intents
from payments.gateways.stripe.payment_intents import PaymentIntentData
from payments.models import Intent, Payment

Kind = Intent.Kind
Status = Intent.Status
Asks = TypeVar("Asks", contravariant=True)
Made = TypeVar("Made", covariant=True)


def create_at_stripe(row: Intent, urls: Urls | None = None) -> Intent:
    """Creates at Stripe what the row stands for, with the row's key and as it was first asked for: always the same answer.
    A customer that Stripe does not know any more is made anew, once. Raises as `open_intent`.
    """
    payment = Payment.objects.select_related("checkout", "user").get(pk=row.payment_id)
    if row.kind == Kind.CHECKOUT_SESSION:
        session = _session(row, payment, urls)
        _opened(row, session_id=session.id, url=session.url)
    else:
        state = _payment_intent(row, payment)
        _opened(row, stripe_id=state.id, client_secret=state.client_secret)
    row.refresh_from_db()
    return row


@dataclass(frozen=True)
class Urls:
    """What Stripe's own page shows and where it sends the buyer."""

    name: str
    success: str
    cancel: str


def _session(row: Intent, payment: Payment, urls: Urls | None) -> checkout_sessions.SessionState:
    if urls is None:
        raise ValueError("a Checkout session needs to know where the buyer returns to")

    def asked() -> checkout_sessions.SessionRequest:
        return {
            "amount": row.amount,
            "currency": row.currency,
            "customer": customers.ensure(payment.user),
            "name": urls.name,
            "about": intent_data(payment),
            "methods": list(settings.STRIPE_CHECKOUT_METHODS),
            "metadata": metadata(row, payment),
            "success_url": urls.success,
            "cancel_url": urls.cancel,
        }

    return _created(payment, f"intent:{row.pk}:session", asked, checkout_sessions.create_session)


def _payment_intent(row: Intent, payment: Payment) -> payment_intents.IntentState:
    def asked() -> payment_intents.IntentRequest:
        return {
            "amount": row.amount,
            "currency": row.currency,
            "customer": customers.ensure(payment.user),
            "about": intent_data(payment),
            "metadata": metadata(row, payment),
            "manual_capture": row.manual_capture,
            "save_card": payment.save_card,
        }

    return _created(payment, f"intent:{row.pk}:create", asked, payment_intents.create_intent)


class _Create(Protocol[Asks, Made]):
    """A call of the gateway that makes something, the same for the same key."""

    def __call__(self, asked: Asks, /, *, key: str) -> Made: ...


def _created(payment: Payment, name: str, asks: Callable[[], Asks], create: _Create[Asks, Made]) -> Made:
    """Asks as it was first asked. Refused because the customer is gone, nothing was made: asked anew for a new one."""
    first = frozen_requests.freeze(name, asks())
    try:
        return create(first.params, key=first.key)
    except outcomes.Refused as refused:
        if not refused.misses("customer"):
            raise
        gone = cast(Mapping[str, object], first.params)["customer"]
        customers.forget(payment.user, gone=str(gone))
        again = frozen_requests.renew(first, asks())
        return create(again.params, key=again.key)


def intent_data(payment: Payment) -> PaymentIntentData:
    """What the bank's statement, Stripe's Dashboard and its receipt say of a payment: in English, staff read it."""
    with override("en"):
        data: PaymentIntentData = {
            "description": f"BANIBS {payment}",
            # Stripe wants a letter in it; our numbers begin with one, and have no sign that it refuses.
            "statement_descriptor_suffix": payment.checkout.number if payment.checkout else "WALLET",
            "transfer_group": transfer_group(payment),
        }
    if settings.STRIPE_RECEIPT_EMAIL:
        data["receipt_email"] = payment.user.email
    return data


def transfer_group(payment: Payment) -> str:
    """What ties a payment to its later transfers at Stripe."""
    return payment.checkout.number if payment.checkout else f"top-up-{payment.pk}"


def metadata(row: Intent, payment: Payment) -> dict[str, str]:
    """Our mark and numbers, so that a person at Stripe's dashboard, and we, can tell what an intent is for."""
    return installation.marked(
        {
            "banibs_intent": str(row.pk),
            "banibs_payment": str(payment.pk),
            "banibs_checkout": payment.checkout.number if payment.checkout else "",
        }
    )


def _opened(row: Intent, **ids: str) -> None:
    """Notes Stripe's answer. An event may have been quicker: then the row goes on from where that has brought it."""
    Intent.objects.filter(pk=row.pk, status=Status.CREATED).update(status=Status.OPEN, **ids)
    if "session_id" in ids:
        Intent.objects.filter(pk=row.pk, status=Status.OPEN, session_id=None).update(**ids)
