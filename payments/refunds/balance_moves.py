"""What a refund did to our balance at Stripe: read from its balance transactions, and held against what was asked for.

The books follow these alone (docs "Money", Refunds): a refund has left when it has a `balance_transaction`, and has come
back when it has a `failure_balance_transaction`, whatever its status says.
"""

from __future__ import annotations

from dataclasses import dataclass

from banibs.core.money import Money
from payments import incidents
from payments.gateways.stripe import stripe_balance
from payments.gateways.stripe.stripe_balance import BalanceMove
from payments.gateways.stripe.stripe_refunds import RefundState
from wallet import ledger, movements


@dataclass(frozen=True)
class Moves:
    """The balance transactions of a refund that are not in the books yet; None for one that is, or is not there."""

    sent: BalanceMove | None
    returned: BalanceMove | None


def read_moves(state: RefundState, *, sent: str, returned: str) -> Moves:
    """Asks Stripe for those that are new: `sent` and `returned` are the ids that our row has. Raises outcomes.Unknown.

    Outside any transaction: two calls at most, none when there is nothing new.
    """
    return Moves(
        sent=_read(state.balance_transaction, sent),
        returned=_read(state.failure_balance_transaction, returned),
    )


def _read(now: str, known: str) -> BalanceMove | None:
    return stripe_balance.read_move(now) if now and now != known else None


def problem(moves: Moves, asked: Money) -> str:
    """Why the books cannot follow: Stripe moved another amount, or settled it in another currency. Nothing when they can."""
    for move, sign in ((moves.sent, -1), (moves.returned, 1)):
        if move is not None and (move.amount, move.currency) != (sign * asked.amount, asked.currency):
            moved = incidents.amount_text(abs(move.amount), move.currency)
            return f"{move.id} moved {moved} of Stripe's balance for {incidents.amount_text(asked.amount, asked.currency)}"
    return ""


def book_fee(move: BalanceMove | None, *, of: str, payment_id: int) -> None:
    """Books what Stripe took for a refund, once; most cost nothing. In the caller's transaction.

    A fee that Stripe gives back is an incident: no movement says what it would be.
    """
    if move is None:
        return
    if move.fee > 0:
        fee = Money(move.fee, move.currency)
        ledger.post(
            movements.provider_fee_settled(balance_transaction=move.id, provider="stripe", fee=fee, memo=of)
        )
    elif move.fee < 0:
        incidents.open_incident(
            "refund_fee_returned",
            key=move.id,
            payment_id=payment_id,
            detail=f"Stripe gave back {incidents.amount_text(-move.fee, move.currency)} of its fee with {of}",
        )
