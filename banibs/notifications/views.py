"""The pages of a person's notices, and the bell."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from banibs.core.db import keyset_pagination
from banibs.core.ui.htmx import HtmxRequest
from banibs.notifications import inbox, policy, text
from banibs.notifications.forms import EmailChoicesForm
from banibs.notifications.kinds import KINDS
from banibs.users.current_user import current_user


@require_safe
@login_required
@never_cache
def listing(request: HtmxRequest) -> HttpResponse:
    """The newest notices, grouped by day. One statement."""
    page = keyset_pagination.page(
        inbox.for_user(current_user(request).pk), request.GET, size=policy.PAGE_ROWS
    )
    days: dict[dt.date, list[dict[str, object]]] = {}
    for notice in page.rows:
        shown = {"notice": notice, "text": text.text(notice), "icon": KINDS[notice.kind].icon}
        days.setdefault(notice.created_at.date(), []).append(shown)
    context = {
        "days": days.items(),
        "turn": page.links(request.GET),
        "removed": request.session.pop("notices_removed", ""),
    }
    return render(request, "notifications/notification_list.html", context)


@require_POST
@login_required
def follow(request: HtmxRequest, pk: int) -> HttpResponse:
    """Opens what a notice is about; it is read by that."""
    notice = get_object_or_404(inbox.for_user(current_user(request).pk), pk=pk)
    inbox.mark_read(current_user(request).pk, pk)
    if request.htmx:
        return HttpResponseClientRedirect(notice.url)
    return HttpResponseRedirect(notice.url)


@require_POST
@login_required
def read(request: HtmxRequest, pk: int) -> HttpResponse:
    """Marks one as read."""
    get_object_or_404(inbox.for_user(current_user(request).pk), pk=pk)
    inbox.mark_read(current_user(request).pk, pk)
    return redirect("notifications:list")


@require_POST
@login_required
def read_all(request: HtmxRequest) -> HttpResponse:
    """Marks all as read."""
    inbox.mark_read(current_user(request).pk)
    return redirect("notifications:list")


@require_POST
@login_required
def delete(request: HtmxRequest, pk: int) -> HttpResponse:
    """Removes one; it can be brought back."""
    get_object_or_404(inbox.for_user(current_user(request).pk), pk=pk)
    request.session["notices_removed"] = inbox.remove(current_user(request).pk, pk).isoformat()
    return redirect("notifications:list")


@require_POST
@login_required
def delete_all(request: HtmxRequest) -> HttpResponse:
    """Removes all; they can be brought back."""
    request.session["notices_removed"] = inbox.remove(current_user(request).pk).isoformat()
    return redirect("notifications:list")


@require_POST
@login_required
def undo(request: HtmxRequest) -> HttpResponse:
    """Brings back what was removed at one moment."""
    try:
        moment = parse_datetime(request.POST.get("removed", ""))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Http404
    count = inbox.bring_back(current_user(request).pk, moment)
    messages.success(
        request,
        ngettext("%(n)d notification is restored.", "%(n)d notifications are restored.", count)
        % {"n": count},
    )
    return redirect("notifications:list")


@require_safe
@never_cache
def bell(request: HtmxRequest) -> HttpResponse:
    """The bell's number, asked for each minute by an open page. Signed out, the page stops asking.

    With `menu` the number in the seller's menu comes along.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=286, headers={"HX-Reswap": "none"})
    context = {"unread_count": inbox.unread(current_user(request).pk), "menu": "menu" in request.GET}
    return render(request, "components/bell_count.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def choices(request: HtmxRequest) -> HttpResponse:
    """Which kinds of notice also come by email."""
    form = EmailChoicesForm(request.POST if request.method == "POST" else None, user=current_user(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("notifications:settings")
    return render(request, "notifications/settings.html", {"form": form})
