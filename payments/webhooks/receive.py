"""Receives Stripe's events: checks the signature, stores one row, answers. One INSERT however often it comes, no call.

Other providers' events come in by the same door (`take_in`), each proved by its own scheme.

A body that is not signed with our secret, now, stores nothing. Rules: docs "Faults", Stripe.
"""

from __future__ import annotations

import functools
import json
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import DataError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from prometheus_client import Counter

from banibs.core.api.errors import error
from banibs.core.jobs import task_wakeup
from banibs.core.security import encryption
from banibs.core.ui import quantities
from payments import policy
from payments.gateways.stripe import stripe_events
from payments.models import WebhookSecret

log = structlog.get_logger(__name__)
STORED = "stored"  # in the place of a secret: `register_webhooks` has put it into the database
PROCESS_TASK = "payments.tasks.process_webhooks"
refused_count = Counter("banibs_webhooks_refused", "Webhooks turned away at the door", ["reason"])


class Rejected(Exception):
    """The request is turned away: status and code of the answer."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.code = code
        self.message = message
        super().__init__(message)


@dataclass(frozen=True)
class IncomingEvent:
    """What is stored of an event."""

    id: str
    type: str
    account: str
    livemode: bool
    text: str
    connect: bool = False  # came to the endpoint of connected accounts
    provider: str = "stripe"


@csrf_exempt
@require_POST
def webhook(request: HttpRequest, endpoint: uuid.UUID) -> JsonResponse:
    """`POST /stripe/webhook/<uuid>/`"""
    return take_in(lambda: read(request, endpoint))


def take_in(read_event: Callable[[], IncomingEvent | None]) -> JsonResponse:
    """Stores what was read and proved, and answers; nothing is stored of a test of the address (None).

    What `read_event` raises as Rejected is answered so, and counted.
    """
    try:
        event = read_event()
        waits = event is not None and store(event) is not None
    except Rejected as turned:
        refused_count.labels(turned.code).inc()
        return JsonResponse(error(turned.code, turned.message), status=turned.status)
    if waits:
        request_run()
    return JsonResponse({"received": True})


def read(request: HttpRequest, endpoint: uuid.UUID) -> IncomingEvent:
    """The event in a request, proved to be Stripe's. Raises Rejected."""
    known = endpoint_secrets(endpoint)
    if not known:
        raise Rejected(
            503 if endpoint == settings.STRIPE_WEBHOOK_UUID else 404, "no_such_endpoint", "No such endpoint"
        )
    body = body_of(request)
    try:
        stripe_events.verify_webhook(body, header=request.headers.get("Stripe-Signature", ""), secrets=known)
    except stripe_events.BadSignature as bad:
        raise Rejected(400, "invalid_signature", "The signature does not match, or is not of now") from bad
    return replace(parse(body), connect=for_connected_accounts(endpoint))


def body_of(request: HttpRequest) -> bytes:
    """The raw body. Raises Rejected for more than any event has."""
    try:
        length = int(request.headers.get("Content-Length") or 0)
    except ValueError:
        length = policy.WEBHOOK_MOST_BYTES + 1
    if length > policy.WEBHOOK_MOST_BYTES:
        raise Rejected(413, "too_large", f"An event has at most {quantities.size(policy.WEBHOOK_MOST_BYTES)}")
    body = request.read(policy.WEBHOOK_MOST_BYTES + 1)
    if len(body) > policy.WEBHOOK_MOST_BYTES:
        raise Rejected(413, "too_large", f"An event has at most {quantities.size(policy.WEBHOOK_MOST_BYTES)}")
    return body


def parsed(body: bytes) -> tuple[dict[str, object], str]:
    """The JSON object of a body, and its text as PostgreSQL can hold it. Raises ValueError, RecursionError for bad UTF-8,
    no object, keys twice.
    """
    text = body.decode("utf-8")
    event: object = json.loads(text, object_pairs_hook=_no_twins, parse_constant=_no_constant)
    if not isinstance(event, dict):
        raise ValueError("not an object")
    return event, _holdable(text)


def parse(body: bytes) -> IncomingEvent:
    """An event out of signed bytes. Raises Rejected for what is not one: bad UTF-8, no object, keys twice.

    What people wrote (names, notes) is theirs to choose: whatever it is, their event is stored. The two signs that
    PostgreSQL cannot hold, NUL and half a character, stand there as U+FFFD.
    """
    try:
        event, text = parsed(body)
        if event.get("object") != "event":
            raise ValueError("not an event")
        event_id, kind, data = str(event["id"]), str(event["type"]), event["data"]
        is_told = isinstance(data, dict) and isinstance(data["object"], dict)
        if not (is_name(event["id"], 255) and is_name(event["type"], 80) and is_told):
            raise ValueError("not an event of Stripe's")
        account = event.get("account") or ""
        if not isinstance(account, str) or UNHOLDABLE.search(account):
            raise ValueError("no account")
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise Rejected(400, "invalid_event", "This is not an event") from wrong
    return IncomingEvent(event_id, kind, account[:80], bool(event.get("livemode")), text)


def is_name(value: object, most: int) -> bool:
    """Whether it is a name of a provider's making. Those are never of NUL or of half a character."""
    return isinstance(value, str) and 0 < len(value) <= most and not UNHOLDABLE.search(value)


UNHOLDABLE = re.compile("[\x00\ud800-\udfff]")
# An escape of JSON: a whole character beyond 16 bits, one that PostgreSQL cannot hold, any other.
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<bad>u0000|u[dD][89a-fA-F][0-9a-fA-F]{2})|.)"
)


def _holdable(text: str) -> str:
    """The JSON with U+FFFD for what PostgreSQL cannot hold."""
    return _ESCAPE.sub(lambda found: r"\ufffd" if found["bad"] else found[0], text)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _no_twins(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


_STORE = """
INSERT INTO payments_webhooklog (provider, external_id, type, account, livemode, connect, payload, status, reason, error,
                                 deliveries, retry_count, next_retry_at, received_at)
VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, 'pending', '', '', 1, 0, banibs_now(), banibs_now())
ON CONFLICT (provider, external_id) DO UPDATE SET deliveries = payments_webhooklog.deliveries + 1
RETURNING CASE WHEN status = 'pending' THEN id END
"""


def store(knock: IncomingEvent) -> int | None:
    """One row for an event, however often it comes; its id while it still has to be worked on.

    Raises Rejected for what PostgreSQL does not take: a number beyond all numbers.
    """
    try:
        with connection.cursor() as cursor:
            values: list[str | bool] = [
                knock.provider,
                knock.id,
                knock.type,
                knock.account,
                knock.livemode,
                knock.connect,
                knock.text,
            ]
            cursor.execute(_STORE, values)
            (log_id,) = cursor.fetchone()
    except (DataError, UnicodeEncodeError) as wrong:
        raise Rejected(400, "invalid_event", "This is not an event") from wrong
    return None if log_id is None else int(log_id)


def request_run() -> None:
    """Asks a worker for what is stored; with the broker away the sweeper does it within a minute."""
    task_wakeup.request_run(PROCESS_TASK)


def endpoint_secrets(endpoint: uuid.UUID) -> tuple[str, ...]:
    """The secrets that may sign for this address: the environment's for our own two, else the stored one."""
    named = {
        settings.STRIPE_WEBHOOK_UUID: settings.STRIPE_WEBHOOK_SECRET,
        settings.STRIPE_CONNECT_WEBHOOK_UUID: settings.STRIPE_CONNECT_WEBHOOK_SECRET,
    }.get(endpoint)
    if named and named != STORED:
        return (named,)
    try:
        return (_stored(endpoint)[0],)
    except LookupError:
        return ()


def for_connected_accounts(endpoint: uuid.UUID) -> bool:
    """Whether this address is for events of connected accounts; else it is for those of our own."""
    if endpoint in (settings.STRIPE_WEBHOOK_UUID, settings.STRIPE_CONNECT_WEBHOOK_UUID):
        return bool(endpoint == settings.STRIPE_CONNECT_WEBHOOK_UUID)
    return _stored(endpoint)[1]


@functools.lru_cache(maxsize=16)
def _stored(endpoint: uuid.UUID) -> tuple[str, bool]:
    """The stored secret, and whether it is of connected accounts. Raises LookupError, which is not remembered: it may be
    registered the next moment."""
    row = WebhookSecret.objects.filter(uuid=endpoint).first()
    if row is None:
        raise LookupError(endpoint)
    try:
        return encryption.decrypt(bytes(row.encrypted)), row.connect
    except InvalidToken:
        log.error("webhook.secret_unreadable", endpoint=str(endpoint))
        raise LookupError(endpoint) from None


def forget_secrets() -> None:
    """Makes the next request read the secrets again; an endpoint was registered."""
    _stored.cache_clear()
