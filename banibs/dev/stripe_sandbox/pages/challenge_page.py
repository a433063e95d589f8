"""The bank's page of a 3-D Secure challenge: Complete or Fail."""

import json

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from banibs.dev.stripe_sandbox import outcome
from banibs.dev.stripe_sandbox.api.intents import challenges, confirming
from banibs.dev.stripe_sandbox.control.views import context
from banibs.dev.stripe_sandbox.events import deliveries
from banibs.dev.stripe_sandbox.pages.answers import message, page


def show(request: HttpRequest, challenge_id: str) -> HttpResponse:
    """GET asks; POST answers, then leads back to the shop, or tells the page around the frame."""
    ctx = context(request, challenge_id)
    challenge = ctx.store.get(challenge_id, kind="challenge", account=ctx.account)
    if challenge is None:
        return message(
            request, title="This confirmation is unknown", text="Go back to the shop and pay again."
        )
    framed = request.GET.get("frame") == "1"
    intent = ctx.load("payment_intent", challenge["intent"])
    if request.method == "POST":
        passed = request.POST.get("answer") == "complete"
        found, _ = outcome.of(
            ctx.store, lambda: confirming.authenticated(ctx, challenge["intent"], passed=passed)
        )
        deliveries.nudge()
        return _after(request, challenge, found or intent, framed=framed)
    if intent["status"] != "requires_action":
        return _after(request, challenge, intent, framed=framed)
    method = ctx.load("payment_method", intent["payment_method"])
    values = {"intent": intent, "card": method["card"], "framed": framed}
    return page(request, "challenge.html", values, framed=True)


def _after(
    request: HttpRequest, challenge: dict[str, str], intent: dict[str, str], *, framed: bool
) -> HttpResponse:
    if not framed and challenge["return_url"]:
        return HttpResponseRedirect(challenges.back_to(challenge["return_url"], intent))
    told = json.dumps({"intent": intent["id"], "status": intent["status"]})
    return page(
        request, "challenge_done.html", {"told": told, "intent": intent, "framed": framed}, framed=True
    )
