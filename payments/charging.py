"""Taking the money of a checkout: the payment's states, and the one function that makes a checkout paid."""

from __future__ import annotations

from collections.abc import Sequence

from banibs.core import events, states
from banibs.core.clock import Now
from marketplace import orders as order_verbs
from marketplace.checkout import Placed
from marketplace.models import Order, OrderLine
from payments.models import Method, Payment, PaymentSplit
from wallet import ledger, movements

Status = Payment.Status
TRANSITIONS: states.Transitions = {
    Status.CREATED: frozenset({Status.REQUIRES_ACTION, Status.PROCESSING, Status.SUCCEEDED, Status.FAILED, Status.CANCELED}),
    Status.REQUIRES_ACTION: frozenset({Status.PROCESSING, Status.SUCCEEDED, Status.FAILED, Status.CANCELED}),
    Status.PROCESSING: frozenset({Status.REQUIRES_ACTION, Status.SUCCEEDED, Status.FAILED, Status.CANCELED}),
    Status.FAILED: frozenset({Status.REQUIRES_ACTION, Status.PROCESSING, Status.SUCCEEDED, Status.CANCELED}),
}


def create_payment(placed: Placed, *, method: str) -> Payment:
    """The payment of a checkout and its split per order, in the transaction that placed it. Two statements."""
    quote = placed.quote
    payment = Payment.objects.create(
        checkout=placed.checkout,
        user_id=placed.checkout.user_id,
        method=method,
        currency=placed.checkout.currency,
        amount=quote.total,
        wallet_part=quote.wallet_part,
        card_part=quote.card_part,
    )
    PaymentSplit.objects.bulk_create(
        PaymentSplit(payment=payment, order=order, wallet_part=part.wallet_part, card_part=part.card_part)
        for order, part in zip(placed.orders, quote.sellers, strict=True)
    )
    return payment


def pay_from_wallet(payment: Payment, placed: Placed, *, actor: events.Actor) -> None:
    """Pays a checkout that was placed in this very transaction from the buyer's wallet, or free of charge.

    Raises ledger.InsufficientFunds; the caller's transaction then leaves nothing behind.
    """
    if payment.method != Method.WALLET or payment.card_part:
        raise ValueError("this payment is not the wallet's alone")
    splits = [(part.wallet_part, part.card_part) for part in placed.quote.sellers]
    payment_succeeded(payment, placed.orders, placed.lines, splits, actor=actor)


def payment_succeeded(
    payment: Payment,
    orders: Sequence[Order],
    lines: Sequence[OrderLine],
    splits: Sequence[tuple[int, int]],
    *,
    actor: events.Actor,
) -> None:
    """The one way a checkout becomes paid: states, then the ledger last, in the caller's transaction.

    The caller holds the orders and the payment (locked, or new in this transaction); `splits` are (wallet, card) parts
    in the order of `orders`. Raises InvalidTransition when any of them is not waiting for payment.
    """
    order_verbs.mark_paid(orders, lines, actor=actor)
    states.move(
        [payment],
        to=Status.SUCCEEDED,
        table=TRANSITIONS,
        kind="payment.succeeded",
        actor=actor,
        changes={"succeeded_at": Now()},
    )
    posting = movements.order_paid(
        checkout=payment.checkout_id,
        reference=payment.checkout.number,
        buyer=payment.user_id,
        currency=payment.currency,
        region=payment.checkout.region_id,
        orders=[share(order, payment, *parts) for order, parts in zip(orders, splits, strict=True)],
        actor=f"user:{payment.user_id}" if payment.method == Method.WALLET else actor.type,
    )
    if posting:
        ledger.post(posting)


def share(order: Order, payment: Payment, wallet_part: int, card_part: int) -> movements.OrderShare:
    """An order as the ledger books it. Beside a card the wallet's part was set aside before: it is `reserved`."""
    mixed = payment.card_part > 0
    return movements.OrderShare(
        order=order.pk,
        seller=order.seller_id,
        net=order.seller_net,
        fee=order.marketplace_fee,
        tax=order.tax,
        processing=order.processing_fee,
        promotion=order.promotion,
        wallet=0 if mixed else wallet_part,
        reserved=wallet_part if mixed else 0,
        card=card_part,
    )
