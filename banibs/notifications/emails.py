"""The emails that go with notices: each sent by itself, so that one refused letter repeats no other."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from banibs.core import mail
from banibs.core import policy as core_policy
from banibs.core.clock import Now
from banibs.core.jobs import due_rows, task_wakeup
from banibs.notifications import policy, text
from banibs.notifications.kinds import KINDS
from banibs.notifications.models import Notice
from marketplace.checkout import summary, tax_label
from marketplace.models import Order
from marketplace.orders import downloads, history

log = structlog.get_logger(__name__)
TASK = "banibs.notifications.tasks.send_letters"


def request_run() -> None:
    """Asks a worker to send now. When the broker is away, the timetable's sweeper does it instead."""
    task_wakeup.request_run(TASK)


def send_due(*, batch: int | None = None) -> int:
    """Sends what is due, oldest first; returns how many were tried."""
    return due_rows.work_on_all(send_next, batch=batch or policy.EMAILS_AT_ONCE)


def send_next() -> bool:
    """Sends one letter; False when none is due.

    Its row is locked meanwhile and marked in the same transaction, so two workers never send the same letter. A mail
    server that refuses is asked again after `core.policy.retry_wait`, `policy.EMAIL_MOST_ATTEMPTS` times in all.
    """
    due = Notice.objects.select_related("user").filter(letter=Notice.Letter.DUE, letter_due_at__lte=Now())
    return due_rows.work_on_next(due.order_by("letter_due_at", "id"), _send, done=_sent, failed=_refused)


def _sent(notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk).update(
        letter=Notice.Letter.SENT, letter_attempts=notice.letter_attempts + 1
    )


def _refused(notice: Notice, error: Exception) -> None:
    attempts = notice.letter_attempts + 1
    log.error("letter.failed", notice=notice.pk, kind=notice.kind, attempts=attempts, exc_info=error)
    Notice.objects.filter(pk=notice.pk).update(
        letter=Notice.Letter.GIVEN_UP if attempts >= policy.EMAIL_MOST_ATTEMPTS else Notice.Letter.DUE,
        letter_attempts=attempts,
        letter_due_at=Now() + core_policy.retry_wait(attempts),
    )


def send_again(ids: Sequence[int]) -> int:
    """Makes letters that were given up due now, with all their tries again; returns how many."""
    with transaction.atomic():
        count = _given_up(ids).update(letter=Notice.Letter.DUE, letter_attempts=0, letter_due_at=Now())
        if count:
            transaction.on_commit(request_run)
    return count


def give_up(ids: Sequence[int]) -> int:
    """Leaves letters that were given up unsent: people have their notice on the page. Returns how many."""
    return _given_up(ids).update(letter=Notice.Letter.NONE)


def _given_up(ids: Sequence[int]) -> QuerySet[Notice]:
    return Notice.objects.filter(pk__in=ids, letter=Notice.Letter.GIVEN_UP)


def _send(notice: Notice) -> None:
    mail.send(
        template=KINDS[notice.kind].letter,
        to=[notice.user.email],
        context={
            "person": notice.user,
            "said": text.shown_data(notice),
            "text": text.text(notice),
            "label": KINDS[notice.kind].label,
            "kind": notice.kind,
            "url": settings.SITE_URL + notice.url,
            "cloth_slug": "" if notice.kind == "order_confirmed" else notice.data.get("shop_slug", ""),
            **(_about(notice.data["order"]) if "order" in notice.data else {}),
        },
    )


def _about(order_id: int) -> dict[str, object]:
    """What letters say of an order. Figures are those that it was bought with."""
    order = Order.objects.select_related("seller", "checkout", "split").get(pk=order_id)
    checkout = history.for_buyer(order.buyer).get(pk=order.checkout_id)
    parts = history.parts(checkout, order.buyer)
    part = next(part for part in parts if part.order.pk == order.pk)
    return {
        "order": order,
        "checkout": checkout,
        "by_card": order.split.card_part > 0,
        "parts": parts,
        "part": part,
        "sums": summary.totals(
            checkout, [part.order for part in parts], posted=sum(1 for part in parts if not part.digital)
        ),
        "part_tax": tax_label.for_orders(checkout, [part.order]),
        "files": [file for file in downloads.of_checkout(checkout) if file.order == order.pk],
    }
