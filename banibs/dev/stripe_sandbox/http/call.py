"""One call of the API from the wire to the wire: key, version, idempotency, faults, parameters,
effect, answer.
"""

import base64
import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from banibs.dev.stripe_sandbox.api.cards.card_numbers import without_numbers
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import (
    ApiError,
    Forbidden,
    InvalidRequest,
    Missing,
    RateLimited,
    ServerFault,
    Unauthorised,
)
from banibs.dev.stripe_sandbox.events import deliveries
from banibs.dev.stripe_sandbox.http import faults, idempotency, keys, routes
from banibs.dev.stripe_sandbox.http.expand import expanded
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.params import decode
from banibs.dev.stripe_sandbox.settings import API_VERSION, PLATFORM
from banibs.dev.stripe_sandbox.store import Object, Store

log = logging.getLogger(__name__)

_TOO_MANY = {
    "rate_limit": "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
    "lock_timeout": "This object cannot be accessed right now because another API request or Stripe process is "
    "currently accessing it. If you see this error intermittently, retry the request.",
}
_OWN_ORIGIN = ("same-origin", "none", "")


class Guard:
    """Keeps other sites' pages from working the control switches, and sets the headers of every answer."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse a changing request to the controls that another site's page sent."""
        request.get_host()  # refuses a host name that is not ours: DNS rebinding ends here
        controls = not request.path.startswith("/v1/")
        if (
            controls
            and request.method == "POST"
            and request.headers.get("Sec-Fetch-Site", "") not in _OWN_ORIGIN
        ):
            return HttpResponse("Another site's page may not do this.", status=403, content_type="text/plain")
        response = self.answer(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response


def base_url(request: HttpRequest) -> str:
    """Where this process is reached, as the caller reached it."""
    return f"{request.scheme}://{request.get_host()}"


def api(request: HttpRequest) -> HttpResponse:
    """Every path under `/v1/`."""
    if request.method == "OPTIONS":
        return _browser_may(HttpResponse(status=204))
    store: Store = request.META["sandbox.store"]
    ctx = Context(store=store, base_url=base_url(request), request_id=new_id("req"),
                  idempotency_key=request.headers.get("Idempotency-Key") or None)  # fmt: skip
    first, fault = "", None  # `first`: the request that a replayed answer was given to
    try:
        ctx = _admitted(ctx, request)
        pairs = _pairs(request)
        with store.unit():
            fault = faults.next_fault(store, request.method or "", request.path)
        status, text, first = _answer(ctx, request, pairs, fault)
    except ApiError as refusal:
        status, text = refusal.status, _refused(ctx, refusal)
    deliveries.nudge()
    _note_call(ctx, request, status, fault["do"] if fault else "replayed" if first else "")
    if fault and fault["do"].startswith("timeout"):
        faults.dead_line(request.META, float(fault.get("seconds") or 0))
        return HttpResponse(status=504)
    return _response(ctx, request, status=status, text=text, first=first)


def _answer(
    ctx: Context, request: HttpRequest, pairs: list[tuple[str, str]], fault: Object | None
) -> tuple[int, str, str]:
    """The status and body of a call, and the request to which they were given before, if any."""
    kind = fault["do"] if fault else ""
    if kind == "timeout_before_effect":
        return 504, "", ""
    if kind in _TOO_MANY:
        raise RateLimited(_TOO_MANY[kind], code=kind)
    if kind == "unavailable":
        refusal = ServerFault("The local Stripe was told to be unavailable.")
        refusal.status = 503
        raise refusal
    if fault and kind == "slow":
        time.sleep(float(fault.get("seconds") or 1))
    key = ctx.idempotency_key if request.method == "POST" else None
    if key is None:
        return (*_effect(ctx, request, pairs, kind)[:2], "")
    with idempotency.claimed(ctx.account, key):
        if fault and kind == "slow_in_progress":
            time.sleep(float(fault.get("seconds") or 1))
        sent = [*without_numbers(pairs), *_digests(request)]
        print_ = idempotency.fingerprint(request.method or "", request.path, sent)
        with ctx.store.unit():
            before = idempotency.earlier(ctx, key, print_)
            if before is not None:
                return before
            status, text, stored = _effect(ctx, request, pairs, kind)
            if stored:
                idempotency.keep(ctx, key, print_, status=status, body=text)
        return status, text, ""


def _effect(
    ctx: Context, request: HttpRequest, pairs: list[tuple[str, str]], kind: str
) -> tuple[int, str, bool]:
    """Do what is asked in one transaction; a refusal undoes it, unless it is one that stays on record."""
    with ctx.store.unit():
        try:
            if kind == "api_error":
                raise ServerFault("The local Stripe was told to break before it did anything.")
            with ctx.store.unit():
                body, refusal = _run(ctx, request, pairs)
            if kind == "api_error_after_effect":
                raise ServerFault("The local Stripe was told to break after it had done its work.")
        except ApiError as error:
            refusal, body = error, {}
        except Exception:
            log.exception("%s %s broke", request.method, request.path)
            refusal, body = ServerFault("The local Stripe has a fault of its own: its log says more."), {}
        if refusal is None:
            return 200, json.dumps(body, indent=2), True
        return refusal.status, _refused(ctx, refusal), refusal.stored


def _refused(ctx: Context, refusal: ApiError) -> str:
    body = refusal.body()
    body["error"]["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{ctx.request_id}"
    return json.dumps(body, indent=2)


def _run(ctx: Context, request: HttpRequest, pairs: list[tuple[str, str]]) -> tuple[Object, ApiError | None]:
    route, arguments = routes.find(request.method or "", request.path)
    if route is None:
        raise Missing(
            f"Unrecognized request URL ({request.method}: {request.path}). See "
            "https://stripe.com/docs or we can help at https://support.stripe.com/."
        )
    if ctx.publishable and not route.browser:
        raise Forbidden(
            "This API call cannot be made with a publishable API key. Please use a secret API key.",
            code="secret_key_required",
        )
    raw = decode(pairs)
    raw.pop("key", None)
    ctx = replace(ctx, params=route.shape.read(raw) or {})
    if request.FILES:
        ctx.params["file"] = request.FILES.get("file")
    try:
        body = route.handler(ctx, *arguments)
    except ApiError as error:
        if not error.keeps:
            raise
        return {}, error
    body = expanded(ctx, body, ctx.params.get("expand") or [])
    return (keys.for_browser(body) if ctx.publishable else body), None


def _admitted(ctx: Context, request: HttpRequest) -> Context:
    """The call's key, API version and connected account, checked."""
    key = _key_of(request)
    version = request.headers.get("Stripe-Version")
    if version not in (None, "", API_VERSION):
        raise InvalidRequest(
            f"Invalid Stripe API version: {version}. The local Stripe knows {API_VERSION} alone."
        )
    ctx = replace(ctx, publishable=keys.check(key))
    account = request.headers.get("Stripe-Account") or PLATFORM
    if account != PLATFORM and ctx.store.get(account, kind="account", account=PLATFORM) is None:
        said = (f"The provided key '{keys.masked(key)}' does not have access to account '{account}' "
                "(or that account does not exist). Application access may have been revoked.")  # fmt: skip
        raise Forbidden(said, code="account_invalid")
    return ctx.acting_for(account)


def _key_of(request: HttpRequest) -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value).decode().partition(":")[0]
        except ValueError as problem:
            raise Unauthorised("Invalid authorization header.") from problem
    given = request.GET.get("key") or ""
    if not given.startswith("pk_"):
        raise Unauthorised(
            "You did not provide an API key. You need to provide your API key in the Authorization header, "
            "using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
        )
    return given


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    source: Any = request.POST if request.method == "POST" else request.GET
    return [(name, str(value)) for name, values in source.lists() for value in values]


def _digests(request: HttpRequest) -> list[tuple[str, str]]:
    """What was uploaded, each by its digest."""
    found = []
    for name, upload in request.FILES.items():
        upload = cast("UploadedFile[Any]", upload)
        found.append((name, hashlib.sha256(upload.read()).hexdigest()))
        upload.seek(0)
    return found


def _note_call(ctx: Context, request: HttpRequest, status: int, note: str) -> None:
    with ctx.store.unit():
        ctx.store.run(
            "INSERT INTO calls (id, at, account, method, path, status, key, note) VALUES "
            "(?, ?, ?, ?, ?, ?, ?, ?)",
            ctx.request_id, ctx.now(), ctx.account, request.method, request.path, status,
            ctx.idempotency_key, note,
        )  # fmt: skip
        ctx.store.run("DELETE FROM calls WHERE seq <= (SELECT max(seq) FROM calls) - 1000")


def _response(ctx: Context, request: HttpRequest, *, status: int, text: str, first: str) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="application/json")
    response["Request-Id"] = ctx.request_id or ""
    response["Stripe-Version"] = request.headers.get("Stripe-Version") or API_VERSION
    if ctx.idempotency_key:
        response["Idempotency-Key"] = ctx.idempotency_key
        response["Original-Request"] = first or ctx.request_id or ""
    if first:
        response["Idempotent-Replayed"] = "true"
    if ctx.account != PLATFORM:
        response["Stripe-Account"] = ctx.account
    if status == 429:
        response["Stripe-Rate-Limited-Reason"] = "global-rate"
        response["Stripe-Should-Retry"] = "true"
    return _browser_may(response)


def _browser_may(response: HttpResponse) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Headers"] = (
        "Authorization, Content-Type, Stripe-Version, Stripe-Account, Idempotency-Key"
    )
    response["Access-Control-Allow-Methods"] = "GET, POST, DELETE, OPTIONS"
    response["Access-Control-Max-Age"] = "600"
    response["Access-Control-Expose-Headers"] = "Request-Id, Idempotent-Replayed"
    return response
