"""A disputed charge that was no sale: a top-up of a wallet, or money that no order took."""

from __future__ import annotations

from django.db.models import Sum

from payments.disputes.case import Case
from payments.disputes.dispute_shares import COUNTED
from payments.models import DisputeShare, Intent
from wallet import accounts, ledger, movements

Status = Intent.Status


def draw(case: Case, amount: int) -> DisputeShare:
    """The share of such a charge, not saved yet: what is still in the wallet or kept apart; the rest BANIBS bears.

    The wallet is not locked, which is the ledger's own to do: where something is spent of it before the posting, that
    raises ledger.InsufficientFunds, and the share is drawn anew. The caller holds the case.
    """
    share = DisputeShare(user_id=case.payment.user_id, amount=amount)
    if _in_wallet(case.intent):
        code = accounts.wallet(case.payment.user_id)
        share.from_wallet = min(amount, ledger.balance(code, case.payment.currency).amount)
    else:
        share.from_unapplied = min(amount, _kept_apart(case.intent))
    return share


def _in_wallet(intent: Intent) -> bool:
    return intent.status == Status.SUCCEEDED or intent.to_wallet_at is not None


def _kept_apart(intent: Intent) -> int:
    """What stripe:unapplied still has of this intent: nothing once it is on its way back to the card."""
    under_way = intent.refund_sent_at is not None and intent.refund_returned_at is None
    if intent.status != Status.UNAPPLIED or under_way:
        return 0
    taken = DisputeShare.objects.filter(
        round__dispute__intent=intent, round__state__in=COUNTED, order__isnull=True
    )
    return intent.amount - int(taken.aggregate(sum=Sum("from_unapplied"))["sum"] or 0)


def booked(share: DisputeShare) -> movements.DisputedWallet:
    """Such a share as the ledger books it."""
    return movements.DisputedWallet(
        user=share.user_id or 0,
        amount=share.amount,
        held=share.from_wallet,
        unapplied=share.from_unapplied,
    )


def settle_intent(case: Case, share: DisputeShare, *, lost: bool) -> None:
    """Money that was kept apart and is lost has gone back to its payer that way; reinstated, it waits to go back again."""
    if not share.from_unapplied or share.from_unapplied != case.intent.amount:
        return
    case.intent.status = Status.UNAPPLIED_REFUNDED if lost else Status.UNAPPLIED
    Intent.objects.filter(pk=case.intent.pk).update(status=case.intent.status)
