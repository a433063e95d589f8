"""Metrics of webhook events: counts by state, the age of the oldest waiting, and how long they take. Read from the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from django.db import connection
from django.db.models import Q, QuerySet

from banibs.core.clock import Now
from payments import policy
from payments.models import Intent, WebhookLog

_BY_STATUS = "SELECT status, count(*) FROM payments_webhooklog GROUP BY status ORDER BY status"
_BY_TYPE = """
SELECT type, count(*) FROM payments_webhooklog WHERE received_at > banibs_now() - make_interval(days => %s)
 GROUP BY type ORDER BY count(*) DESC, type LIMIT 50
"""
_TIMES = """
SELECT (SELECT extract(epoch FROM banibs_now() - min(received_at)) FROM payments_webhooklog
         WHERE status IN ('pending', 'parked', 'failed'))::float,
       percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (
         ORDER BY extract(epoch FROM processed_at - received_at) * 1000)
  FROM (SELECT processed_at, received_at FROM payments_webhooklog
         WHERE processed_at IS NOT NULL ORDER BY id DESC LIMIT 1000) latest
"""


class Stats(TypedDict):
    """What the monitor shows on top. Times are None while there is nothing to time."""

    by_status: dict[str, int]
    by_type: dict[str, int]
    oldest_pending_seconds: float | None
    latency_p50_ms: float | None
    latency_p99_ms: float | None


def stats() -> Stats:
    """Counts by status (all time) and by type (lately), the oldest event not worked on, and the last thousand's time."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_STATUS)
        by_status = dict(cursor.fetchall())
        cursor.execute(_BY_TYPE, [policy.WEBHOOK_COUNTED_DAYS])
        by_type = dict(cursor.fetchall())
        cursor.execute(_TIMES)
        oldest, latency = cursor.fetchone()
    half, slowest = latency or (None, None)
    return {
        "by_status": by_status,
        "by_type": by_type,
        "oldest_pending_seconds": oldest,
        "latency_p50_ms": half,
        "latency_p99_ms": slowest,
    }


WAITING = "waiting"
WAITS = (WebhookLog.Status.PENDING, WebhookLog.Status.PARKED, WebhookLog.Status.FAILED)
HIDDEN = frozenset(
    {
        "address", "city", "client_secret", "dob", "email", "exp_month", "exp_year", "fingerprint", "hosted_voucher_url",
        "id_number", "ip", "last4", "line1", "line2", "name", "phone", "postal_code", "receipt_email", "receipt_url",
        "receiver", "secret", "ssn_last_4", "url",
    }
)  # fmt: skip


def search(*, text: str = "", status: str = "", kind: str = "") -> QuerySet[WebhookLog]:
    """Events by state, type, and words: an event's id, an object's id (pi_…), an order's number. Newest first.

    The state "waiting" stands for each in which an event is still to be worked on.
    """
    rows = WebhookLog.objects.select_related("payment__checkout").defer("payload", "error").order_by("-pk")
    if status:
        rows = rows.filter(status__in=WAITS if status == WAITING else [status])
    if kind:
        rows = rows.filter(type=kind)
    return rows.filter(_about(text)) if text else rows


def _about(text: str) -> Q:
    if text.startswith(("evt_", "WH-", "wise_")):
        return Q(external_id=text)
    if text.upper().startswith("B-"):
        number = "-".join(text.upper().split("-")[:2])
        return Q(payment__checkout__number=number)
    payments = Intent.objects.filter(Q(stripe_id=text) | Q(session_id=text)).values("payment")
    told = Q(payload__data__object__id=text, received_at__gte=Now() - policy.WEBHOOK_SEARCHED_BACK)
    return Q(payment__in=payments) | told


def masked(told: object) -> object:
    """What Stripe told us with people's data and secrets left out, as staff may read it."""
    if isinstance(told, Mapping):
        return {name: "•••" if name in HIDDEN and value else masked(value) for name, value in told.items()}
    if isinstance(told, list):
        return [masked(one) for one in told]
    return "•••" if isinstance(told, str) and "_secret_" in told else told
