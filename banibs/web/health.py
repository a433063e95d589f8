"""Whether this process answers, whether its engines do, and when the background last worked."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, multiprocess
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import REGISTRY

from banibs import jobs
from banibs.management import web_role


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when this process answers at all. Touches nothing."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 without the database or Redis, else 200; with the worker's last sign, each job's last run, and whether this
    server's role could write the ledger's tables past `ledger_post` (docs "Money", The ledger).
    """
    parts = {"database": _answers(_database), "redis": _answers(_redis)}
    ready = all(parts.values())
    body = {
        "status": "ok" if ready else "unavailable",
        **{name: "ok" if well else "unavailable" for name, well in parts.items()},
        "ledger": _ledger() if parts["database"] else None,
        "worker_last_seen": jobs.worker_seen() if parts["redis"] else None,
        "jobs": jobs.last_runs() if parts["redis"] else {},
    }
    return JsonResponse(body, status=200 if ready else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's counters, to who shows METRICS_TOKEN; without the setting there is no such page."""
    token = settings.METRICS_TOKEN
    if not token or request.headers.get("Authorization") != f"Bearer {token}":
        return HttpResponse(status=404)
    registry: CollectorRegistry = REGISTRY
    if settings.PROMETHEUS_MULTIPROC_DIR:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ledger() -> str:
    return "open to this role" if web_role.too_much() else "written by ledger_post alone"


def _redis() -> None:
    cache.get("readyz")


def _answers(probe: Callable[[], None]) -> bool:
    try:
        probe()
    except (DatabaseError, redis.RedisError, OSError):
        return False
    return True
