"""Pages for what went wrong. An engine that is away is 503 and "try again", never a broken page."""

import sys
from collections.abc import Iterator

import redis
import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerError
from psycopg_pool import PoolTimeout

from banibs.core import policy as core_policy
from banibs.core.db.db_retry import Busy, waited_too_long
from banibs.users.accounts import rate_limit_wait

AWAY = (OperationalError, InterfaceError, PoolTimeout, redis.ConnectionError, redis.TimeoutError, BrokerError)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what came could not be read. Drawn without the request, whose very Host may be the trouble."""
    return _answer(request, status=400, code="bad_request", message=_("We could not read that request."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: this person may not."""
    advice = _("Sign in with the account it belongs to.")
    return _refusal(request, 403, "forbidden", _("This page is not yours to open"), advice)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: there is no such page, or it is somebody else's."""
    advice = _("It may have been sold, moved or never been here.")
    return _refusal(request, 404, "not_found", _("There is nothing at this address"), advice)


def too_many_tries(request: HttpRequest) -> HttpResponse:
    """429: somebody tried so often that the page of accounts waits; in the header and in words, how long."""
    seconds = rate_limit_wait.seconds_to_wait(request)
    response = render(
        request, "429.html", {"status": 429, "wait": rate_limit_wait.as_text(seconds)}, status=429
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form did not come from our own page, or the cookie it was made with is gone."""
    request.read(64 * 1024)  # a form left unread resets the connection before the answer is seen
    advice = _(
        "The form was open for long, or cookies are switched off. Go back, load the page again and resend it."
    )
    return _refusal(request, 403, "csrf_failed", _("CSRF verification failed"), advice)


def _refusal(request: HttpRequest, status: int, code: str, message: str, advice: str) -> HttpResponse:
    """An answer in the reader's own form: JSON to the API, a page with our head and foot to a person."""
    if request.path.startswith("/api/"):
        return JsonResponse({"error": {"code": code, "message": message}}, status=status)
    context = {"status": status, "title": message, "advice": advice}
    return render(request, "errors/error.html", context, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 with Retry-After when an engine is away or busy. Shows neither a trace nor a secret."""
    error = sys.exc_info()[1]
    if any(isinstance(one, Busy) or waited_too_long(one) for one in _causes(error)):
        message = _("Others are changing the same thing just now. Nothing was done. Please try again.")
        response = _answer(request, status=503, code="busy_try_again", message=message)
        response.headers["Retry-After"] = str(core_policy.BUSY_RETRY_SECONDS)
        return response
    if any(isinstance(one, AWAY) for one in _causes(error)):
        message = _(
            "We cannot reach our database for a moment. Please try again; you are charged once at most."
        )
        response = _answer(request, status=503, code="temporarily_unavailable", message=message)
        response.headers["Retry-After"] = str(core_policy.AWAY_RETRY_SECONDS)
        return response
    message = _(
        "Something broke on our side, and it is noted. If you were paying, look at your orders first."
    )
    return _answer(request, status=500, code="server_error", message=message)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what led to it; each once, since a library may raise an error from what it led to."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _answer(request: HttpRequest, *, status: int, code: str, message: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"error": {"code": code, "message": message}}, status=status)
    # Without the request: the header's numbers need the very engines that may be away.
    reference = structlog.contextvars.get_contextvars().get("request_id", "") if status == 500 else ""
    busy = code == "busy_try_again"
    context = {"status": status, "message": message, "reference": reference, "busy": busy}
    return HttpResponse(render_to_string("errors/unavailable.html", context), status=status)
