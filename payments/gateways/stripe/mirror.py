"""dj-stripe's copy of Stripe's objects, for staff to read. It comes after the effect, apart from it, and may fail.

It costs no call: an event's work has read the object already, and what it refers to is not fetched.

Its known weakness is two first syncs of one object at once (dj-stripe/dj-stripe#429): an advisory lock per object makes
them take turns.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol, cast

import structlog
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Field, Manager, Model
from django.db.models.options import Options

from banibs.core.clock import Now
from payments import policy
from payments.gateways.stripe import connected_accounts, stripe_events
from payments.gateways.stripe.stripe_data import StripeData, id_of
from payments.models import WebhookLog

log = structlog.get_logger(__name__)
MODELS = {  # what staff read in the admin; nothing else is copied
    "balance_transaction": "BalanceTransaction",
    "charge": "Charge",
    "customer": "Customer",
    "dispute": "Dispute",
    "payout": "Payout",
}
# Besides its references, what the library would follow with calls of its own.
_FOLLOWED = frozenset({"default_source", "discount", "invoice_settings", "refunds", "sources"})


class Copy(Protocol):
    """A row of dj-stripe's: an object of Stripe's as it was copied."""

    id: str
    stripe_data: dict[str, object]

    def save(self) -> None:
        """Writes it."""


class CopyModel(Protocol):
    """A table of such rows (dj-stripe 2.11, StripeModel)."""

    _meta: Options[Model]
    objects: Manager[Model]

    def sync_from_stripe_data(self, data: StripeData, *, api_key: str) -> Copy:
        """Writes the object and what it refers to; the library may ask Stripe."""


class AccountModel(CopyModel, Protocol):
    """The table of accounts, our own among them."""

    get_or_retrieve_for_api_key: object


def copy_fetched(log_id: int, data: StripeData) -> bool:
    """Copies the object that an event's work has just read, without asking Stripe for anything; whether it did.

    Never raises: what fails is logged, and the sweeper copies it later.
    """
    if data.get("object") not in MODELS:
        return False
    try:
        _store(log_id, data)
    except Exception as error:  # the library's errors are many; none of them may matter to money
        log.warning("mirror.failed", log_id=log_id, error=str(error))
        return False
    return True


def mirror(log_id: int) -> bool:
    """Copies the object of an event as Stripe has it now, with one read; True when there is a copy. Raises whatever the
    library does. For what `copy_fetched` left.
    """
    row = WebhookLog.objects.get(pk=log_id)
    told = row.payload["data"]["object"]
    kind = str(told.get("object", ""))
    if row.mirrored_at is not None or kind not in MODELS:
        return row.mirrored_at is not None
    data = stripe_events.fetch_object(kind, str(told["id"]), account=row.account)
    if data is None:
        return False
    _store(log_id, data)
    return True


def _store(log_id: int, data: StripeData) -> None:
    _owner()  # may ask Stripe, so not inside the transaction of a copy
    booked = data.get("balance_transaction")
    if isinstance(booked, Mapping):  # a charge is read with it
        _copy(booked)
    _copy(data)
    WebhookLog.objects.filter(pk=log_id).update(mirrored_at=Now())


def _copy(data: StripeData) -> None:
    """Writes one object. Its references are set where their rows are there already: the library would fetch them."""
    model = _model(str(data["object"]))
    references = {
        field.name: field for field in model._meta.get_fields() if field.one_to_one or field.many_to_one
    }
    alone = {name: value for name, value in data.items() if name not in references and name not in _FOLLOWED}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"mirror:{data['id']}"])
        row = model.sync_from_stripe_data(alone, api_key=settings.STRIPE_SECRET_KEY)
        row.stripe_data = dict(data)
        for name in ("balance_transaction", "charge", "customer"):
            field = references.get(name)
            if isinstance(field, Field) and _is_there(name, id_of(data.get(name))):
                setattr(row, field.attname, id_of(data[name]))
        row.save()


def _model(kind: str) -> CopyModel:
    return cast(CopyModel, apps.get_model("djstripe", MODELS[kind]))


def _is_there(kind: str, object_id: str) -> bool:
    return bool(object_id) and _model(kind).objects.filter(id=object_id).exists()


def copies(kind: str, ids: Collection[str]) -> dict[str, int]:
    """Stripe's id → primary key of its copy, for those that have one. One statement."""
    return dict(_model(kind).objects.filter(id__in=ids).values_list("id", "pk")) if kind in MODELS else {}


def keep_keys_out() -> None:
    """Tells the library whose objects these are without its own way of finding out, which is to write the secret key
    into a table (dj-stripe 2.11, Account.get_or_retrieve_for_api_key). Called once, when the app is loaded.
    """
    account = cast(AccountModel, apps.get_model("djstripe", "Account"))
    account.get_or_retrieve_for_api_key = classmethod(lambda _model, _key: _owner())


def _owner() -> object:
    """Our own account's row, which every copy refers to."""
    account = cast(AccountModel, apps.get_model("djstripe", "Account"))
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


def cards_of(charges: Sequence[str]) -> dict[str, tuple[str, str]]:
    """The cards of these charges as (brand, last four), of those that were copied. One statement."""
    rows = _model("charge").objects.filter(id__in=list(charges))
    found: dict[str, tuple[str, str]] = {}
    for charge, data in rows.values_list("id", "stripe_data"):
        card = (data.get("payment_method_details") or {}).get("card") or {}
        if card.get("brand") and card.get("last4"):
            found[charge] = (str(card["brand"]).replace("_", " ").title(), str(card["last4"]))
    return found
