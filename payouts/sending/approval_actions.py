"""What staff may do about payouts that lets money move: within what one person may do alone at once, else by two."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banibs.core import events
from banibs.core.money import Money
from banibs.core.states.state_machine import InvalidTransition
from banibs.users.models import User
from payouts.models import Payout, PayoutHold
from payouts.sending import request_payout, shop_holds, take_back
from payouts.sending.sync_payout import contradicted
from wallet.approvals.action import Action, Change, Payload, Tampered, integer, money, text
from wallet.models import Approval

RELEASE, RETRY_STUCK, LIFT_HOLD = "release_payout", "retry_stuck_payout", "lift_payout_hold"


def payload_of(payout: Payout) -> dict[str, str | int]:
    """What is frozen of a request about a payout."""
    return {
        "payout": payout.pk,
        "number": payout.number,
        "shop": payout.seller.name,
        "user": payout.seller.user_id,
        "to": str(payout.method),
        "amount": payout.amount,
        "currency": payout.currency,
    }


def decider(approval: Approval) -> User:
    """Who decided: the second person, or who did it alone."""
    return approval.decider or approval.requester


def actor_of(approval: Approval) -> events.Actor:
    """The same as the actor of an event."""
    return events.Actor.person(decider(approval), role="staff")


class PayoutAction(Action):
    """About one payout that is in a certain state; its seller gains."""

    status = ""

    def subject(self, payload: Payload) -> str:
        """The payout."""
        return f"payout:{integer(payload, 'payout')}"

    def amount(self, payload: Payload) -> Money:
        """What it moves."""
        return money(payload)

    def gains(self, payload: Payload) -> int:
        """The shop's owner."""
        return integer(payload, "user")

    def named(self, payload: Payload) -> dict[str, object]:
        """For the words: "%(amount)s of %(shop)s (%(number)s)"."""
        return {**{name: text(payload, name) for name in ("number", "shop", "to")}, "amount": money(payload)}

    def payout(self, payload: Payload) -> Payout:
        """As it is now. Raises Tampered where it is not what was asked for any more."""
        row = Payout.objects.select_related("seller", "method").filter(pk=integer(payload, "payout")).first()
        if row is None or row.money != money(payload) or row.seller.user_id != self.gains(payload):
            raise Tampered("this is another payout")
        if row.status != self.status:
            raise Tampered(
                _("%(number)s is in another state now: %(state)s.")
                % {"number": row.number, "state": row.get_status_display()}
            )
        return row


class ReleasePayout(PayoutAction):
    """A held payout may go."""

    label = gettext_lazy("Release a payout")
    status = Payout.Status.HELD

    def words(self, payload: Payload) -> str:
        """ "Release PO-20417: £4,120.00 of Kofi Weaves to PayPal k…@example.com"."""
        return _("Release %(number)s: %(amount)s of %(shop)s to %(to)s") % self.named(payload)

    def preview(self, payload: Payload) -> Sequence[Change]:
        """One line: it goes when the next run sends it."""
        row = self.payout(payload)
        if contradicted(row.pk):
            raise Tampered(_("An incident says that it was paid already. Close that first."))
        shop = _("the available balance of %(shop)s") % {"shop": row.seller}
        return [Change(shop, str(row.method), row.money)]

    def perform(self, approval: Approval, *, actor: str) -> None:
        """Releases it, in the name of who decided."""
        self.preview(approval.payload)
        try:
            request_payout.release_payout(
                integer(approval.payload, "payout"), actor=actor_of(approval), reason=approval.reason
            )
        except InvalidTransition as odd:
            raise Tampered(str(odd)) from odd


class RetryStuck(PayoutAction):
    """The provider is asked once more to give back what is stuck."""

    label = gettext_lazy("Ask for a stuck payout again")
    always_two = True
    status = Payout.Status.STUCK

    def words(self, payload: Payload) -> str:
        """ "Ask again for PO-20417: £120.00 of Kofi Weaves"."""
        return _("Ask again for %(number)s: %(amount)s of %(shop)s") % self.named(payload)

    def preview(self, payload: Payload) -> Sequence[Change]:
        """One line: what would be available again."""
        row = self.payout(payload)
        shop = _("the available balance of %(shop)s") % {"shop": row.seller}
        return [Change(row.method.get_kind_display(), shop, row.money)]

    def perform(self, approval: Approval, *, actor: str) -> None:
        """Asks; it moves when the provider has given it back."""
        self.preview(approval.payload)
        try:
            take_back.ask_back_again(
                integer(approval.payload, "payout"), actor=actor_of(approval), reason=approval.reason
            )
        except InvalidTransition as odd:
            raise Tampered(str(odd)) from odd


class LiftHold(Action):
    """A shop's payouts go on."""

    label = gettext_lazy("Let a shop's payouts go on")
    always_two = True

    def words(self, payload: Payload) -> str:
        """ "Let the payouts of Kofi Weaves go on"."""
        return _("Let the payouts of %(shop)s go on") % {"shop": text(payload, "shop")}

    def subject(self, payload: Payload) -> str:
        """The hold."""
        return f"payout_hold:{integer(payload, 'hold')}"

    def amount(self, payload: Payload) -> Money | None:
        """None: it is about all that the shop has."""
        return None

    def gains(self, payload: Payload) -> int:
        """The shop's owner."""
        return integer(payload, "user")

    def preview(self, payload: Payload) -> Sequence[Change]:
        """No amount moves; raises Tampered when the hold is over."""
        if not PayoutHold.objects.filter(pk=integer(payload, "hold"), lifted_at=None).exists():
            raise Tampered(_("This hold is over."))
        return []

    def perform(self, approval: Approval, *, actor: str) -> None:
        """Lifts it."""
        hold = integer(approval.payload, "hold")
        if not shop_holds.lift_hold(hold, user=decider(approval), note=approval.reason):
            raise Tampered(_("This hold is over."))


RELEASE_PAYOUT, RETRY_STUCK_PAYOUT, LIFT_PAYOUT_HOLD = ReleasePayout(), RetryStuck(), LiftHold()
