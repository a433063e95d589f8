"""The admin site: one sign-in for everybody, and two-step verification for staff."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from banibs.core.staff import work_queues

# Screens of the staff that are no table: address, view, name under "admin:", and the link of the header it belongs to.
SCREENS = (
    ("desk/", "banibs.staff.dashboard.show", "desk", "desk"),
    ("search/", "banibs.staff.search.show", "search", ""),
    ("desk/treasury/", "wallet.treasury_page.show", "treasury", "desk"),
    ("desk/webhooks/", "payments.views.webhook_monitor.show", "webhooks", "webhooks"),
    ("desk/webhooks/balance/", "payments.views.webhook_monitor.balance", "webhooks_balance", "webhooks"),
    ("desk/webhooks/resend/", "payments.views.webhook_monitor.resend", "webhooks_resend", "webhooks"),
    ("desk/webhooks/<int:pk>/", "payments.views.webhook_monitor.event", "webhook", "webhooks"),
    ("desk/orders/<slug:number>/refund/", "payments.views.refunds.staff_refund.show", "order_refund", "desk"),
    ("desk/disputes/", "payments.views.disputes.staff_disputes.list_", "disputes", "disputes"),
    ("desk/disputes/<int:pk>/", "payments.views.disputes.staff_disputes.show", "dispute", "disputes"),
    (
        "desk/disputes/<int:pk>/evidence.pdf",
        "payments.views.disputes.staff_disputes.packet",
        "dispute_packet",
        "disputes",
    ),
    (
        "desk/disputes/<int:pk>/files/<int:file>/remove/",
        "payments.views.disputes.staff_disputes.remove_file",
        "dispute_file_remove",
        "disputes",
    ),
    (
        "desk/fraud-warnings/",
        "payments.views.disputes.fraud_warnings.list_",
        "fraud_warnings",
        "disputes",
    ),
    (
        "desk/fraud-warnings/<int:pk>/",
        "payments.views.disputes.fraud_warnings.show",
        "fraud_warning",
        "disputes",
    ),
    ("desk/payouts/", "payouts.views.staff.queue.show", "payouts", "payouts"),
    ("desk/payouts/<int:pk>/", "payouts.views.staff.payout.show", "payout", "payouts"),
    ("desk/incidents/<int:pk>/", "payments.views.incident.show", "incident", "webhooks"),
    ("desk/documents/<int:pk>/", "payments.views.documents.staff", "document", "index"),
    ("desk/cases/", "payments.views.cases.staff.listing", "cases", "desk"),
    ("desk/cases/<int:pk>/", "payments.views.cases.staff.show", "case", "desk"),
    ("desk/cases/pictures/<int:pk>/", "payments.views.cases.staff.picture", "case_picture", "desk"),
    (
        "desk/incidents/<int:pk>/stripe/",
        "payments.views.incident.at_stripe",
        "incident_at_stripe",
        "webhooks",
    ),
    (
        "desk/incidents/<int:pk>/<slug:action>/",
        "payments.views.incident.decide",
        "incident_decide",
        "webhooks",
    ),
)
HEADER = (
    ("desk", _("Work queue")),
    ("disputes", _("Disputes")),
    ("payouts", _("Payouts")),
    ("webhooks", _("Stripe's events")),
    ("index", _("Tables")),
)
_HEADED = {name: head for _at, _view, name, head in SCREENS}
APP_ORDER = {
    name: n
    for n, name in enumerate(["marketplace", "payments", "payouts", "wallet", "users", "account", "core"])
}


def _can_be_asked(name: str, value: str) -> bool:
    """PostgreSQL compares nothing with NUL; a year, month or day of a list's dates is a short number."""
    if "\x00" in name or "\x00" in value:
        return False
    return not name.endswith(("__year", "__month", "__day")) or re.fullmatch(r"[0-9]{1,4}", value) is not None


class StaffSite(admin.AdminSite):
    """Django's admin. Passwords are asked for by the same sign-in as everybody's, with its limits and its second step."""

    site_header = "BANIBS"
    site_title = _("BANIBS staff")
    index_title = _("Everything, table by table")

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff only; where STAFF_SECOND_FACTOR is on, only with two-step verification set up."""
        return super().has_permission(request) and not _second_factor_missing(request)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Those of the tables, and the screens, behind the same sign-in."""
        return [
            *(path(at, self._behind(view), name=name) for at, view, name, _head in SCREENS),
            *super().get_urls(),
        ]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Staff only. An address that no list can be asked for is a bad request, not a broken page."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def readable(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            for name, values in request.GET.lists():
                if not all(_can_be_asked(name, value) for value in values):
                    raise SuspiciousOperation(f"no list can be asked for {name[:80]!r}")
            return inner(request, *args, **kwargs)

        return readable

    def _behind(self, dotted: str) -> Callable[..., HttpResponse]:
        """A screen that is given what every page of this site shows. Looked up when it is first asked for."""

        def view(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            screen: Callable[..., HttpResponse] = import_string(dotted)
            return screen(request, self.each_context(request), **kwargs)

        guarded: Callable[..., HttpResponse] = self.admin_view(view)
        return guarded

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """With the links of the header: address, words, and how much of "current" each is."""
        open_now = request.resolver_match.url_name if request.resolver_match else None
        head = _HEADED.get(open_now or "", "index")
        links = [
            (reverse(f"admin:{name}"), label, "page" if name == open_now else "true" if name == head else "")
            for name, label in HEADER
        ]
        return {**super().each_context(request), "header": links}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The tables, and above them what waits at the desk."""
        found = [one for one in work_queues.waiting(request.user) if one.count]
        return super().index(request, {**(extra_context or {}), "waiting": found})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The apps in the order in which a sale goes through them, then the others."""
        apps_shown: list[dict[str, Any]] = super().get_app_list(request, app_label)
        return sorted(apps_shown, key=lambda one: APP_ORDER.get(one["app_label"], len(APP_ORDER)))

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Sends a stranger to sign in, and staff without two-step verification to set it up."""
        if request.user.is_authenticated and request.user.is_staff and _second_factor_missing(request):
            messages.warning(
                request, _("Staff pages need two-step verification. Set it up here, then come back.")
            )
            return redirect("mfa_index")
        if request.user.is_authenticated and not self.has_permission(request):
            messages.error(request, _("This account is not a staff account."))
            return redirect(settings.LOGIN_REDIRECT_URL)
        return redirect_to_login(request.GET.get("next") or request.get_full_path())


def _second_factor_missing(request: HttpRequest) -> bool:
    return bool(settings.STAFF_SECOND_FACTOR) and not is_mfa_enabled(request.user)
