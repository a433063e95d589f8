"""Two people settle a payout in crypto: it was sent and here is its transaction, it came back, or it was never sent."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core.money import Money
from payouts.models import CryptoOffer, Payout, PayoutAttempt
from payouts.providers.interface import Progress
from payouts.sending import treasury
from payouts.sending.approval_actions import PayoutAction, actor_of, payload_of
from payouts.sending.refusals import PayoutRefused
from payouts.sending.sync_payout import sync_payout
from wallet.approvals.action import Change, Payload, Tampered, integer, money, text
from wallet.models import Approval

NAME = "settle_crypto"
SENT, RETURNED, NOT_SENT = "sent", "returned", "not_sent"
OUTCOMES: dict[str, str | Promise] = {
    SENT: gettext_lazy("It was sent"),
    RETURNED: gettext_lazy("It came back"),
    NOT_SENT: gettext_lazy("It was never sent"),
}


class SettleCrypto(PayoutAction):
    """What became of a payout in crypto. `came` is what came back, minor units of the payout's currency."""

    label = gettext_lazy("Settle a payout in crypto")
    always_two = True

    def words(self, payload: Payload) -> str:
        """ "PO-20417, £50.00 of Kofi Weaves: it was sent (0x12…)"."""
        outcome = OUTCOMES.get(text(payload, "outcome"), "")
        said = {**self.named(payload), "outcome": outcome, "hash": text(payload, "transaction")}
        if said["hash"]:
            return _("%(number)s, %(amount)s of %(shop)s: %(outcome)s (%(hash)s)") % said
        return _("%(number)s, %(amount)s of %(shop)s: %(outcome)s") % said

    def preview(self, payload: Payload) -> Sequence[Change]:
        """One line: from the money on its way to the crypto wallets, or back to the shop."""
        row, _attempt = self._found(payload)
        shop = _("the available balance of %(shop)s") % {"shop": row.seller}
        way = _("the money of %(shop)s on its way") % {"shop": row.seller}
        crypto = _("the crypto wallets")
        outcome = text(payload, "outcome")
        if outcome == SENT:
            return [Change(way, crypto, row.money)]
        if outcome == RETURNED:
            return [Change(crypto, shop, self._came(payload))]
        return [Change(way, shop, row.money)]

    def perform(self, approval: Approval, *, actor: str) -> None:
        """Books it. Raises Tampered where it is in another state by now."""
        payload = approval.payload
        row, attempt = self._found(payload)
        outcome, transaction = text(payload, "outcome"), text(payload, "transaction")
        if outcome == NOT_SENT:
            try:
                treasury.give_up(row.pk, actor=actor_of(approval), reason=approval.reason)
            except PayoutRefused as refused:
                raise Tampered(refused.message) from refused
            return
        if outcome == SENT:
            sync_payout(attempt.pk, Progress("paid", external_id=transaction))
            treasury.close_offers(attempt.pk)
            return
        sync_payout(
            attempt.pk,
            Progress("returned", code="returned", taken_back=transaction, returned=self._came(payload)),
        )

    def _came(self, payload: Payload) -> Money:
        came = Money(integer(payload, "came"), text(payload, "currency"))
        if not 0 < came.amount <= money(payload).amount:
            raise Tampered(_("What came back is more than nothing, and at most what was sent."))
        return came

    def _found(self, payload: Payload) -> tuple[Payout, PayoutAttempt]:
        outcome = text(payload, "outcome")
        if outcome not in OUTCOMES:
            raise Tampered("this is no outcome")
        row = Payout.objects.select_related("seller", "method").filter(pk=integer(payload, "payout")).first()
        if row is None or row.money != money(payload) or row.seller.user_id != self.gains(payload):
            raise Tampered("this is another payout")
        wanted = (Payout.Status.PAID,) if outcome == RETURNED else treasury.OUT
        attempt = row.attempts.filter(pk=integer(payload, "attempt"), provider="crypto").first()
        if row.status not in wanted or attempt is None or attempt.number != row.attempt:
            raise Tampered(
                _("%(number)s is in another state now: %(state)s.")
                % {"number": row.number, "state": row.get_status_display()}
            )
        if outcome == SENT:
            self._check_sent(row, attempt, text(payload, "transaction"))
        return row, attempt

    def _check_sent(self, row: Payout, attempt: PayoutAttempt, transaction: str) -> None:
        if not CryptoOffer.objects.filter(attempt=attempt, state=CryptoOffer.State.ACCEPTED).exists():
            raise Tampered(_("The seller has not accepted rate and quantity."))
        try:
            same = treasury.clean_hash(row.method.network, transaction)
        except PayoutRefused as refused:
            raise Tampered(refused.message) from refused
        if PayoutAttempt.objects.filter(provider="crypto", external_id=same).exclude(pk=attempt.pk).exists():
            raise Tampered(_("This transaction stands for another payout already."))


SETTLE_CRYPTO = SettleCrypto()


def settlement_of(
    payout: Payout, attempt: PayoutAttempt, *, outcome: str, transaction: str = "", came: int = 0
) -> dict[str, str | int]:
    """What is frozen of a request."""
    return {
        **payload_of(payout),
        "attempt": attempt.pk,
        "outcome": outcome,
        "transaction": transaction,
        "came": came,
    }
