"""Work queues of staff in this app: emails that no mail server took."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from banibs.core.staff.work_queues import Queue, Severity
from banibs.core.ui import quantities
from banibs.notifications import policy
from banibs.notifications.models import Notice

QUEUES = [
    Queue(
        name="notifications.letters",
        label=_("Emails given up"),
        text=quantities.when_shown(
            lambda: (
                _(
                    "Sending failed %(tries)s times. People see the notification on their page; "
                    "send the email again, or leave it unsent."
                )
                % {"tries": quantities.number(policy.EMAIL_MOST_ATTEMPTS)}
            )
        ),
        act=_("See them"),
        severity=Severity.WAITING,
        rows=lambda: Notice.objects.filter(letter=Notice.Letter.GIVEN_UP),
        since="created_at",
        screen="admin:notifications_notice_changelist",
        query={"letter__exact": "given_up"},
        permission="notifications.view_notice",
    ),
]
