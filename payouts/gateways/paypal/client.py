"""The client of PayPal: its token, and its refusals as outcomes.

Source: developer.paypal.com/api/rest/authentication and /api/rest/responses, read on 2026-11-27.
"""

from __future__ import annotations

import threading
import time

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from payments.gateways import outcomes
from payouts.gateways import rest_call
from payouts.gateways.json_data import Data, as_data, parts, text
from payouts.gateways.rest_call import Reply

SERVICE = "PayPal"
LIVE = "https://api-m.paypal.com"
log = structlog.get_logger(__name__)
_lock = threading.Lock()
_tokens: dict[
    tuple[str, str], tuple[str, float]
] = {}  # (host, client id) → token, until when by the machine's clock


def configured() -> bool:
    """Whether there are keys at all."""
    return bool(settings.PAYPAL_CLIENT_ID and settings.PAYPAL_CLIENT_SECRET)


def ask(method: str, path: str, *, body: Data | None = None) -> Data:
    """One call of the API. A token that PayPal knows no more is fetched anew, and the call, of which nothing was done,
    made once more.

    Raises outcomes.Refused with PayPal's name of the error as code, outcomes.KeyRefused, outcomes.Unknown.
    """
    reply = _call(method, path, body, _token())
    if reply.status == 401:
        forget_token()
        reply = _call(method, path, body, _token())
    if reply.status in (401, 403):
        raise outcomes.KeyRefused(f"PayPal: {reply.status} {reply.text[:300]}")
    if not reply.ok:
        raise refusal(reply)
    return as_data(reply.data)


class PayPalRefused(outcomes.Refused):
    """PayPal's no, with the whole error object."""

    def __init__(self, code: str, error: Data) -> None:
        said = "; ".join(f"{text(one, 'field')}: {text(one, 'issue')}" for one in parts(error, "details"))
        self.error = error
        super().__init__(
            code,
            words(code),
            detail=f"{text(error, 'message')} {said}".strip(),
            request_id=text(error, "debug_id"),
        )


def refusal(reply: Reply) -> PayPalRefused:
    """The error object as an outcome."""
    error = as_data(reply.data)
    code = text(error, "name") or text(error, "error") or f"http_{reply.status}"
    log.warning("paypal.refused", code=code, request=text(error, "debug_id"))
    return PayPalRefused(code, error)


def words(code: str) -> str:
    """What the seller reads of a refusal or a failure of PayPal's."""
    return {
        "INSUFFICIENT_FUNDS": _("Waiting for money to reach BANIBS’s account at PayPal."),
        "RECEIVER_UNREGISTERED": _(
            "PayPal has no account with this email address. Open one there, then try again."
        ),
        "RECEIVER_UNCONFIRMED": _("Confirm this email address at PayPal, then try again."),
        "RECEIVER_ACCOUNT_LOCKED": _("Your PayPal account is locked. Ask PayPal why, then try again."),
        "RECEIVER_ACCOUNT_LIMITED": _("Your PayPal account is limited. Ask PayPal why, then try again."),
        "RECEIVER_COUNTRY_NOT_ALLOWED": _("PayPal does not pay to your country. Choose another method."),
        "RECEIVER_REFUSED": _(
            "The payment was refused at PayPal. Accept it there next time, or choose another method."
        ),
        "RECEIVER_CANNOT_ACCEPT_CURRENCY": _(
            "Your PayPal account does not take this currency. Add it at PayPal."
        ),
        "VALIDATION_ERROR": _("PayPal does not take this email address. Check it, or choose another method."),
    }.get(code, _("PayPal did not pay it. Check your PayPal account, or choose another method."))


def host() -> str:
    """Where PayPal is spoken to."""
    return str(settings.PAYPAL_API_HOST).rstrip("/")


def _call(method: str, path: str, body: Data | None, token: str) -> Reply:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    return rest_call.call(SERVICE, method, f"{host()}{path}", headers=headers, body=body)


def _token() -> str:
    """A token, kept in this process until a minute before its end."""
    key = (host(), settings.PAYPAL_CLIENT_ID)
    with _lock:
        known = _tokens.get(key)
    if known and known[1] > time.monotonic():
        return known[0]
    reply = rest_call.call(
        SERVICE,
        "POST",
        f"{host()}/v1/oauth2/token",
        headers={"Accept": "application/json"},
        form={"grant_type": "client_credentials"},
        keys=(settings.PAYPAL_CLIENT_ID, settings.PAYPAL_CLIENT_SECRET),
    )
    data = as_data(reply.data)
    if not reply.ok or not text(data, "access_token"):
        raise outcomes.KeyRefused(f"PayPal: {reply.status} {reply.text[:300]}")
    token, seconds = text(data, "access_token"), float(text(data, "expires_in") or 0)
    with _lock:
        _tokens[key] = (token, time.monotonic() + seconds - 60)
    return token


def forget_token() -> None:
    """The next call fetches another."""
    with _lock:
        _tokens.clear()
