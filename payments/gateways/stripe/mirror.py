"""dj-stripe's copy of Stripe's objects, for reading and reports. It comes after the effect, apart from it, and may fail.

Its known weakness is two first syncs of one object at once (dj-stripe/dj-stripe#429): an advisory lock per object makes
them take turns.
"""

from __future__ import annotations

import functools
from typing import Any

import structlog
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from banibs.core.clock import Now
from banibs.core.jobs import task_wakeup
from payments import policy
from payments.gateways.stripe import connected_accounts, stripe_events
from payments.models import WebhookLog

log = structlog.get_logger(__name__)
TASK = "payments.tasks.mirror_webhook"
MODELS = {
    "account": "Account",
    "balance_transaction": "BalanceTransaction",
    "charge": "Charge",
    "checkout.session": "Session",
    "customer": "Customer",
    "dispute": "Dispute",
    "payment_intent": "PaymentIntent",
    "payment_method": "PaymentMethod",
    "payout": "Payout",
    "refund": "Refund",
    "transfer": "Transfer",
}


def after(log_id: int) -> None:
    """Asks a worker to mirror the object of a processed event. A lost request is made up for by the sweeper."""
    task_wakeup.send(TASK, log_id)


def mirror(log_id: int) -> bool:
    """Mirrors the object of an event as Stripe has it now; True when there is a copy. Raises whatever the library does."""
    row = WebhookLog.objects.get(pk=log_id)
    told = row.payload["data"]["object"]
    kind = str(told.get("object", ""))
    if row.mirrored_at is not None or kind not in MODELS:
        return row.mirrored_at is not None
    data = stripe_events.fetch_object(kind, str(told["id"]), account=row.account)
    if data is None:
        return False
    _copy(kind, data)
    WebhookLog.objects.filter(pk=row.pk).update(mirrored_at=Now())
    return True


def _copy(kind: str, data: dict[str, Any]) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"mirror:{data['id']}"])
        model: Any = apps.get_model("djstripe", MODELS[kind])
        model.sync_from_stripe_data(data, api_key=settings.STRIPE_SECRET_KEY)


def keep_keys_out() -> None:
    """Tells the library whose objects these are without its own way of finding out, which is to write the secret key
    into a table (dj-stripe 2.11, Account.get_or_retrieve_for_api_key). Called once, when the app is loaded.
    """
    account: Any = apps.get_model("djstripe", "Account")
    account.get_or_retrieve_for_api_key = classmethod(lambda _model, _key: _owner())


def _owner() -> Any:
    """Our own account's row, which every copy refers to."""
    account: Any = apps.get_model("djstripe", "Account")
    own = own_account()
    found = account.objects.filter(id=own).first()
    if found is None:
        data = stripe_events.fetch_object("account", own) or {}
        found = account.objects.create(id=own, livemode=settings.STRIPE_LIVE_MODE, stripe_data=data)
    return found


@functools.lru_cache(maxsize=4)
def _own_account(key: str, host: str) -> str:
    return connected_accounts.own_account()


def own_account() -> str:
    """Our own account's id at Stripe, asked for once per process. Raises outcomes.Unknown or Refused."""
    return _own_account(settings.STRIPE_SECRET_KEY, getattr(settings, "STRIPE_API_HOST", ""))


def missing() -> list[int]:
    """Events processed lately without a copy, oldest first: the sweeper's list."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT id FROM payments_webhooklog
                WHERE status = 'processed' AND mirrored_at IS NULL
                  AND processed_at > banibs_now() - make_interval(secs => %s)
                  AND processed_at < banibs_now() - make_interval(secs => %s)
                  AND payload->'data'->'object'->>'object' = ANY(%s)
                ORDER BY id LIMIT %s""",
            [
                policy.MIRROR_MISSED_FOR.total_seconds(),
                policy.MIRROR_MISSED_AFTER.total_seconds(),
                list(MODELS),
                policy.SWEPT_AT_ONCE,
            ],
        )
        return [int(row[0]) for row in cursor.fetchall()]
