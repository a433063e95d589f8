"""The profile: a name, a language, light or dark. The email address has pages of its own (allauth's)."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from banibs.core.ui.theme import THEME_COOKIE, theme_of
from banibs.users import policy
from banibs.users.accounts.forms import ProfileForm
from banibs.users.current_user import current_user
from banibs.users.next_url import next_url


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def edit(request: HttpRequest) -> HttpResponse:
    """Shows the profile, or saves it and goes back to where it was asked for."""
    user = current_user(request)
    now = {
        "name": user.name,
        "theme": theme_of(request),
        "language": request.LANGUAGE_CODE,
    }
    form = ProfileForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        user.name = form.cleaned_data["name"]
        user.save(update_fields=["name"])
        messages.success(request, _("Saved."))
        response = HttpResponseRedirect(next_url(request, reverse("users:profile")))
        _remember(response, THEME_COOKIE, form.cleaned_data["theme"])
        if "language" in form.cleaned_data:
            _remember(response, settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"])
        return response
    context = {"form": form, "verified": user.email_is_verified(), "next": next_url(request, "")}
    return render(request, "users/profile.html", context, status=422 if form.errors else 200)


def _remember(response: HttpResponse, name: str, value: str) -> None:
    """Keeps a choice in this browser for a year; an empty one is forgotten."""
    if value:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(
            name, value, max_age=policy.PREFERENCE_COOKIE_AGE, secure=secure, httponly=True, samesite="Lax"
        )
    else:
        response.delete_cookie(name, samesite="Lax")
