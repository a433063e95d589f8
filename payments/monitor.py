"""How events flow: counts, the age of the oldest that waits, and how long they take. Read from the real table."""

from __future__ import annotations

from typing import Any

from django.db import connection

_BY_STATUS = "SELECT status, count(*) FROM payments_webhooklog GROUP BY status ORDER BY status"
_BY_TYPE = """
SELECT type, count(*) FROM payments_webhooklog WHERE received_at > banibs_now() - interval '7 days'
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


def stats() -> dict[str, Any]:
    """Counts by status (all time) and by type (a week), the oldest event not worked on, and the last thousand's time."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_STATUS)
        by_status = dict(cursor.fetchall())
        cursor.execute(_BY_TYPE)
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
