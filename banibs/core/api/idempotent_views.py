"""API views that run a POST that moves money at most once per Idempotency-Key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from banibs.core import idempotency
from banibs.core.api.request import Request

IDEMPOTENCY_HEADER = "Idempotency-Key"


def plain(body: Any) -> Any:
    """The body as JSON will carry it, so that a stored answer and its replay are equal to the last character."""
    return json.loads(json.dumps(body, cls=JSONEncoder))


def idempotent_outside(request: Request, *, scope: str, work: Callable[[], idempotency.Answer]) -> Response:
    """The same for work that asks others (Stripe) and so cannot stand in one transaction with its answer.

    `work` must be safe to do twice: two requests at once with one key both do it.
    """
    asked: dict[str, Any] = {
        "user_id": request.user.pk,
        "scope": scope,
        "key": request.headers.get(IDEMPOTENCY_HEADER, ""),
        "request": request.data,
    }
    answer = idempotency.stored(**asked)
    if answer is None:
        done = work()
        answer = idempotency.once(**asked, effect=lambda: done)
    return _response(answer)


def idempotent(request: Request, *, scope: str, effect: Callable[[], idempotency.Answer]) -> Response:
    """Runs a POST that moves money at most once per Idempotency-Key; see `banibs.core.idempotency`."""
    answer = idempotency.once(
        user_id=request.user.pk,
        scope=scope,
        key=request.headers.get(IDEMPOTENCY_HEADER, ""),
        request=request.data,
        effect=effect,
    )
    return _response(answer)


def _response(answer: idempotency.Answer) -> Response:
    response = Response(answer.body, status=answer.status)
    if answer.replayed:
        response["Idempotency-Replayed"] = "true"
    return response
