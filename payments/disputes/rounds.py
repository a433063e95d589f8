"""One round of a dispute: Stripe withdraws, gives back, or lets the bank keep it. Rows, columns, and the posting last.

Each function is called once for its fact, by `sync_dispute`, in a transaction that holds the case.
"""

from __future__ import annotations

from django.db.models import Sum

from banibs.core import events
from banibs.core.clock import Now
from marketplace.models import Order
from marketplace.orders import transitions
from payments import incidents
from payments.charges import frozen_wallets
from payments.disputes import dispute_shares, wallet_shares
from payments.disputes.case import Case
from payments.gateways.stripe.disputes import DisputeMove
from payments.models import DisputeRound, DisputeShare
from payments.refunds.parts import Sources
from wallet import ledger, movements

State = DisputeRound.State
LOST_REASON = "dispute lost"
OVER = (Order.Status.CANCELED, Order.Status.REFUNDED)


def begin(case: Case, move: DisputeMove) -> None:
    """Stripe withdrew: each order's share of it is set aside, and those who sold bear the fee that came with it."""
    dispute = case.dispute
    dispute.round += 1
    withdrawn, fee = -move.amount, max(0, move.fee)
    case.round = DisputeRound.objects.create(
        dispute=dispute, number=dispute.round, withdrawn=withdrawn, fee=fee, withdrawal=move.id
    )
    if case.orders:
        drawn = dispute_shares.draw(case.payment, case.columns, amount=withdrawn, fee=fee)
    else:
        drawn = [wallet_shares.draw(case, withdrawn)]
    for share in drawn:
        share.round = case.round
    shares = DisputeShare.objects.bulk_create(drawn)
    for share in shares:
        if share.order_id:
            case.columns.take(share)
    case.columns.save()
    _told(case, shares, "disputed", "opened")
    ledger.post(
        movements.dispute_opened(
            dispute=dispute.pk,
            round=case.round.number,
            withdrawn=dispute.money(withdrawn),
            orders=_orders(case, shares),
            wallet=_wallet(shares),
            reference=case.reference,
        )
    )
    if fee:
        _book_fee(case, case.round, shares, returned=False)


def win(case: Case, move: DisputeMove) -> None:
    """Stripe gave back what the open round had withdrawn: each share goes back where it came from."""
    shares = _close(case, State.WON, credit=move.id)
    back = {share.pk: case.columns.put_back(share) for share in shares if share.order_id}
    case.columns.save()
    _told(case, shares, "dispute_won", "won")
    ledger.post(
        movements.dispute_won(
            dispute=case.dispute.pk,
            round=case.last.number,
            withdrawn=case.dispute.money(case.last.withdrawn),
            orders=_orders(case, shares, sources=back),
            wallet=_wallet(shares),
            reference=case.reference,
        )
    )


def lose(case: Case) -> None:
    """The bank keeps what the open round withdrew: all who had a part of it give it. An order of which nothing is left is
    over; the wallet of a top-up is frozen, for its rest may be gone.
    """
    shares = _close(case, State.LOST)
    deferred = {share.pk for share in shares if _orders_fee_deferred(case, share)}
    for share in shares:
        if share.pk in deferred:
            case.orders[share.order_id or 0].fee_deferred -= share.fee
    case.columns.save()
    _told(case, shares, "dispute_lost", "lost")
    _end_orders(_with_nothing_left(case))
    wallet = next((share for share in shares if not share.order_id), None)
    if wallet:
        wallet_shares.settle_intent(case, wallet, lost=True)
        if not wallet.from_unapplied:
            frozen_wallets.freeze(case.payment.user_id, dispute=case.dispute)
    ledger.post(
        movements.dispute_lost(
            dispute=case.dispute.pk,
            round=case.last.number,
            withdrawn=case.dispute.money(case.last.withdrawn),
            orders=_orders(case, shares, deferred=deferred),
            wallet=_wallet(shares),
            reference=case.reference,
        )
    )


def reinstate(case: Case, move: DisputeMove) -> None:
    """Stripe gave back what was lost: the loss is undone. The order stays in the state that it came to, and a person is
    told where it is over.
    """
    shares = _close(case, State.REINSTATED, credit=move.id)
    deferred = set()
    for share in shares:
        if not share.order_id:
            wallet_shares.settle_intent(case, share, lost=False)
            continue
        order = case.orders[share.order_id]
        case.columns.undo(share)
        if order.status == Order.Status.PAID and share.fee:
            order.fee_deferred += share.fee
            deferred.add(share.pk)
    case.columns.save()
    _told(case, shares, "dispute_reinstated", "reinstated")
    over = [order.number for order in case.orders.values() if order.status in OVER and _shared(order, shares)]
    if over:
        incidents.open_incident(
            "dispute_reinstated",
            key=f"{case.dispute.stripe_id}:{case.last.number}",
            payment_id=case.payment.pk,
            dispute_id=case.dispute.pk,
            detail=f"The bank gave back {_amount(case)} after the dispute was lost. The sellers have their shares again; "
            f"{', '.join(over)} stays {LOST_REASON}: decide with the seller whether the buyer still gets the goods",
        )
    ledger.post(
        movements.dispute_reinstated(
            dispute=case.dispute.pk,
            round=case.last.number,
            withdrawn=case.dispute.money(case.last.withdrawn),
            orders=_orders(case, shares, deferred=deferred),
            wallet=_wallet(shares),
            reference=case.reference,
        )
    )


def return_fee(case: Case, of: DisputeRound) -> None:
    """Stripe gave the fee of a round back: it goes to those who had borne it."""
    of.fee_returned = of.fee
    DisputeRound.objects.filter(pk=of.pk).update(fee_returned=of.fee)
    events.record(
        events.New(
            "dispute.fee_returned",
            case.dispute,
            events.STRIPE,
            data={"round": of.number, "amount": of.fee, "currency": case.dispute.currency},
        )
    )
    _book_fee(case, of, list(of.shares.order_by("pk")), returned=True)


def _book_fee(case: Case, of: DisputeRound, shares: list[DisputeShare], *, returned: bool) -> None:
    borne = [
        (order.pk, order.seller_id, share.dispute_fee)
        for share in shares
        if share.order_id and (order := case.orders[share.order_id])
    ]
    ledger.post(
        movements.dispute_fee(
            dispute=case.dispute.pk,
            round=of.number,
            currency=case.dispute.currency,
            orders=borne,
            platform=of.fee - sum(amount for _order, _seller, amount in borne),
            returned=returned,
            reference=case.reference,
        )
    )


def _close(case: Case, state: str, *, credit: str | None = None) -> list[DisputeShare]:
    """Ends the last round; returns its shares, by order."""
    case.last.state = state
    case.last.credit = credit
    DisputeRound.objects.filter(pk=case.last.pk).update(state=state, credit=credit, closed_at=Now())
    return list(case.last.shares.order_by("order_id"))


def _end_orders(over: list[Order]) -> None:
    """Sent: refunded. Not yet: canceled; nothing goes back to the buyer, who has it already, and stock stays as it is."""
    sent = [order for order in over if order.status != Order.Status.PAID]
    unsent = [order for order in over if order.status == Order.Status.PAID]
    transitions.refund(sent, actor=events.STRIPE, reason=LOST_REASON)
    transitions.cancel(unsent, actor=events.STRIPE, reason=LOST_REASON)


def _with_nothing_left(case: Case) -> list[Order]:
    """Orders of which all went back for good. What an open round of another dispute has may come back. One statement."""
    undecided = DisputeShare.objects.filter(order__in=list(case.orders), round__state=State.OPEN)
    open_now = dict(undecided.values_list("order").annotate(sum=Sum("amount")).order_by())
    return [
        order
        for order in case.orders.values()
        if order.status not in OVER and order.refunded - open_now.get(order.pk, 0) == order.total
    ]


def _orders_fee_deferred(case: Case, share: DisputeShare) -> bool:
    return bool(share.order_id and share.fee and case.orders[share.order_id].fee_deferred > 0)


def _shared(order: Order, shares: list[DisputeShare]) -> bool:
    return any(share.order_id == order.pk for share in shares)


def _orders(
    case: Case,
    shares: list[DisputeShare],
    *,
    sources: dict[int, Sources] | None = None,
    deferred: set[int] | None = None,
) -> list[movements.DisputedOrder]:
    return [
        dispute_shares.booked(
            share,
            order,
            jurisdiction=case.jurisdiction(order),
            sources=(sources or {}).get(share.pk),
            fee_deferred=share.pk in (deferred or ()),
        )
        for share in shares
        if share.order_id and (order := case.orders[share.order_id])
    ]


def _wallet(shares: list[DisputeShare]) -> movements.DisputedWallet | None:
    return next((wallet_shares.booked(share) for share in shares if not share.order_id), None)


def _told(case: Case, shares: list[DisputeShare], kind: str, what: str) -> None:
    """The events of a round: of the dispute, and of every order of which it has a share, or of the payment."""
    said = {
        "dispute": case.dispute.pk,
        "round": case.last.number,
        "reason": case.dispute.reason,
        "currency": case.dispute.currency,
        "due_by": case.dispute.due_by.isoformat() if case.dispute.due_by else "",
    }
    told = [
        events.New(
            f"dispute.{what}", case.dispute, events.STRIPE, data={**said, "amount": case.last.withdrawn}
        )
    ]
    for share in shares:
        figures = {**said, "amount": share.amount + share.excess, "net": share.net + share.excess}
        if share.order_id:
            order = case.orders[share.order_id]
            told.append(
                events.New(
                    f"order.{kind}",
                    order,
                    events.STRIPE,
                    from_state=order.status,
                    to_state=order.status,
                    data={**figures, "fee": share.dispute_fee},
                )
            )
        else:
            told.append(
                events.New(
                    f"payment.{kind}",
                    case.payment,
                    events.STRIPE,
                    data={**figures, "checkout": case.reference, "held": share.from_wallet},
                )
            )
    events.record(*told)


def _amount(case: Case) -> str:
    return incidents.amount_text(case.last.withdrawn, case.dispute.currency)
