"""People: found, helped, switched off; never deleted, for orders and money stand behind them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from banibs.core.staff.admin_base import ReadOnly, Undeletable
from banibs.users.models import Address, User


class AddressInline(ReadOnly, admin.StackedInline[Address, User]):
    """Where the person's parcels go."""

    model = Address
    extra = 0
    fields = ["name", "line1", "line2", "city", "region", "postcode", "country", "phone", "is_default"]


class NewUserForm(forms.ModelForm[User]):
    """An account made by staff: the person sets a password by "Forgotten?" themselves."""

    class Meta:
        model = User
        fields = ["email", "name"]

    def save(self, commit: bool = True) -> User:
        """Without a password that anybody knows."""
        user = super().save(commit=False)
        user.email = user.email.lower()
        user.set_unusable_password()
        if commit:
            user.save()
        return user


@admin.register(User)
class UserAdmin(Undeletable, DjangoUserAdmin[User]):
    """Accounts. Who may do what as staff is given by groups; only a superuser gives it."""

    add_form = NewUserForm
    list_display = ["email", "name", "is_active", "is_staff", "date_joined"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["^email", "name"]
    search_help_text = _("The beginning of an address, or part of a name")
    ordering = ["-id"]
    inlines = [AddressInline]
    readonly_fields = ["stripe_customer_id", "last_login", "date_joined"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "name", "is_active"]}),
        (_("Staff"), {"fields": ["is_staff", "is_superuser", "groups"]}),
        (_("History"), {"fields": ["stripe_customer_id", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name"]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Nobody gives themselves, or others, more than a superuser may give."""
        fixed = list(super().get_readonly_fields(request, obj))
        if not request.user.is_superuser:
            fixed += ["is_staff", "is_superuser", "groups"]
            if obj is not None and (obj.is_staff or obj.is_superuser):
                fixed += ["email", "is_active"]
        return fixed

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """Nobody sets another's password: the person resets it by mail."""
        raise Http404
