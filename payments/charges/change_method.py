"""Changes the method of a placed checkout, or tries it again: ends the open intent, then splits wallet and card anew.

Which part is the card's decides the card fee, so the orders' processing fees and nets follow the new parts.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from banibs.core import events
from banibs.core.db import db_retry
from banibs.core.money import Money, allocate
from marketplace.checkout import refusals
from marketplace.models import Order, OrderLine
from marketplace.pricing import fees
from marketplace.pricing.quote import Tender
from marketplace.regions import lookup as regions
from payments import policy
from payments.charges import frozen_wallets, limits, payment_states
from payments.charges.look_up_intent import bank_works_on, close_intent
from payments.charges.sync_intent import NOT_OVER, lock_orders
from payments.gateways import outcomes
from payments.models import Intent, Method, Payment, PaymentSplit
from wallet import accounts, ledger


class OpenedMeanwhile(Exception):
    """Another page opened an intent between the end of the last one and the lock. Nothing has changed."""


def pay_again(payment_id: int, *, method: str, actor: events.Actor, save_card: bool = False) -> Payment:
    """Makes a waiting checkout payable by `method`; by wallet it is paid when this returns.

    Raises CheckoutRefusal `order_already_paid`, `checkout_expired`, `insufficient_funds`, `payment_method_unavailable`,
    `payment_processing`, and outcomes.Unknown when what is under way could not be ended: nothing has changed then.
    """
    check_offered(payment_id, method)
    if bank_works_on(payment_id):
        raise refusals.payment_processing()
    for _try in range(policy.CHANGE_METHOD_MOST_TRIES):
        end_open(payment_id)
        try:
            return db_retry.atomic_retry(
                lambda: _pay_again(payment_id, method=method, actor=actor, save_card=save_card)
            )
        except OpenedMeanwhile:
            continue
    raise outcomes.Unknown(f"payment {payment_id} is being paid on another page")


def check_offered(payment_id: int, method: str) -> None:
    """Raises CheckoutRefusal for a frozen wallet, for a card in a currency in which cards are not taken, for less than one
    takes, or for more.
    """
    user_id, currency, amount = Payment.objects.values_list("user_id", "currency", "amount").get(
        pk=payment_id
    )
    frozen_wallets.check_not_frozen(user_id, method)
    if method in (Method.CARD, Method.STRIPE_CHECKOUT):
        limits.check_card_part(amount, currency)
    if method == Method.WALLET_AND_CARD and limits.too_small(amount, currency):
        raise refusals.below_card_minimum(limits.card_least(currency))
    if method != Method.WALLET and not limits.cards_taken(currency):
        raise refusals.method_unavailable(method)


def needs_new_parts(payment: Payment) -> bool:
    """Whether a failed card gave the wallet part back, so that the parts are to be drawn anew before the next try."""
    return bool(payment.card_part and payment.wallet_part and not payment.reserved)


def wallet_covers(payment: Payment) -> bool:
    """Whether the wallet holds all of it by now."""
    return ledger.balance(accounts.wallet(payment.user_id), payment.currency).amount >= payment.amount


def open_intents(payment_id: int) -> list[int]:
    """The payment's intents that are not over: one at most.

    Ending one is a call to Stripe, and no lock is held across it, so another page may open the next one in between.
    Whoever ends first and acts afterwards asks again under the payment's lock, which every new intent needs too.
    """
    return list(
        Intent.objects.filter(payment=payment_id, status__in=NOT_OVER)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def end_open(payment_id: int) -> None:
    """Ends the payment's open intent at Stripe; money that came meanwhile has been taken in. Raises outcomes.Unknown."""
    for row_id in open_intents(payment_id):
        close_intent(row_id)


def _pay_again(payment_id: int, *, method: str, actor: events.Actor, save_card: bool) -> Payment:
    with transaction.atomic(), events.together():
        payment, orders = lock_payment(payment_id)
        check_waiting(payment, orders)
        if open_intents(payment_id):  # a card could be charged beside what is done now
            raise OpenedMeanwhile
        payment_states.release(payment)
        splits = _drawn(payment, orders, method=method, save_card=save_card)
        if payment.card_part == 0:
            _from_wallet(payment, orders, splits, actor)
    return payment


def _drawn(
    payment: Payment, orders: Sequence[Order], *, method: str, save_card: bool
) -> list[tuple[int, int]]:
    """The parts by what the wallet holds, its part set aside. Another tab may spend it between the two: then once more,
    and now the refused posting holds the wallet's lock, so that what is read is what is there.
    """
    for last in (False, True):
        balance = ledger.balance(accounts.wallet(payment.user_id), payment.currency).amount
        tender = Tender(method, wallet=max(balance, 0), card_minimum=limits.card_minimum(payment.currency))
        splits = _redraw(payment, orders, tender, method=method, save_card=save_card)
        limits.check_card_part(payment.card_part, payment.currency)
        if not (payment.card_part and payment.wallet_part):
            break
        try:
            payment_states.reserve(payment)
            break
        except ledger.InsufficientFunds as short:
            if last:
                total = Money(payment.amount, payment.currency)
                raise refusals.insufficient_funds(missing=short.missing, total=total) from short
    return splits


def lock_payment(payment_id: int) -> tuple[Payment, list[Order]]:
    """The payment and its orders, locked in the one order: checkout, orders, payment."""
    checkout_id = Payment.objects.values_list("checkout_id", flat=True).get(pk=payment_id)
    orders = lock_orders(checkout_id)
    return Payment.objects.select_for_update(of=("self",)).select_related("checkout").get(
        pk=payment_id
    ), orders


def check_waiting(payment: Payment, orders: Sequence[Order]) -> None:
    """Raises CheckoutRefusal unless the checkout still waits for its money."""
    if payment.status == Payment.Status.SUCCEEDED:
        raise refusals.order_already_paid()
    if payment.status == Payment.Status.CANCELED or any(
        order.status != Order.Status.CREATED for order in orders
    ):
        raise refusals.checkout_expired()


def _redraw(
    payment: Payment, orders: Sequence[Order], tender: Tender, *, method: str, save_card: bool
) -> list[tuple[int, int]]:
    payment.wallet_part, payment.card_part = tender.parts(payment.amount)
    payment.method, payment.save_card = method, save_card
    payment.save(update_fields=["wallet_part", "card_part", "method", "save_card"])
    totals = [order.total for order in orders]
    wallet = allocate(payment.wallet_part, totals, capped=True)
    card = [total - part for total, part in zip(totals, wallet, strict=True)]
    _recharge(payment, orders, card)
    rows = {split.order_id: split for split in PaymentSplit.objects.filter(payment=payment)}
    for order, from_wallet, from_card in zip(orders, wallet, card, strict=True):
        rows[order.pk].wallet_part, rows[order.pk].card_part = from_wallet, from_card
    PaymentSplit.objects.bulk_update(rows.values(), ["wallet_part", "card_part"])
    return list(zip(wallet, card, strict=True))


def _recharge(payment: Payment, orders: Sequence[Order], card: Sequence[int]) -> None:
    """The card fee of the new parts, taken from what the orders earn before it."""
    checkout = payment.checkout
    if checkout is None:
        raise ValueError("a top-up has no orders")
    market = regions.place(checkout.region_id).market
    before = [order.seller_net + order.processing_fee for order in orders]
    charged = fees.processing_fees(card, before, bps=market.processing_bps, fixed=market.processing_fixed)
    for order, net, fee in zip(orders, before, charged, strict=True):
        order.processing_fee, order.seller_net = fee, net - fee
    Order.objects.bulk_update(orders, ["processing_fee", "seller_net"])


def _from_wallet(
    payment: Payment, orders: Sequence[Order], splits: Sequence[tuple[int, int]], actor: events.Actor
) -> None:
    lines = list(OrderLine.objects.filter(order__in=orders).only("id", "order_id", "kind"))
    try:
        payment_states.payment_succeeded(payment, orders, lines, splits, actor=actor)
    except ledger.InsufficientFunds as short:
        total = Money(payment.amount, payment.currency)
        raise refusals.insufficient_funds(missing=short.missing, total=total) from short


def give_back_reserved(payment_id: int) -> None:
    """After the card part failed: ends what is under way at Stripe and gives the wallet part back.

    The next try draws the parts anew. A try that was begun meanwhile keeps its wallet part: its card may pay.
    Raises outcomes.Unknown; the sweeper asks again.
    """
    end_open(payment_id)
    with transaction.atomic():
        payment, _orders = lock_payment(payment_id)
        if payment.status == Payment.Status.FAILED and not open_intents(payment_id):
            payment_states.release(payment)


def failed_with_reserve() -> list[int]:
    """Mixed payments whose card part failed and whose wallet part is still set aside: the sweeper's list."""
    return list(
        Payment.objects.filter(status=Payment.Status.FAILED, method=Method.WALLET_AND_CARD, reserved__gt=0)
        .order_by("pk")
        .values_list("pk", flat=True)[: policy.SWEPT_AT_ONCE]
    )
