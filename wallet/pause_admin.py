"""Staff see why payouts are paused, and ask a second person to let them go on."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from banibs.core import policy as core_policy
from banibs.core.staff.admin_base import Bounded
from banibs.core.ui.forms import NoCardNumbers, TextField
from banibs.users.current_user import current_user
from wallet import approvals
from wallet.approvals import lift_payout_pause
from wallet.models import Approval, PayoutPause


class LiftForm(NoCardNumbers, forms.Form):
    """Why payouts may go on."""

    reason = TextField(
        label=_("What was found, and why payouts may go on"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=core_policy.STAFF_REASON_MOST_CHARACTERS,
    )


@admin.register(PayoutPause)
class PayoutPauseAdmin(Bounded, admin.ModelAdmin[PayoutPause]):
    """Pauses of payouts, the open ones first."""

    list_display = ["key", "reason", "opened_at", "lifted_at"]
    ordering = [F("lifted_at").desc(nulls_first=True), "-id"]
    fields = ["key", "reason", "opened_at", "opened_by", "lifted_at", "lifted_by", "note"]
    change_form_template = "admin/wallet/payoutpause/lift.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never by a form: what finds something pauses."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: PayoutPause | None = None) -> bool:
        """Never: a pause is lifted, not edited."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PayoutPause | None = None) -> bool:
        """Never."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """With the request to lift it."""
        lift = self.admin_site.admin_view(self.lift)
        return [path("<int:pk>/lift/", lift, name="wallet_payoutpause_lift"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """The pause, the request to lift it if there is one, and the form for one."""
        row = self.get_object(request, object_id)
        context = {
            "pause": row,
            "form": LiftForm(),
            "asked": _asked(row.pk) if row else None,
            "may_ask": request.user.has_perm(lift_payout_pause.ACTION.asks),
        }
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    @method_decorator(require_POST)
    def lift(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks a second person to lift it."""
        if not request.user.has_perm(lift_payout_pause.ACTION.asks):
            raise PermissionDenied
        pause = PayoutPause.objects.filter(pk=pk).first()
        if pause is None:
            raise Http404
        asked = _asked(pause.pk)
        if asked is not None:
            messages.warning(request, _t("This was asked for already. Somebody else decides."))
            return redirect("admin:wallet_approval_change", asked.pk)
        form = LiftForm(request.POST)
        if not form.is_valid():
            context = {
                **self.admin_site.each_context(request),
                "title": _t("Ask a second person"),
                "opts": self.opts,
                "row": pause,
                "form": form,
            }
            return TemplateResponse(request, "admin/wallet/approval/again.html", context, status=422)
        try:
            approval = approvals.request(
                lift_payout_pause.NAME,
                payload={"pause": pause.pk, "why": pause.reason[:200]},
                requester=current_user(request),
                reason=form.cleaned_data["reason"],
            )
        except approvals.Tampered:
            messages.error(request, _t("This pause is over already."))
            return redirect("admin:wallet_payoutpause_change", pk)
        messages.success(request, _t("Asked for. Somebody else must agree before payouts go on."))
        return redirect("admin:wallet_approval_change", approval.pk)


def _asked(pause: int) -> Approval | None:
    waiting = Approval.objects.filter(
        action=lift_payout_pause.NAME, subject=f"payout_pause:{pause}", status=Approval.Status.REQUESTED
    )
    return waiting.order_by("-pk").first()
