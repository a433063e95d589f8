"""What Stripe really took for a card payment: booked once per balance transaction, shown beside the estimate."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from banibs.core.clock import Now
from banibs.core.money import Money, allocate
from marketplace.models import Order
from payments import incidents, policy
from payments.charges.sync_intent import lock_payment
from payments.gateways.stripe import stripe_balance
from payments.models import Intent, PaymentSplit
from wallet import ledger, movements
from wallet.models import Movement


def unsettled_intents() -> list[int]:
    """Paid intents whose real fee is not booked yet, the longest unasked first: the sweeper's list."""
    return list(
        Intent.objects.filter(
            status__in=(Intent.Status.SUCCEEDED, Intent.Status.UNAPPLIED, Intent.Status.UNAPPLIED_REFUNDED),
            balance_transaction="",
            created_at__lte=Now() - policy.FEE_ASKED_AFTER,
        )
        .exclude(charge_id="")
        .order_by(F("looked_up_at").asc(nulls_first=True), "pk")
        .values_list("pk", flat=True)[: policy.SWEPT_AT_ONCE]
    )


def settle_fee(row_id: int) -> bool:
    """Asks Stripe for an intent's fee and books it; False while it is not known. Raises outcomes.Unknown."""
    row = Intent.objects.get(pk=row_id)
    if row.balance_transaction or not row.charge_id:
        return bool(row.balance_transaction)
    Intent.objects.filter(pk=row.pk).update(looked_up_at=Now())
    fee = stripe_balance.read_fee(row.charge_id)
    if fee is None:
        return False
    return book(row, fee)


def book(row: Intent, fee: stripe_balance.FeeState) -> bool:
    """Books the fee of a balance transaction, once. One in another currency is an incident and books nothing."""
    if fee.currency != row.currency:
        incidents.open_incident(
            "fee_currency",
            key=fee.balance_transaction,
            payment_id=row.payment_id,
            detail=f"{row.currency} was settled in {fee.currency}: the books cannot hold what Stripe took",
        )
        Intent.objects.filter(pk=row.pk, balance_transaction="").update(
            balance_transaction=fee.balance_transaction
        )
        return False
    with transaction.atomic():
        lock_payment(row.pk)  # the orders first, as whoever hears that the intent succeeded: both write them
        locked = Intent.objects.select_for_update().get(pk=row.pk)
        if locked.balance_transaction:
            return True
        Intent.objects.filter(pk=row.pk).update(balance_transaction=fee.balance_transaction)
        _show(locked, fee)
        if fee.fee > 0:
            _post(locked, fee)
    return True


def _post(row: Intent, fee: stripe_balance.FeeState) -> None:
    """Books it under the id as Stripe writes it, unless it stands under the key of old, which was in small letters."""
    posting = movements.processing_fee_settled(
        balance_transaction=fee.balance_transaction,
        payment=row.payment_id,
        fee=Money(fee.fee, fee.currency),
    )
    old = f"balance_transaction:{fee.balance_transaction.lower()}:fee"
    if old == posting.key or not Movement.objects.filter(key=old).exists():
        ledger.post(posting)


def _show(row: Intent, fee: stripe_balance.FeeState) -> None:
    """Puts each order's part of the real fee beside its estimate, by card part."""
    if row.status != Intent.Status.SUCCEEDED:
        return
    splits = list(PaymentSplit.objects.filter(payment=row.payment_id).order_by("order_id"))
    if not splits:
        return
    parts = allocate(fee.fee, [split.card_part for split in splits])
    Order.objects.bulk_update(
        [
            Order(pk=split.order_id, processing_fee_actual=part)
            for split, part in zip(splits, parts, strict=True)
        ],
        ["processing_fee_actual"],
    )
