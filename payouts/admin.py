"""Payouts, destinations, schedules and holds, to read. Money moves by its verbs alone, never by an edited row."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banibs.core.staff.admin_base import ReadOnly, money, state
from payouts.models import Payout, PayoutAttempt, PayoutHold, PayoutMethod, PayoutSchedule


class AttemptInline(ReadOnly, admin.TabularInline[PayoutAttempt, Payout]):
    """Each try at a provider."""

    model = PayoutAttempt
    extra = 0
    fields = ["number", "provider", "state", "external_id", "failure", "created_at"]


@admin.register(Payout)
class PayoutAdmin(ReadOnly, admin.ModelAdmin[Payout]):
    """Money on its way out, newest first; decided about at the desk."""

    list_display = ["number", "seller", "method", "state", "amount_money", "requested_at"]
    list_filter = ["status", "currency", "method__kind"]
    list_select_related = ["seller", "method"]
    search_fields = ["^seller__name"]
    ordering = ["-id"]
    inlines = [AttemptInline]
    fields = [
        "desk",
        "seller",
        "method",
        "state",
        "amount_money",
        "waits_for",
        "held_reason",
        "failure",
        "failure_text",
        "requested_by",
        "requested_at",
        "sent_at",
        "paid_at",
        "ended_at",
    ]
    readonly_fields = ["desk", "state", "amount_money"]
    state = staticmethod(state("payout", _("state")))
    amount_money = staticmethod(money("amount", _("amount")))

    @admin.display(description=_("at the desk"))
    def desk(self, row: Payout) -> SafeString:
        """Where it is decided about."""
        said = gettext("Decide about %(number)s") % {"number": row.number}
        return format_html('<a href="{}">{}</a>', reverse("admin:payout", args=[row.pk]), said)


@admin.register(PayoutMethod)
class PayoutMethodAdmin(ReadOnly, admin.ModelAdmin[PayoutMethod]):
    """Destinations as pages show them; what they seal is opened to their provider alone."""

    list_display = ["masked", "kind", "seller", "state_word", "created_at", "removed_at"]
    list_filter = ["kind", "state"]
    list_select_related = ["seller"]
    search_fields = ["^seller__name"]
    ordering = ["-id"]
    exclude = ["destination", "fingerprint"]
    readonly_fields = ["state_word"]
    state_word = staticmethod(state("payout_method", _("state"), name="state"))


@admin.register(PayoutSchedule)
class PayoutScheduleAdmin(ReadOnly, admin.ModelAdmin[PayoutSchedule]):
    """When shops are paid out by themselves."""

    list_display = ["id", "seller", "method", "cadence", "currency", "state", "next_on"]
    list_filter = ["state", "cadence"]
    list_select_related = ["seller", "method"]
    ordering = ["-id"]


@admin.register(PayoutHold)
class PayoutHoldAdmin(ReadOnly, admin.ModelAdmin[PayoutHold]):
    """Shops whose payouts staff hold, and held. Lifted at the desk, by two."""

    list_display = ["seller", "reason", "review_on", "placed_by", "placed_at", "lifted_at"]
    list_filter = [("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["seller", "placed_by"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PayoutHold]:
        """With the people."""
        return super().get_queryset(request).select_related("seller", "placed_by", "lifted_by")
