"""The client of Wise, and its refusals as outcomes.

Source: docs.wise.com/api-reference (the addresses /v1 to /v4, "legacy" there) and /guides/developer/errors, read on
2026-11-27. A personal token of a profile in the UK or the EEA is asked for a second factor when it funds a transfer or
reads a statement (docs.wise.com, "SCA over API"): that is told as a key that may not.
"""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from payments.gateways import outcomes
from payouts.gateways import rest_call
from payouts.gateways.json_data import Data, as_data, parts, text
from payouts.gateways.rest_call import Reply

SERVICE = "Wise"
log = structlog.get_logger(__name__)


def configured() -> bool:
    """Whether there is a key, and the profile that it is for."""
    return bool(settings.WISE_API_TOKEN and settings.WISE_PROFILE_ID)


def profile() -> int:
    """Our profile at Wise."""
    return int(settings.WISE_PROFILE_ID)


def ask(
    method: str, path: str, *, body: Data | None = None, query: Mapping[str, str] | None = None
) -> object:
    """One call of the API: an object or a list. Raises Refused with Wise's code, KeyRefused, Unknown."""
    reply = rest_call.call(
        SERVICE,
        method,
        f"{str(settings.WISE_API_HOST).rstrip('/')}{path}",
        headers={"Authorization": f"Bearer {settings.WISE_API_TOKEN}", "Accept": "application/json"},
        body=body,
        query=query,
    )
    if reply.status == 403 and reply.headers.get("x-2fa-approval-result"):
        raise outcomes.KeyRefused("Wise asks for a second factor (SCA): this token cannot do it alone")
    if reply.status in (401, 403):
        raise outcomes.KeyRefused(f"Wise: {reply.status} {reply.text[:300]}")
    if not reply.ok:
        raise refusal(reply)
    return reply.data


class TooMany(outcomes.Unknown):
    """There is more at Wise than is looked through: a person must look."""


class WiseRefused(outcomes.Refused):
    """Wise's no; `fields` is what it says of each field, in its own words, which are for people."""

    def __init__(self, code: str, fields: Mapping[str, str], status: int) -> None:
        said = "; ".join(f"{path}: {message}" if path else message for path, message in fields.items())
        self.fields = fields
        self.status = status
        super().__init__(code, words(code), detail=said or code)


def refusal(reply: Reply) -> WiseRefused:
    """The errors of an answer as an outcome."""
    data = as_data(reply.data)
    errors = parts(data, "errors")
    code = (
        text(errors[0], "code")
        if errors
        else text(data, "errorCode") or text(data, "error") or f"http_{reply.status}"
    )
    log.warning("wise.refused", code=code, status=reply.status)
    return WiseRefused(code, {text(one, "path"): text(one, "message") for one in errors}, reply.status)


def words(code: str) -> str:
    """What the seller reads of a refusal or a failure of Wise's."""
    return {
        "CURRENCY_NOT_SUPPORTED": _("Wise does not pay in this currency. Choose another method."),
        "NOT_VALID": _("Wise does not take these bank details. Check them, or choose another method."),
        "quote_worse": _("The rate has become worse since you confirmed. Confirm again or cancel."),
        "bounced_back": _("The bank sent it back. Check the account's number and name, then try again."),
        "cancelled": _("Wise did not send it. Check the bank details, then try again."),
    }.get(code, _("Wise did not pay it. Check the bank details, or choose another method."))
