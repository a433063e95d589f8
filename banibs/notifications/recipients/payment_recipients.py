"""Who hears of a payment: declined, too late, given back, added to the wallet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.urls import reverse

from banibs.core.models import Event
from banibs.notifications.recipients.recipient import Recipient, money
from marketplace.models import Order
from payments.models import Payment


def recipients(event: Event) -> Iterator[Recipient]:
    """Everybody to be told of an event of a payment. One statement, two where shops are told."""
    payment = Payment.objects.select_related("checkout").get(pk=event.subject_id)
    return _WHO[event.kind](event, payment)


def _failed(event: Event, payment: Payment) -> Iterator[Recipient]:
    """A card that was declined. An intent that we ended ourselves is no news."""
    if payment.checkout is None or event.reason in ("", "canceled"):
        return
    number = payment.checkout.number
    said = {"number": number, "reason": event.reason, "total": money(payment.amount, payment.currency)}
    yield Recipient(payment.user_id, "payment_declined", reverse("payments:again", args=[number]), said)


def _unapplied(event: Event, payment: Payment) -> Iterator[Recipient]:
    """Money for an order that does not wait for it any more. Its shops hear that there is nothing to do."""
    said = {"number": _number(payment), "amount": _amount(event)}
    yield Recipient(payment.user_id, "payment_unapplied", _where(payment), said)
    if payment.checkout is None or payment.status == Payment.Status.SUCCEEDED:
        return
    for order in Order.objects.filter(checkout=payment.checkout).select_related("seller").order_by("pk"):
        url = reverse("seller:order", args=[order.number])
        said = {"order_number": order.number, "shop_slug": order.seller.slug}
        yield Recipient(order.seller.user_id, "sale_unapplied", url, said, letter=False)


def _unapplied_refunded(event: Event, payment: Payment) -> Iterator[Recipient]:
    said = {"number": _number(payment), "amount": _amount(event)}
    yield Recipient(payment.user_id, "payment_given_back", _where(payment), said)


def _unapplied_to_wallet(event: Event, payment: Payment) -> Iterator[Recipient]:
    said = {"number": _number(payment), "amount": _amount(event)}
    yield Recipient(payment.user_id, "payment_in_wallet", reverse("wallet:wallet"), said)


def _topped_up(event: Event, payment: Payment) -> Iterator[Recipient]:
    yield Recipient(payment.user_id, "wallet_topped_up", reverse("wallet:wallet"), {"amount": _amount(event)})


def _disputed(event: Event, payment: Payment) -> Iterator[Recipient]:
    """Of a top-up; money that no order took is on its way back to its payer already."""
    if payment.checkout is None:
        held = money(event.data["held"], event.data["currency"])
        said = {"amount": _amount(event), "held": held}
        yield Recipient(payment.user_id, "wallet_disputed", reverse("wallet:wallet"), said)


def _dispute_lost(event: Event, payment: Payment) -> Iterator[Recipient]:
    if payment.checkout is None:
        yield Recipient(
            payment.user_id, "wallet_frozen", reverse("wallet:wallet"), {"amount": _amount(event)}
        )


_WHO: Mapping[str, Callable[[Event, Payment], Iterator[Recipient]]] = {
    "payment.failed": _failed,
    "payment.unapplied": _unapplied,
    "payment.unapplied_refunded": _unapplied_refunded,
    "payment.unapplied_to_wallet": _unapplied_to_wallet,
    "payment.disputed": _disputed,
    "payment.dispute_lost": _dispute_lost,
    "wallet.topped_up": _topped_up,
}


def _number(payment: Payment) -> str:
    return payment.checkout.number if payment.checkout else ""


def _where(payment: Payment) -> str:
    if payment.checkout is None:
        return reverse("wallet:wallet")
    return reverse("marketplace:order", args=[payment.checkout.number])


def _amount(event: Event) -> dict[str, object]:
    return money(event.data["amount"], event.data["currency"])
