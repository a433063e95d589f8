"""`POST /wise/webhook/`: Wise's events about transfers."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payments.models import WebhookLog
from payments.webhooks import receive
from payments.webhooks.process import Ignored
from payments.webhooks.receive import IncomingEvent, Rejected
from payouts.gateways.json_data import Data, as_data, part, text
from payouts.gateways.wise import client, transfers, webhook_signature
from payouts.models import PayoutAttempt
from payouts.sending import look_up

PROVIDER = "wise"
LIVE = "https://api.wise.com"


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> JsonResponse:
    """Stores an event that is Wise's; 503 while there is no public key. A test of the address stores nothing."""
    return receive.take_in(lambda: _read(request))


def _read(request: HttpRequest) -> IncomingEvent | None:
    if not (client.configured() and settings.WISE_WEBHOOK_PUBLIC_KEY):
        raise Rejected(503, "not_configured", "Wise's webhook is not set up here")
    body = receive.body_of(request)
    try:
        webhook_signature.verify(body, header=request.headers.get("X-Signature-SHA256", ""))
    except webhook_signature.BadSignature as bad:
        raise Rejected(400, "invalid_signature", "The signature does not match") from bad
    if request.headers.get("X-Test-Notification") == "true":
        return None
    try:
        event, held = receive.parsed(body)
    except (ValueError, RecursionError) as wrong:
        raise Rejected(400, "invalid_event", "This is not an event") from wrong
    kind = event.get("event_type")
    if not receive.is_name(kind, 80) or not part(event, "data"):
        raise Rejected(400, "invalid_event", "This is not an event")
    live = str(settings.WISE_API_HOST).rstrip("/") == LIVE
    return IncomingEvent(_id_of(event), str(kind), "", live, held, provider=PROVIDER)


def _id_of(event: Data) -> str:
    """The same event is the same id. Wise gives it none, and the id of a delivery stands outside of what is signed."""
    data = part(event, "data")
    resource = part(data, "resource")
    said = [
        text(event, "subscription_id"),
        text(event, "event_type"),
        text(resource, "type"),
        text(resource, "id"),
        text(data, "current_state"),
        text(data, "occurred_at"),
    ]
    return "wise_" + hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()[:40]


def work_on(row: WebhookLog) -> None:
    """The transfer that it is about is asked for at Wise. Raises Ignored, outcomes.Refused, outcomes.Unknown."""
    resource = part(part(as_data(row.payload), "data"), "resource")
    if not row.type.startswith("transfers#") or text(resource, "type") != "transfer":
        raise Ignored("not about a transfer")
    if text(resource, "profile_id") != str(client.profile()):
        raise Ignored("of another profile")
    transfer_id = text(resource, "id")
    attempts = PayoutAttempt.objects.filter(provider=PROVIDER)
    found = attempts.filter(external_id=transfer_id).first()
    if found is None:  # the answer that named it was lost
        transaction = transfers.read(transfer_id).transaction
        found = attempts.filter(
            external_id="", look_at__isnull=False, params__transaction=transaction
        ).first()
    if found is None:
        raise Ignored("not a payout of ours")
    look_up.ask(found.pk)
