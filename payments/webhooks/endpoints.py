"""Our two endpoints at Stripe: one for our own account, one for connected accounts, each with its own list of events."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from banibs.core.security import encryption
from payments.gateways import installation
from payments.gateways.stripe import stripe_events
from payments.models import WebhookSecret
from payments.webhooks.process import handlers
from payments.webhooks.receive import forget_secrets

_WHOSE = "banibs_endpoint"  # in its metadata: "own" or "connect"; Stripe does not say which an endpoint is


@dataclass(frozen=True)
class Registered:
    """An endpoint as it stands at Stripe now."""

    stripe_id: str
    url: str
    connect: bool
    new: bool


def register() -> list[Registered]:
    """Makes our two endpoints, or brings those that stand up to date: address, events, switched on. However often it is
    run there is one of each. Raises outcomes.Refused, outcomes.Unknown; run it again.

    An endpoint of ours without a secret here was made just before a crash: nobody can read what it tells, so it goes,
    as does one too many. What other installations made stays.
    """
    standing = stripe_events.list_endpoints()
    made = [_registered(connect, standing) for connect in (False, True)]
    forget_secrets()
    return made


def seal_anew() -> int:
    """Seals the endpoints' secrets under the key of today, so that an old one may be forgotten; returns how many.

    Raises cryptography.fernet.InvalidToken when no key fits one; none is changed then.
    """
    with transaction.atomic():
        rows = list(WebhookSecret.objects.select_for_update().order_by("pk"))
        for row in rows:
            row.encrypted = encryption.encrypt(encryption.decrypt(bytes(row.encrypted)))
        WebhookSecret.objects.bulk_update(rows, ["encrypted"])
    return len(rows)


def _registered(connect: bool, standing: list[stripe_events.Endpoint]) -> Registered:
    metadata = installation.marked({_WHOSE: "connect" if connect else "own"})
    events = sorted(handlers(connect=connect))
    ids = [one.id for one in standing]
    known = list(WebhookSecret.objects.filter(connect=connect, stripe_id__in=ids).order_by("pk"))
    ours = {one.id for one in standing if one.metadata == metadata} | {row.stripe_id for row in known}
    for extra in sorted(ours - {row.stripe_id for row in known[:1]}):
        stripe_events.delete_endpoint(extra)
        WebhookSecret.objects.filter(stripe_id=extra).delete()
    if known:
        url = _url(known[0].uuid)
        stripe_events.update_endpoint(known[0].stripe_id, url=url, events=events, metadata=metadata)
        return Registered(known[0].stripe_id, url, connect, new=False)
    address = uuid.uuid4()
    stripe_id, secret = stripe_events.create_endpoint(
        url=_url(address), events=events, connect=connect, metadata=metadata
    )
    WebhookSecret.objects.create(
        uuid=address, stripe_id=stripe_id, connect=connect, encrypted=encryption.encrypt(secret)
    )
    return Registered(stripe_id, _url(address), connect, new=True)


def _url(address: uuid.UUID) -> str:
    return str(settings.SITE_URL).rstrip("/") + reverse("payments:webhook", args=[address])
