"""`POST /paypal/webhook/`: PayPal's events about payouts."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from payments.gateways import outcomes
from payments.models import WebhookLog
from payments.webhooks import receive
from payments.webhooks.process import Ignored
from payments.webhooks.receive import IncomingEvent, Rejected
from payouts.gateways.json_data import as_data, part, text
from payouts.gateways.paypal import client, webhook_signature
from payouts.models import PayoutAttempt
from payouts.sending import look_up

PROVIDER = "paypal"
OURS = "PAYMENT.PAYOUTS"  # how the types of events about payouts begin


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> JsonResponse:
    """Stores an event that is PayPal's; 503 while the webhook is not set up, or its certificate cannot be fetched."""
    return receive.take_in(lambda: _read(request))


def _read(request: HttpRequest) -> IncomingEvent:
    if not (client.configured() and settings.PAYPAL_WEBHOOK_ID):
        raise Rejected(503, "not_configured", "PayPal's webhook is not set up here")
    body = receive.body_of(request)
    try:
        webhook_signature.verify(body, headers=request.headers)
    except webhook_signature.BadSignature as bad:
        raise Rejected(400, "invalid_signature", "The signature does not match") from bad
    except outcomes.Unknown as silent:
        raise Rejected(503, "try_again", "The certificate cannot be fetched just now") from silent
    try:
        event, held = receive.parsed(body)
    except (ValueError, RecursionError) as wrong:
        raise Rejected(400, "invalid_event", "This is not an event") from wrong
    event_id, kind = event.get("id"), event.get("event_type")
    if not (receive.is_name(event_id, 255) and receive.is_name(kind, 80)):
        raise Rejected(400, "invalid_event", "This is not an event")
    return IncomingEvent(str(event_id), str(kind), "", client.host() == client.LIVE, held, provider=PROVIDER)


def work_on(row: WebhookLog) -> None:
    """The payout that it is about is asked for at PayPal. Raises Ignored, outcomes.Refused, outcomes.Unknown."""
    if not row.type.startswith(OURS):
        raise Ignored("not about a payout")
    told = part(as_data(row.payload), "resource")
    header = part(told, "batch_header")
    batch = text(told, "payout_batch_id") or text(header, "payout_batch_id")
    key = text(told, "sender_batch_id") or text(part(header, "sender_batch_header"), "sender_batch_id")
    attempts = PayoutAttempt.objects.filter(provider=PROVIDER)
    found = attempts.filter(external_id=batch).first() if batch else None
    if found is None and key:  # the answer that named the batch was lost
        found = attempts.filter(key=key).first()
    if found is None:
        raise Ignored("not a payout of ours")
    look_up.ask(found.pk)
