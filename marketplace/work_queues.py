"""Work queues of staff in this app: parcels that shops have not sent."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banibs.core.staff.work_queues import Queue, Severity
from marketplace.sellers import sales

QUEUES = [
    Queue(
        name="marketplace.late_orders",
        label=_("Orders past their sending date"),
        text=_(
            "Paid, and not sent by the day that the shop was given. Ask the shop before the buyer asks us."
        ),
        act=_("See which shops"),
        severity=Severity.WAITING,
        rows=sales.late,
        since="paid_at",
        screen="admin:marketplace_order_changelist",
        query={"sending": "late"},
        permission="marketplace.view_order",
    ),
]
