"""`/payouts/not-me/<token>/`: "this was not me", from the email about a new destination. Nobody has to sign in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from payouts.methods import not_me


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def disown(request: HttpRequest, token: str) -> HttpResponse:
    """Asks; stops the destination at the POST alone, so that a mail program that looks at links stops nothing."""
    try:
        method = not_me.method_of(token)
    except not_me.NotGood:
        return render(request, "seller/payouts/methods/not_me.html", {"state": "over"}, status=404)
    state = "asks"
    if method.removed_why == not_me.NOT_ME:
        state = "done"
    elif request.method == "POST":
        not_me.stop(method)
        state = "stopped"
    return render(request, "seller/payouts/methods/not_me.html", {"state": state, "method": method})
