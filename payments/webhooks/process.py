"""Processes a stored event: fetches its object from Stripe, calls its handler, then updates dj-stripe's copy.

The event only says what to look at; its own copy of the object may be old. Handlers have their own transaction and may
be run any number of times, so a worker may die before or after the row says "processed": the result is the same.
"""

from __future__ import annotations

import functools
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from banibs.core import events
from banibs.core import policy as core_policy
from banibs.core.clock import Now
from banibs.core.jobs import due_rows
from payments import incidents, policy
from payments.gateways import outcomes
from payments.gateways.stripe import mirror, stripe_events
from payments.gateways.stripe.stripe_data import StripeData
from payments.models import ConnectedAccount, WebhookLog
from payments.stripe_answers import tell_staff

log = structlog.get_logger(__name__)
STRIPE = "stripe"
Status = WebhookLog.Status
TO_DO = (Status.PENDING, Status.PARKED, Status.FAILED)


class Ignored(Exception):
    """The event is not for us; the text says why."""


class Parked(Exception):
    """The event needs something that has not come yet; it is tried again."""


@dataclass
class WebhookContext:
    """What a handler is given, and what it found out: the event, and the object as Stripe has it now."""

    type: str
    account: str
    object: StripeData
    event: StripeData
    payment_id: int | None = None
    order_id: int | None = None
    links: dict[str, int] = field(default_factory=dict)


@functools.cache
def handlers(*, connect: bool) -> Mapping[str, str]:
    """event type → dotted path, of what comes to our own endpoint or to that of connected accounts, as the settings
    STRIPE_EVENT_HANDLERS and STRIPE_CONNECT_EVENT_HANDLERS name the tables.
    """
    name = settings.STRIPE_CONNECT_EVENT_HANDLERS if connect else settings.STRIPE_EVENT_HANDLERS
    table: Mapping[str, str] = import_string(name)
    return table


def process_event(log_id: int) -> str:
    """Works on one stored event, unless somebody else does or it is done; returns the row's state afterwards."""
    row = _claim(log_id)
    if row is None:
        return WebhookLog.objects.values_list("status", flat=True).get(pk=log_id)
    seen: WebhookContext | None = None
    try:
        if row.provider == STRIPE:
            seen = _look(row)
            import_string(handlers(connect=bool(row.account))[row.type])(seen)
        else:
            import_string(_of_payouts(row.provider))(row)
    except Ignored as reason:
        return _finish(row, Status.IGNORED, reason=str(reason))
    except Parked as reason:
        return _later(row, Status.PARKED, reason=str(reason))
    except (outcomes.Refused, outcomes.Unknown) as problem:
        if row.provider == STRIPE:
            tell_staff(problem)
        return _later(row, Status.FAILED, error=_trace(problem), reason=str(problem))
    except Exception as error:  # whatever broke is kept, shown to staff and tried again; other events go on
        log.exception("webhook.failed", log_id=row.pk, type=row.type)
        return _later(row, Status.FAILED, error=_trace(error), reason=str(error))
    if seen is None:
        return _finish(row, Status.PROCESSED)
    status = _finish(row, Status.PROCESSED, payment_id=seen.payment_id, order_id=seen.order_id)
    mirror.copy_fetched(row.pk, seen.object)
    return status


def _of_payouts(provider: str) -> str:
    """What works on the events of a payout provider, as the setting PAYOUT_PROVIDER_EVENTS names the table."""
    table: Mapping[str, str] = import_string(settings.PAYOUT_PROVIDER_EVENTS)
    if provider not in table:
        raise Ignored(f"nobody works on events of {provider}")
    return table[provider]


def _trace(error: Exception) -> str:
    return "".join(traceback.format_exception(error))[-8000:]


def _claim(log_id: int) -> WebhookLog | None:
    taken = (
        WebhookLog.objects.filter(pk=log_id, status__in=TO_DO)
        .filter(due_rows.unclaimed("claimed_until"))
        .update(claimed_until=Now() + policy.WEBHOOK_CLAIMED_FOR)
    )
    return WebhookLog.objects.get(pk=log_id) if taken else None


def _look(row: WebhookLog) -> WebhookContext:
    """Fetches the object, outside any transaction. Raises Ignored for what is not for us."""
    if row.livemode != settings.STRIPE_LIVE_MODE:
        raise Ignored("livemode does not match our key")
    if row.account and not ConnectedAccount.objects.filter(stripe_account_id=row.account).exists():
        raise Ignored(f"an account that we do not know: {row.account}")
    if row.connect is not None and row.connect != bool(row.account):
        raise Ignored("came to the other endpoint: events of connected accounts have one of their own")
    if row.type not in handlers(connect=bool(row.account)):
        whose = " of a connected account" if row.account else ""
        raise Ignored(f"no handler for {row.type}{whose}")
    told = row.payload["data"]["object"]
    fetched = stripe_events.fetch_object(
        str(told.get("object", "")), str(told.get("id", "")), account=row.account
    )
    return WebhookContext(type=row.type, account=row.account, object=fetched or told, event=row.payload)


def _finish(row: WebhookLog, status: str, *, reason: str = "", **found: int | None) -> str:
    WebhookLog.objects.filter(pk=row.pk, status__in=TO_DO).update(
        status=status,
        reason=reason[:300],
        error="",
        processed_at=Now(),
        next_retry_at=None,
        claimed_until=None,
        **found,
    )
    return status


def _later(row: WebhookLog, status: str, *, reason: str, error: str = "") -> str:
    """Tries again after 2^n minutes; after ten times it is dead, and staff are told by an incident."""
    count = row.retry_count + 1
    if count > policy.WEBHOOK_MOST_RETRIES:
        status = Status.DEAD
        incidents.open_incident(
            "webhook_dead", key=row.external_id, detail=f"{row.type} was given up: {reason}"[:2000]
        )
    WebhookLog.objects.filter(pk=row.pk, status__in=TO_DO).update(
        status=status,
        reason=reason[:300],
        error=error,
        retry_count=count,
        last_retry_at=Now(),
        next_retry_at=None if status == Status.DEAD else Now() + core_policy.retry_wait(count),
        claimed_until=None,
    )
    return status


def due_events(limit: int | None = None) -> list[int]:
    """Events whose time has come, oldest first: what a lost broker or a dead worker left behind, and retries."""
    return list(
        WebhookLog.objects.filter(status__in=TO_DO, next_retry_at__lte=Now())
        .filter(due_rows.unclaimed("claimed_until"))
        .order_by("next_retry_at", "pk")
        .values_list("pk", flat=True)[: limit or policy.WEBHOOKS_SWEPT_AT_ONCE]
    )


def resend(log_ids: Sequence[int], *, actor: events.Actor = events.SYSTEM) -> int:
    """Puts events back to be worked on now, whatever became of them; returns how many. For staff, and noted as such."""
    with transaction.atomic():
        again = list(
            WebhookLog.objects.select_for_update()
            .filter(pk__in=log_ids)
            .exclude(status=Status.PENDING)
            .only("pk", "status")
            .order_by("pk")
        )
        WebhookLog.objects.filter(pk__in=[row.pk for row in again]).update(
            status=Status.PENDING, retry_count=0, next_retry_at=Now(), claimed_until=None, reason=""
        )
        events.record(
            *(
                events.New("webhook.resent", row, actor, from_state=row.status, to_state=Status.PENDING)
                for row in again
            )
        )
    return len(again)
