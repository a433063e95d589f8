"""What the staff's site leaves out of others' rooms, and the tables of rooms that only listen or speak.

The mirror of Stripe is written by Stripe's events alone, second factors and sessions hold secrets: none of them
is a table to look through or to edit.
"""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from banibs.core.staff import Kept, ReadOnly
from banibs.developers.models import ApiKey
from banibs.notifications.models import Notice

LEFT_OUT = frozenset({"djstripe", "mfa", "usersessions"})

for _model in list(admin.site._registry):
    if _model._meta.app_label in LEFT_OUT:
        admin.site.unregister(_model)
admin.site.unregister(EmailAddress)


@admin.register(EmailAddress)
class EmailAddressAdmin(Kept, admin.ModelAdmin[EmailAddress]):
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
    """What people were told, and what became of the letters."""

    list_display = ["created_at", "user", "kind", "letter", "letter_attempts", "read_at"]
    list_filter = ["letter", "kind"]
    list_select_related = ["user"]
    search_fields = ["^user__email"]
    search_help_text = _("The beginning of an address")
    ordering = ["-id"]
    fields = ["user", "kind", "url", "letter", "letter_attempts", "letter_due_at", "created_at", "read_at"]


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly, admin.ModelAdmin[ApiKey]):
    """Whose programs may do what. The keys themselves are known to nobody."""

    list_display = ["name", "prefix", "user", "scopes", "created_at", "last_used_at", "revoked_at"]
    list_select_related = ["user"]
    search_fields = ["^user__email", "^prefix", "name"]
    search_help_text = _("The beginning of an address or key, or part of a name")
    ordering = ["-id"]
    fields = ["name", "prefix", "user", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at"]
