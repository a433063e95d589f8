"""Work queues of staff in this app: requests that a second person decides, pauses of payouts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banibs.core.clock import Now
from banibs.core.staff.work_queues import Queue, Severity
from banibs.core.ui import quantities
from wallet import policy
from wallet.models import Approval, PayoutPause

QUEUES = [
    Queue(
        name="wallet.payout_pauses",
        label=_("Payouts are paused"),
        text=_("A check of the books found something. Nothing is paid out until two people let it go on."),
        act=_("See why"),
        severity=Severity.BLOCKED,
        rows=lambda: PayoutPause.objects.filter(lifted_at=None),
        since="opened_at",
        screen="admin:wallet_payoutpause_changelist",
        permission="wallet.view_payoutpause",
    ),
    Queue(
        name="wallet.approvals",
        label=_("Requests for a second person"),
        text=quantities.when_shown(
            lambda: (
                _(
                    "A colleague asked to move money. Somebody else agrees or refuses; after %(age)s it lapses."
                )
                % {"age": quantities.duration(policy.APPROVAL_LAPSES_AFTER)}
            )
        ),
        act=_("Decide"),
        severity=Severity.WAITING,
        rows=lambda: Approval.objects.filter(status=Approval.Status.REQUESTED, expires_at__gt=Now()),
        since="requested_at",
        screen="admin:wallet_approval_changelist",
        query={"status__exact": "requested"},
        permission="wallet.view_approval",
    ),
]
