"""What the staff's site leaves out of others' apps, and the tables of apps that only listen or speak.

The library's pages of Stripe's mirror can edit and call Stripe (ours are in payments/admin/stripe_mirror.py), second
factors and sessions hold secrets: none of them is a table to look through or to edit.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from banibs.core.staff.admin_base import Bounded, ReadOnly, Undeletable
from banibs.developers.models import ApiKey
from banibs.notifications import emails
from banibs.notifications.kinds import KINDS
from banibs.notifications.models import Notice

LEFT_OUT = frozenset({"djstripe", "mfa", "usersessions"})

for _model, _page in list(admin.site._registry.items()):
    if _model._meta.app_label in LEFT_OUT and not type(_page).__module__.startswith("payments."):
        admin.site.unregister(_model)
admin.site.unregister(EmailAddress)
admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(Bounded, DjangoGroupAdmin):
    """What members of the staff may do, by their work."""


@admin.register(EmailAddress)
class EmailAddressAdmin(Undeletable, admin.ModelAdmin[EmailAddress]):
    """Whether an address was shown to be a person's: staff may confirm one, and change nothing else."""

    list_display = ["email", "user", "verified", "primary"]
    list_filter = ["verified"]
    list_select_related = ["user"]
    search_fields = ["^email"]
    search_help_text = _("The beginning of an address")
    ordering = ["-id"]
    fields = ["user", "email", "primary", "verified"]
    readonly_fields = ["user", "email", "primary"]

    def has_add_permission(self, request: object) -> bool:
        """A person adds their own."""
        return False


@admin.register(Notice)
class NoticeAdmin(ReadOnly, admin.ModelAdmin[Notice]):
    """What people were told, and what became of the letters. Those that were given up can be sent again, or left."""

    list_display = ["created_at", "user", "what", "letter", "letter_attempts", "read_at"]
    list_filter = ["letter", "kind"]
    list_select_related = ["user"]
    search_fields = ["^user__email"]
    search_help_text = _("The beginning of an address")
    ordering = ["-id"]
    fields = [
        "user",
        "what",
        "kind",
        "url",
        "letter",
        "letter_attempts",
        "letter_due_at",
        "created_at",
        "read_at",
    ]
    readonly_fields = ["what"]
    actions = ["send_again", "leave"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        """With the people."""
        return super().get_queryset(request).select_related("user")

    def has_view_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        """As Django has it; said here because an action needs one permission that this class gives."""
        return super().has_view_permission(request, obj)

    @admin.display(description=_("what"), ordering="kind")
    def what(self, row: Notice) -> str:
        """The kind in words."""
        return str(KINDS[row.kind].label)

    @admin.action(description=_("Send failed emails again"), permissions=["view"])
    def send_again(self, request: HttpRequest, rows: QuerySet[Notice]) -> None:
        """Makes given-up letters due now, with all their tries."""
        count = emails.send_again(_first(rows))
        told = ngettext("%(n)d email is due again.", "%(n)d emails are due again.", count) % {"n": count}
        self.message_user(request, told, messages.SUCCESS if count else messages.WARNING)

    @admin.action(description=_("Leave failed emails unsent"), permissions=["view"])
    def leave(self, request: HttpRequest, rows: QuerySet[Notice]) -> None:
        """Leaves given-up letters unsent: nobody needs to look at them any more."""
        count = emails.give_up(_first(rows))
        told = ngettext("%(n)d email stays unsent.", "%(n)d emails stay unsent.", count) % {"n": count}
        self.message_user(request, told, messages.SUCCESS if count else messages.WARNING)


def _first(rows: QuerySet[Notice]) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:1000])


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly, admin.ModelAdmin[ApiKey]):
    """Whose programs may do what. The keys themselves are known to nobody."""

    list_display = ["name", "prefix", "user", "scopes", "created_at", "last_used_at", "revoked_at"]
    list_select_related = ["user"]
    search_fields = ["^user__email", "^prefix", "name"]
    search_help_text = _("The beginning of an address or key, or part of a name")
    ordering = ["-id"]
    fields = ["name", "prefix", "user", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at"]
