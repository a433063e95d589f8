"""Creates at Stripe what an Intent row stands for: a payment intent, or a Checkout session."""

from __future__ import annotations

from dataclasses import dataclass

from payments.gateways.stripe import checkout_sessions, customers, payment_intents
from payments.models import Intent, Payment

Kind = Intent.Kind
Status = Intent.Status


def create_at_stripe(row: Intent, urls: Urls | None = None) -> Intent:
    """Creates at Stripe what the row stands for, with the row's key: always the same answer. Raises as `open_intent`."""
    payment = Payment.objects.select_related("checkout", "user").get(pk=row.payment_id)
    customer = customers.ensure(payment.user)
    if row.kind == Kind.CHECKOUT_SESSION:
        if urls is None:
            raise ValueError("a Checkout session needs to know where the buyer returns to")
        session = checkout_sessions.create_session(
            row=row.pk,
            amount=row.amount,
            currency=row.currency,
            customer=customer,
            name=urls.name,
            transfer_group=transfer_group(payment),
            metadata=metadata(row, payment),
            success_url=urls.success,
            cancel_url=urls.cancel,
        )
        _opened(row, session_id=session.id, url=session.url)
    else:
        state = payment_intents.create_intent(
            row=row.pk,
            amount=row.amount,
            currency=row.currency,
            customer=customer,
            transfer_group=transfer_group(payment),
            metadata=metadata(row, payment),
            save_card=payment.save_card,
            manual_capture=row.manual_capture,
        )
        _opened(row, stripe_id=state.id, client_secret=state.client_secret)
    row.refresh_from_db()
    return row


@dataclass(frozen=True)
class Urls:
    """What Stripe's own page shows and where it sends the buyer."""

    name: str
    success: str
    cancel: str


def transfer_group(payment: Payment) -> str:
    """What ties a payment to its later transfers at Stripe."""
    return payment.checkout.number if payment.checkout else f"top-up-{payment.pk}"


def metadata(row: Intent, payment: Payment) -> dict[str, str]:
    """Our numbers, so that a person at Stripe's dashboard, and we, can tell what an intent is for."""
    return {
        "banibs_intent": str(row.pk),
        "banibs_payment": str(payment.pk),
        "banibs_checkout": payment.checkout.number if payment.checkout else "",
    }


def _opened(row: Intent, **ids: str) -> None:
    """Notes Stripe's answer. An event may have been quicker: then the row goes on from where that has brought it."""
    Intent.objects.filter(pk=row.pk, status=Status.CREATED).update(status=Status.OPEN, **ids)
    if "session_id" in ids:
        Intent.objects.filter(pk=row.pk, status=Status.OPEN, session_id=None).update(**ids)
