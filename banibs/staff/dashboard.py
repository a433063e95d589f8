"""The home of the staff: what waits, the worst first. Staff only."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from banibs.core import clock
from banibs.core.staff import work_queues
from banibs.core.ui.htmx import HtmxRequest


@require_safe
@never_cache
def show(request: HtmxRequest, site: dict[str, Any]) -> HttpResponse:
    """`/admin/desk/`: every queue with its count, its oldest, and the way to where it is worked on."""
    found = work_queues.waiting(request.user)
    context = {
        **site,
        "title": _("Work queue"),
        "home": True,
        "waiting": [one for one in found if one.count],
        "clear": [one for one in found if not one.count],
        "looked_at": clock.now(),
    }
    template = "admin/dashboard/dashboard.html"
    return render(request, f"{template}#live" if request.htmx else template, context)
