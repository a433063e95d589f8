"""What is well guarded asks once more who it is, as allauth's own pages about two-step verification do."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

View = Callable[..., HttpResponseBase]


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person has shown who they are within REAUTHENTICATION_GOOD_FOR. Never so for an API key."""
    return bool(reauthentication.did_recently_reauthenticate(request))


def address(request: HttpRequest, *, back: str = "") -> str:
    """Where the person shows who they are, and comes back here from, or to the page `back`."""
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': back or request.get_full_path()})}"


def has_second_step(request: HttpRequest) -> bool:
    """Whether the person has set up an authenticator app or a passkey."""
    return bool(request.user.is_authenticated and is_mfa_enabled(request.user))


def is_fresh_by_second_step(request: HttpRequest) -> bool:
    """As `is_fresh`, by a code of the authenticator app, a passkey or a recovery code. Never so for an API key."""
    if not has_second_step(request):
        return False
    since = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, request.user)
    return any(one.get("method") == "mfa" and one["at"] > since for one in records)


def second_step_address(request: HttpRequest) -> str:
    """Where the person shows the second step, and comes back here from; where they set it up who have none."""
    if not has_second_step(request):
        return reverse("mfa_index")
    return f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}"


def to_see(view: View) -> View:
    """Sends who asks for the page to show who they are first. A form that is sent is the view's own to answer (by
    `is_fresh`): it must neither be lost nor be kept, secrets and all, in the session.
    """

    @functools.wraps(view)
    def inside(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST" and not is_fresh(request):
            return redirect(address(request))
        return view(request, *args, **kwargs)

    return inside
