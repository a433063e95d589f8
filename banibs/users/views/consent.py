"""Asks who has an account already to agree to the terms that hold now; after sign-in, once for each version."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banibs.core.ui.htmx import HtmxRequest
from banibs.users import legal
from banibs.users.current_user import current_user
from banibs.users.next_url import next_url


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def ask(request: HtmxRequest) -> HttpResponse:
    """What has to be read, and the button. Agreed to is what was shown: if it changed meanwhile, it is shown again."""
    user, onward = current_user(request), next_url(request, "/account/")
    due = legal.due(user)
    if not due:
        request.session.pop(legal.SESSION_DUE, None)
        return redirect(onward)
    shown = {str(text.pk) for text in due}
    if request.method == "POST":
        if set(request.POST.getlist("text")) == shown:
            legal.record_consent(user)
            request.session.pop(legal.SESSION_DUE, None)
            return redirect(onward)
        messages.warning(request, _("The words changed while you read. Please look again."))
    return render(request, "users/consent.html", {"due": due, "next": onward, "first": legal.has_none(user)})
