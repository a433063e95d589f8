"""POSTs that move money: at most once per Idempotency-Key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from banibs.core import idempotency

IDEMPOTENCY_HEADER = "Idempotency-Key"


def plain(body: Any) -> Any:
    """The body as JSON will carry it, so that a stored answer and its replay are the same to the letter."""
    return json.loads(json.dumps(body, cls=JSONEncoder))


def idempotent(request: Request, *, scope: str, effect: Callable[[], idempotency.Answer]) -> Response:
    """Runs a POST that moves money at most once per Idempotency-Key; see `banibs.core.idempotency`."""
    answer = idempotency.once(
        user_id=request.user.pk,
        scope=scope,
        key=request.headers.get(IDEMPOTENCY_HEADER, ""),
        request=request.data,
        effect=effect,
    )
    response = Response(answer.body, status=answer.status)
    if answer.replayed:
        response["Idempotency-Replayed"] = "true"
    return response
