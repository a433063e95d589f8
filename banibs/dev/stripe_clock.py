"""Several clocks, one day: the local Stripe's was moved and ours goes along, or ours was and the local Stripe's does; the
local PayPal's and the local Wise's follow both.

They are programs of their own, spoken to by HTTP where the settings STRIPE_CONTROL_URL and PAYOUT_CONTROL_URLS say.
"""

import datetime as dt
import json

import requests
import structlog
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from banibs.core.models import ClockOffset

MOST_SECONDS = 400 * 86_400
TIMEOUT = 30  # seconds: the local Stripe does everything that falls due before it answers
log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def moved(request: HttpRequest) -> JsonResponse:
    """`POST /dev/stripe-clock/` `{"advance_seconds": n}`. Only JSON: a page elsewhere cannot send that unasked."""
    try:
        seconds = json.loads(request.body)["advance_seconds"]
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"moved": False}, status=400)
    if (
        request.content_type != "application/json"
        or type(seconds) is not int
        or not 0 <= seconds <= MOST_SECONDS
    ):
        return JsonResponse({"moved": False}, status=400)
    forward(seconds)
    payout_providers_forward(seconds)
    return JsonResponse({"moved": True})


def forward(seconds: int) -> None:
    """Moves our clock so many seconds ahead."""
    with transaction.atomic():
        row, _made = ClockOffset.objects.select_for_update().get_or_create(
            id=1, defaults={"offset": dt.timedelta()}
        )
        row.offset += dt.timedelta(seconds=seconds)
        row.save(update_fields=["offset"])


def stripe_forward(seconds: int) -> bool:
    """Moves the local Stripe's clock as far. False when it did not answer, or said no; True too where there is none.

    It is asked not to tell us: ours has moved already.
    """
    if not settings.STRIPE_CONTROL_URL:
        return True
    body = {"advance": seconds, "tell_app": False}
    try:
        requests.post(f"{settings.STRIPE_CONTROL_URL}/clock", json=body, timeout=TIMEOUT).raise_for_status()
    except requests.RequestException as problem:
        log.warning("dev.stripe_clock_not_moved", error=str(problem))
        return False
    return True


def payout_providers_forward(seconds: int) -> bool:
    """Moves the clocks of the local PayPal and the local Wise as far. False when one did not answer, or said no."""
    moved = True
    for url in settings.PAYOUT_CONTROL_URLS:
        try:
            requests.post(f"{url}/clock", json={"advance": seconds}, timeout=TIMEOUT).raise_for_status()
        except requests.RequestException as problem:
            log.warning("dev.provider_clock_not_moved", url=url, error=str(problem))
            moved = False
    return moved
