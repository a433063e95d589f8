"""Work queues of staff in this app: payouts that are held, stuck, wait for money or for the treasury; holds to look at."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from banibs.core.staff.work_queues import Queue, Severity
from banibs.core.ui import quantities
from payouts import policy
from payouts.models import CryptoOffer, Payout, PayoutAttempt, PayoutHold
from payouts.sending.send_payout import waiting_for_money

S = Payout.Status
SEE, ACT = "payouts.view_payout", "payouts.change_payout"


def _for_treasury() -> QuerySet[PayoutAttempt]:
    """No offer yet, or one that was accepted: the next step is the treasury's."""
    waits = PayoutAttempt.objects.filter(
        provider="crypto", payout__status__in=[S.SENDING, S.IN_TRANSIT], paid_at=None, failed_at=None
    )
    return waits.exclude(offers__in=CryptoOffer.objects.filter(state=CryptoOffer.State.OPEN))


QUEUES = [
    Queue(
        name="payouts.stuck",
        label=_("Payouts that are stuck"),
        text=_(
            "They did not get through, and the provider does not give the money back. It stands in transit: neither the "
            "seller nor the bank has it."
        ),
        act=_("Look into them"),
        severity=Severity.BLOCKED,
        rows=lambda: Payout.objects.filter(status=S.STUCK),
        since="requested_at",
        screen="admin:payouts",
        query={"show": "stuck"},
        permission=SEE,
    ),
    Queue(
        name="payouts.short",
        label=_("Payouts for which a provider lacks money"),
        text=_(
            "Card money has not reached BANIBS yet, or PayPal or Wise must be funded. They are tried again by themselves."
        ),
        act=_("See how much"),
        severity=Severity.BLOCKED,
        rows=lambda: Payout.objects.filter(waiting_for_money()),
        since="requested_at",
        screen="admin:payouts",
        query={"show": "short"},
        permission=SEE,
    ),
    Queue(
        name="payouts.held",
        label=_("Payouts that are held"),
        text=quantities.when_shown(
            lambda: (
                _("Their sellers were told that somebody looks at them within %(within)s.")
                % {"within": quantities.duration(policy.CHECKED_WITHIN)}
            )
        ),
        act=_("Decide"),
        severity=Severity.WAITING,
        rows=lambda: Payout.objects.filter(status=S.HELD),
        since="requested_at",
        screen="admin:payouts",
        query={"show": "held"},
        permission=ACT,
    ),
    Queue(
        name="payouts.treasury",
        label=_("Payouts in crypto"),
        text=_("They wait for a rate, or the seller has accepted one: send it, and name the transaction."),
        act=_("Settle them"),
        severity=Severity.WAITING,
        rows=_for_treasury,
        since="created_at",
        screen="admin:payouts",
        query={"show": "crypto"},
        permission=ACT,
    ),
    Queue(
        name="payouts.holds",
        label=_("Held shops to look at again"),
        text=_("The day on which their sellers were told that we look again has come."),
        act=_("Look again"),
        severity=Severity.WAITING,
        rows=lambda: PayoutHold.objects.filter(Q(review_on__lte=Now()), lifted_at=None),
        since="placed_at",
        screen="admin:payouts",
        permission=ACT,
    ),
]
