"""The staff's view of what Stripe tells us: figures, events, open incidents, and what Stripe holds. Staff only."""

from __future__ import annotations

import json

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from banibs.core import events
from banibs.core.money import Money
from marketplace.regions import lookup as regions
from marketplace.regions.visitor_request import VisitorRequest
from payments import policy
from payments.charges import limits
from payments.gateways import outcomes
from payments.gateways.stripe import mirror, stripe_balance
from payments.gateways.stripe.client import configured
from payments.models import Incident, WebhookLog
from payments.webhooks import metrics, process, receive

MonitorContext = dict[str, object]


@require_safe
@never_cache
def show(request: VisitorRequest, site: MonitorContext) -> HttpResponse:
    """`/admin/desk/webhooks/`: figures of the real table, incidents, and a page of events."""
    asked = {
        name: request.GET.get(name, "").replace("\x00", "").strip()[:80] for name in ("q", "status", "type")
    }
    if asked["status"] not in (*WebhookLog.Status.values, metrics.WAITING):
        asked["status"] = ""
    rows = metrics.search(text=asked["q"], status=asked["status"], kind=asked["type"])
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    page = list(rows[: policy.WEBHOOK_MONITOR_ROWS + 1])
    stats = metrics.stats()
    context = {
        **site,
        "title": _("Stripe's events"),
        "stats": stats,
        "states": [(state, stats["by_status"].get(state, 0)) for state in WebhookLog.Status.values],
        "incidents": Incident.objects.filter(closed_at=None)
        .select_related("payment__checkout")
        .order_by("-pk")[: policy.WEBHOOK_MONITOR_INCIDENTS],
        "closed": Incident.objects.filter(closed_at__isnull=False).order_by("-closed_at")[:5],
        "asked": asked,
        "rows": page[: policy.WEBHOOK_MONITOR_ROWS],
        "older": page[policy.WEBHOOK_MONITOR_ROWS - 1].pk
        if len(page) > policy.WEBHOOK_MONITOR_ROWS
        else None,
        "places": [(place, limits.cards_taken(place.currency)) for place in regions.places().values()],
    }
    template = "admin/dashboard/webhooks.html"
    return render(request, f"{template}#live" if request.htmx else template, context)


@require_safe
@never_cache
def balance(request: VisitorRequest, site: MonitorContext) -> HttpResponse:
    """What Stripe holds for us, asked for now: the proof that the key works."""
    context: MonitorContext = {
        **site,
        "title": _("What Stripe holds"),
        "over": True,
        "test": not settings.STRIPE_LIVE_MODE,
    }
    try:
        context["held"] = [
            (Money(available, currency), Money(pending, currency))
            for currency, available, pending in stripe_balance.read_balance()
        ]
    except (outcomes.Unknown, outcomes.Refused) as silent:
        context["refused"] = isinstance(silent, (outcomes.Refused, outcomes.KeyRefused))
        context["silent"] = str(silent)[:300] if configured() else _("There is no key (STRIPE_SECRET_KEY).")
    template = "admin/dashboard/balance.html"
    return render(request, f"{template}#held" if request.htmx else template, context)


@require_safe
@never_cache
def event(request: VisitorRequest, site: MonitorContext, pk: int) -> HttpResponse:
    """One event: what became of it, its traceback, and what it said, masked."""
    row = WebhookLog.objects.select_related("payment__checkout", "order").filter(pk=pk).first()
    if row is None:
        raise Http404
    payload = json.dumps(metrics.masked(row.payload), indent=2, ensure_ascii=False)
    return render(
        request,
        "admin/dashboard/webhook.html",
        {
            **site,
            "title": row.type,
            "over": True,
            "row": row,
            "payload": payload,
            "copy_url": _copy_url(row),
        },
    )


def _copy_url(row: WebhookLog) -> str | None:
    """The page of the event's object in Stripe's mirror, where it was copied. One statement for such a kind."""
    told = row.payload.get("data", {}).get("object", {})
    kind = str(told.get("object", ""))
    copied = list(mirror.copies(kind, [str(told.get("id", ""))]).values())
    return reverse(f"admin:djstripe_{mirror.MODELS[kind].lower()}_change", args=copied) if copied else None


@require_POST
def resend(request: VisitorRequest, site: MonitorContext) -> HttpResponse:
    """Has the ticked events worked on again, at most a page of them, and goes back to where they were ticked."""
    ids = [
        int(one)
        for one in request.POST.getlist("log")[: policy.WEBHOOK_MONITOR_ROWS]
        if one.isascii() and one.isdigit() and len(one) < 19
    ]
    count = process.resend(ids, actor=events.Actor.person(request.user, role="staff"))
    if count:
        receive.request_run()
        messages.success(
            request,
            ngettext("%(n)d event is processed again.", "%(n)d events are processed again.", count)
            % {"n": count},
        )
    else:
        messages.warning(request, _("Nothing was selected, or it waits already."))
    back = request.POST.get("next", "")
    ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if ours else "admin:webhooks")
