"""What is well guarded asks once more who it is, as allauth's own pages about two-step verification do."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows import reauthentication
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

View = Callable[..., HttpResponseBase]


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person has shown who they are within REAUTHENTICATION_GOOD_FOR. Never so for an API key."""
    return bool(reauthentication.did_recently_reauthenticate(request))


def address(request: HttpRequest) -> str:
    """Where the person shows who they are, and comes back here from."""
    return f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}"


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
