"""Two people let payouts go on after they were paused."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banibs.core.money import Money
from wallet import payout_pause
from wallet.approvals.action import Action, Change, Payload, Tampered, integer, text
from wallet.models import Approval, PayoutPause

NAME = "lift_payout_pause"


class LiftPayoutPause(Action):
    """An open pause ends."""

    label = _("Let payouts go on")
    always_two = True

    def words(self, payload: Payload) -> str:
        """What was the matter."""
        return gettext("Let payouts go on: %(why)s") % {"why": text(payload, "why")}

    def subject(self, payload: Payload) -> str:
        """The pause."""
        return f"payout_pause:{integer(payload, 'pause')}"

    def amount(self, payload: Payload) -> Money | None:
        """None: it is about all the money that waits."""
        return None

    def preview(self, payload: Payload) -> Sequence[Change]:
        """No amount moves; raises Tampered when the pause is over."""
        if not PayoutPause.objects.filter(pk=integer(payload, "pause"), lifted_at=None).exists():
            raise Tampered("this pause is over")
        return []

    def perform(self, approval: Approval, *, actor: str) -> None:
        """Lifts it."""
        if not payout_pause.lift(integer(approval.payload, "pause"), actor=actor, note=approval.reason):
            raise Tampered("this pause is over")


ACTION = LiftPayoutPause()
