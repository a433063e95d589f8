"""The local Stripe's clock was moved: ours goes along, so that both see the same day."""

import datetime as dt
import json

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from banibs.core.models import ClockOffset

MOST_SECONDS = 400 * 86_400


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
    with transaction.atomic():
        row, _made = ClockOffset.objects.select_for_update().get_or_create(
            id=1, defaults={"offset": dt.timedelta()}
        )
        row.offset += dt.timedelta(seconds=seconds)
        row.save(update_fields=["offset"])
    return JsonResponse({"moved": True})
