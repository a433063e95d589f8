"""Admin pages of the event log and of deliveries still owed to its subscribers."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from banibs.core.jobs import event_delivery
from banibs.core.models import Delivery, Event
from banibs.core.staff.admin_base import ReadOnly


@admin.register(Event)
class EventAdmin(ReadOnly, admin.ModelAdmin[Event]):
    """What happened, newest first: the audit trail."""

    list_display = ["at", "kind", "subject", "actor_type", "actor_name", "from_state", "to_state", "reason"]
    list_filter = ["actor_type", "subject_type"]
    search_fields = ["=kind", "=subject_id", "actor_name"]
    search_help_text = _("A whole kind (order.paid), a subject's number, or part of a name")
    ordering = ["-id"]

    @admin.display(description=_("subject"))
    def subject(self, row: Event) -> str:
        """What it happened to."""
        return f"{row.subject_type} {row.subject_id}"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly, admin.ModelAdmin[Delivery]):
    """Events owed to their subscribers. Those that were given up can be sent again."""

    list_display = ["id", "event", "subscriber", "status", "attempts", "due_at", "done_at", "last_line"]
    list_filter = ["status", "subscriber"]
    list_select_related = ["event"]
    search_fields = ["=event__kind", "=event__id"]
    search_help_text = _("A whole kind (order.paid), or an event's number")
    ordering = ["-id"]
    actions = ["send_again"]

    def has_view_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        """As Django has it; said here because an action needs one permission that this class gives."""
        return super().has_view_permission(request, obj)

    @admin.display(description=_("error"))
    def last_line(self, row: Delivery) -> str:
        """The last line of the traceback."""
        return row.error.strip().rpartition("\n")[2][:120]

    @admin.action(description=_("Deliver failed events again"), permissions=["view"])
    def send_again(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        """Makes given-up deliveries due now, with all their tries."""
        count = event_delivery.send_again(list(rows.values_list("pk", flat=True)[:1000]))
        text = ngettext("%(n)d delivery is due again.", "%(n)d deliveries are due again.", count) % {
            "n": count
        }
        self.message_user(request, text, messages.SUCCESS if count else messages.WARNING)
