"""The states of a payment: creating, reserving, releasing, and the one function that makes a checkout paid.

Row first, Stripe second: an Intent row is committed before Stripe is asked, and its id makes the key. Whatever Stripe
then says, by answer, webhook or look-up, ends in `sync_intent` (docs "Architecture", a sale).
"""

from __future__ import annotations

from collections.abc import Sequence

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.money import Money
from banibs.core.states import state_machine
from marketplace.checkout.place_order import Placed
from marketplace.models import Order, OrderLine
from marketplace.orders import transitions as order_verbs
from payments.models import Method, Payment, PaymentSplit
from wallet import ledger, movements

Status = Payment.Status
SETTLED = {"succeeded_at": Now(), "failure_code": "", "failure_text": "", "reserved": 0}
_WAITING = {Status.CREATED, Status.REQUIRES_ACTION, Status.PROCESSING, Status.FAILED}
TRANSITIONS: state_machine.Transitions = {
    status: frozenset(
        {Status.REQUIRES_ACTION, Status.PROCESSING, Status.SUCCEEDED, Status.FAILED, Status.CANCELED}
        - {status}
    )
    for status in _WAITING
}


def create_payment(placed: Placed, *, method: str, save_card: bool) -> Payment:
    """The payment of a checkout and its split per order, in the transaction that placed it. Two statements.

    The wallet's part beside a card is set aside at once. Raises ledger.InsufficientFunds.
    """
    quote = placed.quote
    payment = Payment.objects.create(
        checkout=placed.checkout,
        user_id=placed.checkout.user_id,
        method=method,
        currency=placed.checkout.currency,
        amount=quote.total,
        wallet_part=quote.wallet_part,
        card_part=quote.card_part,
        save_card=save_card,
    )
    PaymentSplit.objects.bulk_create(
        PaymentSplit(payment=payment, order=order, wallet_part=part.wallet_part, card_part=part.card_part)
        for order, part in zip(placed.orders, quote.sellers, strict=True)
    )
    if payment.card_part and payment.wallet_part:
        reserve(payment)
    return payment


def reserve(payment: Payment) -> None:
    """Sets the wallet part aside while the card part is under way; the caller holds the payment.

    Raises ledger.InsufficientFunds.
    """
    ledger.post(
        movements.wallet_reserved(
            payment=payment.pk,
            attempt=payment.attempt + 1,
            buyer=payment.user_id,
            amount=Money(payment.wallet_part, payment.currency),
            reference=payment.checkout.number if payment.checkout else "",
        )
    )
    # After the posting: when the wallet is short, the payment is as it was.
    payment.attempt += 1
    payment.reserved = payment.wallet_part
    Payment.objects.filter(pk=payment.pk).update(attempt=payment.attempt, reserved=payment.reserved)


def release(payment: Payment) -> None:
    """Gives what is set aside back to the buyer's wallet; the caller holds the payment. Nothing when nothing is."""
    if not payment.reserved:
        return
    amount, payment.reserved = payment.reserved, 0
    Payment.objects.filter(pk=payment.pk).update(reserved=0)
    ledger.post(
        movements.wallet_released(
            payment=payment.pk,
            attempt=payment.attempt,
            buyer=payment.user_id,
            amount=Money(amount, payment.currency),
            reference=payment.checkout.number if payment.checkout else "",
        )
    )


def pay_from_wallet(payment: Payment, placed: Placed, *, actor: events.Actor) -> None:
    """Pays a checkout that was placed in this very transaction from the buyer's wallet, or free of charge.

    Raises ledger.InsufficientFunds; the caller's transaction then leaves nothing behind.
    """
    if payment.card_part:
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
    checkout = payment.checkout
    if checkout is None:
        raise ValueError("a top-up pays no orders")
    order_verbs.mark_paid(orders, lines, actor=actor, method=payment.method)
    move(payment, to=Status.SUCCEEDED, actor=actor, changes=SETTLED)
    posting = movements.order_paid(
        checkout=checkout.pk,
        reference=checkout.number,
        buyer=payment.user_id,
        currency=payment.currency,
        orders=[
            share(order, payment, checkout.region_id, *parts)
            for order, parts in zip(orders, splits, strict=True)
        ],
        actor=f"user:{payment.user_id}" if payment.method == Method.WALLET else actor.type,
    )
    if posting:
        ledger.post(posting)


def move(
    payment: Payment,
    *,
    to: str,
    actor: events.Actor,
    reason: str = "",
    changes: dict[str, object] | None = None,
) -> None:
    """Moves a payment that the caller holds to a state; the event names the checkout, if it is of one."""
    state_machine.move(
        [payment],
        to=to,
        table=TRANSITIONS,
        kind=f"payment.{to}",
        actor=actor,
        reason=reason,
        data={"checkout": payment.checkout.number} if payment.checkout else {},
        changes=changes,
    )


def share(
    order: Order, payment: Payment, region: str, wallet_part: int, card_part: int
) -> movements.OrderShare:
    """An order as the ledger books it. Beside a card the wallet's part was set aside before: it is `reserved`.

    An order that a server of an older release placed has no jurisdiction: its tax is the region's, as it was there.
    """
    mixed = bool(payment.card_part)
    return movements.OrderShare(
        order=order.pk,
        seller=order.seller_id,
        net=order.seller_net,
        fee=order.marketplace_fee,
        tax=order.tax,
        tax_jurisdiction=order.tax_jurisdiction or region,
        processing=order.processing_fee,
        promotion=order.promotion,
        wallet=0 if mixed else wallet_part,
        reserved=wallet_part if mixed else 0,
        card=card_part,
        fulfilled=order.status == Order.Status.FULFILLED,
    )
