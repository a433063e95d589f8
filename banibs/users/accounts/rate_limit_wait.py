"""How long the pages of accounts stay shut after too many tries.

allauth keeps the moments of the last tries, newest first, and refuses while as many as the limit are younger than its
window: the oldest of them says when the door opens again.
"""

from __future__ import annotations

import math
import time

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import ngettext

from banibs.users import policy

_APP = "allauth.account"
# The page's URL name → the limit that it counts against (settings.ACCOUNT_RATE_LIMITS).
_LIMITS = {
    "account_login": "login",
    "account_signup": "signup",
    "account_email": "manage_email",
    "account_change_password": "change_password",
    "account_set_password": "change_password",
    "account_reset_password": "reset_password",
    "account_reset_password_from_key": "reset_password_from_key",
    "account_reauthenticate": "reauthenticate",
    "mfa_reauthenticate": "reauthenticate",
    "mfa_reauthenticate_webauthn": "reauthenticate",
}


def seconds_to_wait(request: HttpRequest) -> int:
    """Seconds until the page that refused this request takes another try; at least one."""
    match = request.resolver_match
    action = _LIMITS.get(match.url_name or "", "") if match else ""
    waits = [_left(request, action, rate) for rate in ratelimit.get_rates(app=_APP, action=action)]
    return max(1, math.ceil(max(waits, default=0) or policy.OTHER_LIMITS_WAIT_SECONDS))


def _left(request: HttpRequest, action: str, rate: ratelimit.Rate) -> float:
    if rate.per == "user" and not request.user.is_authenticated:
        return 0
    typed = request.POST.get("email", "").strip().lower()
    key = ratelimit.get_cache_key(request, app=_APP, action=action, rate=rate, key=typed)
    tries = cache.get(key, [])
    if len(tries) < rate.amount:
        return 0
    return float(tries[rate.amount - 1] + rate.duration - time.time())


def as_text(seconds: int) -> str:
    """So many seconds in words: seconds below a minute, else whole minutes, rounded up."""
    if seconds < 60:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
