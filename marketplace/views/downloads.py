"""Everything that was bought as files, and the way to each of them."""

from __future__ import annotations

import structlog
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from banibs.core import clock, events
from banibs.core.db import keyset_pagination
from banibs.core.security import access_audit
from banibs.users.current_user import current_user
from marketplace import policy
from marketplace.media import file_responses
from marketplace.models import Download
from marketplace.orders import downloads

log = structlog.get_logger(__name__)


@require_safe
@login_required
@never_cache
def listing(request: HttpRequest) -> HttpResponse:
    """A person's files, newest first, searched by title, shop or file name."""
    wanted = request.GET.get("q", "").replace("\x00", "").strip()[: policy.SEARCH_MOST_CHARACTERS]
    found = downloads.rows().filter(user=current_user(request))
    if wanted:
        found = found.filter(
            Q(line__title__icontains=wanted)
            | Q(file__name__icontains=wanted)
            | Q(line__order__seller__name__icontains=wanted)
        )
    page = keyset_pagination.page(found, request.GET, size=policy.DOWNLOAD_PAGE_ROWS)
    moment = clock.now()
    context = {
        "files": [downloads.as_file(one, moment=moment) for one in page.rows],
        "turn": page.links(request.GET),
        "wanted": wanted,
    }
    return render(request, "marketplace/orders/downloads.html", context)


@require_POST
@login_required
@never_cache
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Counts a download and leads to its link. Another's is 404; a refusal says why and what to do."""
    try:
        actor = events.Actor.person(current_user(request), role="buyer")
        token = downloads.start(pk, user_id=current_user(request).pk, actor=actor)
    except Download.DoesNotExist as error:
        access_audit.record_refusal(current_user(request), Download.objects.filter(pk=pk))
        raise Http404 from error
    except downloads.DownloadRefused as refusal:
        return _refused(request, refusal)
    return redirect("marketplace:download_file", token)


@require_safe
@login_required
@never_cache
def fetch(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file behind a link, whole or in part. The link is good for its person alone, for an hour."""
    try:
        _download, file = downloads.by_link(token, user_id=current_user(request).pk)
    except Download.DoesNotExist as error:
        raise Http404 from error
    except downloads.DownloadRefused as refusal:
        return _refused(request, refusal)
    try:
        return file_responses.serve(
            file, range_header=request.headers.get("Range", ""), if_range=request.headers.get("If-Range", "")
        )
    except FileNotFoundError:
        log.exception("download.file_lost", file=file.pk)
        return render(request, "marketplace/orders/download_refused.html", {"code": "file_lost"}, status=404)


def _refused(request: HttpRequest, refusal: downloads.DownloadRefused) -> HttpResponse:
    context = {"code": refusal.code}
    response = render(request, "marketplace/orders/download_refused.html", context, status=refusal.status)
    if refusal.retry_after:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response
