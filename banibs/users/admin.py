"""People: found, helped, switched off; never deleted, for orders and money stand behind them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from banibs.core.staff.admin_base import ReadOnly, Undeletable
from banibs.users import legal
from banibs.users.models import Address, Consent, LegalText, User


class AddressInline(ReadOnly, admin.StackedInline[Address, User]):
    """Where the person's parcels go."""

    model = Address
    extra = 0
    fields = ["name", "line1", "line2", "city", "region", "postcode", "country", "phone", "is_default"]


class ConsentInline(ReadOnly, admin.TabularInline[Consent, User]):
    """Which versions of the terms and the privacy page the person agreed to, and when."""

    model = Consent
    extra = 0
    fields = ["text", "agreed_at"]
    readonly_fields = ["agreed_at"]


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

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        """An account that is only being made has agreed to nothing yet."""
        return [*self.inlines, ConsentInline] if obj is not None else self.inlines

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


@admin.register(LegalText)
class LegalTextAdmin(Undeletable, admin.ModelAdmin[LegalText]):
    """Terms, privacy, returns, imprint. What was published stays as it was agreed to; an edit is the next version."""

    list_display = ["slug", "version", "published_at", "asks_for_consent"]
    list_filter = ["slug"]
    fields = ["slug", "body", "asks_for_consent"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: "Add" begins with the words in force."""
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The words in force of the text asked for (`?slug=`), the terms at first."""
        asked = request.GET.get("slug", "")
        slug = asked if asked in LegalText.Slug.values else LegalText.Slug.TERMS
        now = legal.in_force(slug)
        return {"slug": slug, "body": now.body if now else ""}

    def save_model(self, request: HttpRequest, obj: LegalText, form: Any, change: bool) -> None:
        """Publishes it as the next version. Two at the same moment: the second fails on the number and nothing is lost."""
        last = legal.in_force(obj.slug)
        obj.version = last.version + 1 if last else 1
        super().save_model(request, obj, form, change)
