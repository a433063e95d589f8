"""The control API, `/_control/…`: JSON in, JSON out. For tests, and for whoever drives BANIBS by hand."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, JsonResponse

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.control import bank, connected, switches
from banibs.dev.stripe_sandbox.errors import ApiError, InvalidParameter
from banibs.dev.stripe_sandbox.events import deliveries
from banibs.dev.stripe_sandbox.http.call import base_url
from banibs.dev.stripe_sandbox.settings import PLATFORM
from banibs.dev.stripe_sandbox.store import Object

View = Callable[..., JsonResponse]


def context(request: HttpRequest, object_id: str | None = None) -> Context:
    """A context for the account to which an object belongs, or for our own."""
    store = request.META["sandbox.store"]
    account = (store.account_of(object_id) if object_id else None) or PLATFORM
    return Context(store=store, base_url=base_url(request), account=account)


def _json(act: Callable[..., Any]) -> View:
    """A view that hands the JSON body on and answers with JSON, refusals too."""

    @wraps(act)
    def view(request: HttpRequest, **names: str) -> JsonResponse:
        try:
            given = json.loads(request.body or b"{}") if request.method in ("POST", "PUT") else {}
            if not isinstance(given, dict):
                raise InvalidParameter("The body is a JSON object.")
            return JsonResponse(act(request, given, **names))
        except ApiError as refusal:
            return JsonResponse(refusal.body(), status=refusal.status)
        except ValueError:
            return JsonResponse({"error": {"message": "The body is not JSON."}}, status=400)

    return view


@_json
def state(request: HttpRequest, given: Object) -> Object:
    """GET: what every switch says."""
    return switches.state(context(request))


@_json
def clock(request: HttpRequest, given: Object) -> Object:
    """POST {"advance": seconds} or {"to": moment}; {"tell_app": false} leaves the application's clock
    alone.
    """
    ctx = context(request)
    seconds = int(given["to"]) - ctx.now() if "to" in given else int(given.get("advance") or 0)
    return switches.move_clock(ctx, seconds=seconds, tell_app=given.get("tell_app", True))


@_json
def faults(request: HttpRequest, given: Object) -> Object:
    """POST {"do", "method", "path", "count", "seconds"}; DELETE clears them."""
    ctx = context(request)
    if request.method == "DELETE":
        switches.clear_faults(ctx)
    elif request.method == "POST":
        switches.add_fault(ctx, given)
    return switches.state(ctx)


@_json
def webhooks(request: HttpRequest, given: Object) -> Object:
    """POST {"do", "types", "count", "seconds", "times"} or {"paused": true}; DELETE clears and lets go.

    `types` is a pattern of event types, or a list of them.
    """
    ctx = context(request)
    if request.method == "DELETE":
        switches.clear_webhook_rules(ctx)
    elif "paused" in given:
        switches.pause_webhooks(ctx, paused=bool(given["paused"]))
    elif request.method == "POST":
        switches.add_webhook_rule(ctx, given)
    return switches.state(ctx)


@_json
def endpoints(request: HttpRequest, given: Object) -> Object:
    """POST {"url", "secret", "old_secret"?, "connect"?, "enabled_events"?}: send events there, signed with that secret."""
    return switches.register_endpoint(context(request), given)


@_json
def settings(request: HttpRequest, given: Object) -> Object:
    """POST {"fee_bps", "fee_fixed", "settled_currencies", "dispute_fee", "dispute_fee_returned", "refunds",
    "refunds_below_zero", "topup_seconds", "recipients_allowed", "verification_seconds", "available_business_days"}: any
    of them.
    """
    ctx = context(request)
    switches.set_settings(ctx, given)
    return switches.state(ctx)


@_json
def resend(request: HttpRequest, given: Object, event_id: str) -> Object:
    """POST {"endpoint": id?, "times": n?}: queue an event again, at once."""
    store = context(request).store
    times = min(int(given.get("times") or 1), 100)
    return {"queued": sum(deliveries.resend(store, event_id, given.get("endpoint")) for _ in range(times))}


@_json
def open_dispute(request: HttpRequest, given: Object) -> Object:
    """POST {"charge": id, "amount"?, "reason"?, "inquiry"?}; a part in minor units, else the whole."""
    ctx, amount = context(request, given.get("charge")), given.get("amount")
    if amount is not None and type(amount) is not int:
        raise InvalidParameter("`amount` is a whole number of minor units.", param="amount")
    return bank.open_dispute(
        ctx,
        str(given.get("charge")),
        reason=given.get("reason") or "fraudulent",
        inquiry=bool(given.get("inquiry")),
        amount=amount,
    )


@_json
def warn(request: HttpRequest, given: Object) -> Object:
    """POST {"charge": id, "fraud_type"?}: the card's bank warns of fraud."""
    ctx = context(request, given.get("charge"))
    fraud_type = str(given.get("fraud_type") or "unauthorized_use_of_card")
    return bank.warn(ctx, str(given.get("charge")), fraud_type=fraud_type)


@_json
def finish_dispute(request: HttpRequest, given: Object, dispute_id: str) -> Object:
    """POST {"won": true}: the same as `…/win` and `…/lose`."""
    return bank.move_dispute(context(request, dispute_id), dispute_id, "win" if given.get("won") else "lose")


@_json
def move_dispute(request: HttpRequest, given: Object, dispute_id: str, verb: str) -> Object:
    """POST: win, lose, withdraw_again, reinstate, escalate, close."""
    return bank.move_dispute(context(request, dispute_id), dispute_id, verb)


@_json
def move_refund(request: HttpRequest, given: Object, refund_id: str, verb: str) -> Object:
    """POST: send, arrive, cancel, fail."""
    return bank.move_refund(context(request, refund_id), refund_id, verb)


@_json
def move_intent(request: HttpRequest, given: Object, intent_id: str, verb: str) -> Object:
    """POST: arrive, fail."""
    return bank.move_intent(context(request, intent_id), intent_id, verb)


@_json
def move_payout(request: HttpRequest, given: Object, payout_id: str, verb: str) -> Object:
    """POST: send, pay, fail, return, cancel."""
    return bank.move_payout(context(request, payout_id), payout_id, verb)


@_json
def move_transfer(request: HttpRequest, given: Object, transfer_id: str, verb: str) -> Object:
    """POST: reverse."""
    return bank.move_transfer(context(request, transfer_id), transfer_id, verb)


@_json
def account(request: HttpRequest, given: Object, account_id: str) -> Object:
    """POST {"complete": true, "verifying"?: true}, {"account_number", "currency"?, "country"?} or {"due": [...],
    "disabled_reason": ..., "errors": [...]}.
    """
    return connected.set_account(context(request), account_id, given)


@_json
def adjust(request: HttpRequest, given: Object, account_id: str) -> Object:
    """POST {"amount": n, "currency"?}: Stripe puts so much on a seller's balance, or takes it, in minor units."""
    if type(given.get("amount")) is not int:
        raise InvalidParameter("`amount` is a whole number of minor units.", param="amount")
    return connected.adjust(context(request), account_id, given["amount"], given.get("currency"))


@_json
def tell(request: HttpRequest, given: Object) -> Object:
    """POST {"type", "object", "account"?}: an object as it stands now, and the event about it; for what does not happen
    here by itself.
    """
    return switches.tell(context(request), given)


@_json
def wait(request: HttpRequest, given: Object) -> Object:
    """POST {"seconds": 10}: answer when nothing is due any more."""
    return {"quiet": switches.wait_until_quiet(context(request), seconds=float(given.get("seconds") or 10))}


@_json
def reset(request: HttpRequest, given: Object) -> Object:
    """POST {"keep_endpoints": true}?: forget everything."""
    if request.method == "POST":
        switches.reset(context(request), keep_endpoints=bool(given.get("keep_endpoints")))
    return {"done": request.method == "POST"}
