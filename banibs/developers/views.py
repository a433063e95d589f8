"""A person's API keys: made, shown once, revoked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from banibs.core import clock
from banibs.core.ui import ask_first
from banibs.core.ui.forms import LineField, NoCardNumbers
from banibs.developers import keys, policy
from banibs.users.models import User

SCOPES = (
    ("cart", gettext_lazy("Your cart")),
    ("orders", gettext_lazy("Orders, addresses, downloads and notifications")),
    ("wallet", gettext_lazy("Your wallet")),
    ("seller", gettext_lazy("Your shop and its listings")),
    ("refunds", gettext_lazy("Refunds")),
    ("developer", gettext_lazy("API keys")),
    ("staff", gettext_lazy("Staff")),
)
# Where "Read and change" lets money go, and a name alone does not say so.
HELP = {
    "wallet": gettext_lazy("To change is to spend: pay orders from it."),
    "refunds": gettext_lazy("To change is to give money back: cancel paid orders."),
}
NOTHING = "none"
ACCESS = (
    (NOTHING, gettext_lazy("No access")),
    ("read", gettext_lazy("Read")),
    ("write", gettext_lazy("Read and change")),
)
FOR_EVER = "ever"


def key_lives() -> list[tuple[str, str]]:
    """What a key's maker chooses from: how many days, or until it is revoked."""
    days = [(str(n), _("A year") if n == 365 else _("%(n)d days") % {"n": n}) for n in policy.KEY_LIVES_DAYS]
    return [*days, (FOR_EVER, _("Until I revoke it"))]


class KeyForm(NoCardNumbers, forms.Form):
    """What a new key is called, how long it works and what it may do."""

    name = LineField(
        label=gettext_lazy("Name"),
        max_length=80,
        help_text=gettext_lazy("What will use it, so that you know which one to revoke."),
    )
    lasts = forms.ChoiceField(
        label=gettext_lazy("It works for"),
        choices=key_lives,
        initial=lambda: str(policy.KEY_LIFE_DAYS_AT_FIRST),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scopes = [name for name, _label in SCOPES if name != "staff" or user.is_staff]
        for name, label in SCOPES:
            if name in self.scopes:
                self.fields[f"scope_{name}"] = forms.ChoiceField(
                    label=label, choices=ACCESS, initial=NOTHING, help_text=HELP.get(name, "")
                )

    def scope_fields(self) -> list[forms.BoundField]:
        """The choices of access."""
        return [self[f"scope_{name}"] for name in self.scopes]

    def clean(self) -> dict[str, Any]:
        """A key may do something."""
        cleaned = super().clean() or {}
        if not self.errors and not self.granted():
            self.add_error("scope_" + self.scopes[0], _("Choose at least one thing that the key may do"))
        return cleaned

    def granted(self) -> list[str]:
        """The scopes chosen. To change is also to read."""
        found = []
        for name in self.scopes:
            access = self.cleaned_data.get(f"scope_{name}", NOTHING)
            found += [f"{name}:read"] if access != NOTHING else []
            found += [f"{name}:write"] if access == "write" else []
        return found

    def expires_at(self) -> dt.datetime | None:
        """When it stops working; None for never."""
        days = self.cleaned_data["lasts"]
        return clock.now() + dt.timedelta(days=int(days)) if days != FOR_EVER else None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    """The keys that work, and the form of a new one. The page that answers the form is the only one to show its text."""
    assert isinstance(request.user, User)
    form = KeyForm(request.POST if request.method == "POST" else None, user=request.user)
    text, status = "", 200
    if request.method == "POST":
        if form.is_valid():
            _row, text = keys.create(
                request.user,
                name=form.cleaned_data["name"],
                scopes=form.granted(),
                expires_at=form.expires_at(),
                session_key=request.session.session_key,
            )
            form = KeyForm(user=request.user)
        else:
            status = 400
    context = {"keys": keys.living(request.user), "form": form, "text": text, "now": clock.now()}
    return render(request, "developers/keys.html", context, status=status)


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends a key, after a question."""
    assert isinstance(request.user, User)
    key = keys.own(request.user, pk)
    if key is None:
        raise Http404
    question = ask_first.Question(
        title=_("Revoke the key “%(name)s”?") % {"name": key.name},
        text=_(
            "Every program that uses it stops working at once, and so does every key that it made. "
            "A revoked key never works again."
        ),
        yes=_("Revoke the key"),
        pending=_("Revoking…"),
        back=reverse("developers:keys"),
    )
    asked = ask_first.unless_sure(request, question)
    if asked is not None:
        return asked
    keys.revoke(request.user, pk)
    messages.success(
        request, _("The key is revoked, and so is every key that it made. Nothing can use them any more.")
    )
    return redirect("developers:keys")
