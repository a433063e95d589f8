"""Tax details of shops: masked. Reading one in full is an action of its own, with a reason, and is recorded."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from banibs.core import events
from banibs.core.staff.admin_base import ReadOnly, ReasonForm
from banibs.users.accounts import step_up
from marketplace.models import TaxDetails
from marketplace.sellers import tax_secrets

MAY_REVEAL = "marketplace.reveal_taxdetails"
_LABELS = {
    "tax_id": _("tax number"),
    "vat_number": _("VAT number"),
    "registration_number": _("number in the register"),
    "born": _("date of birth"),
    "birth_place": _("place of birth"),
}


def _masked(name: str) -> Any:
    @admin.display(description=_LABELS[name])
    def column(row: TaxDetails) -> str:
        return tax_secrets.unseal(row).masked()[name]

    column.__name__ = f"{name}_masked"
    return column


@admin.register(TaxDetails)
class TaxDetailsAdmin(ReadOnly, admin.ModelAdmin[TaxDetails]):
    """Versions of tax details."""

    list_display = ["seller", "version", "form", "legal_name", "country", "created_at"]
    list_filter = ["form", "country"]
    list_select_related = ["seller"]
    search_fields = ["^seller__slug", "seller__name"]
    search_help_text = _("Part of a shop's name, or the beginning of its address")
    ordering = ["-id"]
    masked_fields = [_masked(name) for name in tax_secrets.FIELDS]
    fields = [
        *("seller", "version", "form", "legal_name", "line1", "line2", "city", "region", "postcode"),
        *("country", "establishments", *masked_fields, "created_at"),
    ]
    readonly_fields = masked_fields
    change_form_template = "admin/change_form_with_actions.html"

    def get_urls(self) -> list[URLPattern]:
        """The row's pages, and the one that reads it in full."""
        view = step_up.to_see(self.reveal_view)
        name = "marketplace_taxdetails_reveal"
        return [
            path("<int:pk>/reveal/", self.admin_site.admin_view(view), name=name),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The row's page, with the way to read it in full for who may."""
        row = kwargs.get("obj")
        if row is not None and request.user.has_perm(MAY_REVEAL):
            url = reverse("admin:marketplace_taxdetails_reveal", args=[row.pk])
            context["moves"] = [{"label": _("Read in full"), "url": url, "danger": False}]
        return super().render_change_form(request, context, *args, **kwargs)

    def reveal_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Asks for the reason, records who reads which version and why, then shows it, once."""
        if not request.user.has_perm(MAY_REVEAL):
            raise PermissionDenied
        row = TaxDetails.objects.select_related("seller").filter(pk=pk).first()
        if row is None:
            raise Http404
        form = ReasonForm(request.POST or None)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Read in full"),
            "form": form,
            "row": row,
            "opts": self.opts,
        }
        fresh = step_up.is_fresh(request)
        if request.method == "POST" and form.is_valid() and fresh:
            context["secrets"] = self._revealed(request, row, form.cleaned_data["reason"])
        elif not fresh:
            context["step_up_at"] = step_up.address(request)
        status = 400 if form.errors else 200 if fresh else 403
        return TemplateResponse(request, "admin/marketplace/reveal_tax_details.html", context, status=status)

    def _revealed(self, request: HttpRequest, row: TaxDetails, reason: str) -> list[tuple[Any, str]]:
        """(label, value) of what the version holds; the record is committed before anything is shown."""
        found = {name: value for name, value in asdict(tax_secrets.unseal(row)).items() if value}
        actor = events.Actor.person(request.user, role="staff")
        data = {"version": row.version, "fields": list(found)}
        with transaction.atomic():
            events.record(
                events.New("shop.tax_details_revealed", row.seller, actor, reason=reason, data=data)
            )
            self.log_change(request, row, f"read in full: {reason}")
        return [(_LABELS[name], value) for name, value in found.items()]
