"""People: found, helped, switched off; never deleted, for orders and money stand behind them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
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


LABELS = {
    "is_active": _("May sign in"),
    "is_staff": _("Works for BANIBS"),
    "is_superuser": _("May do everything"),
    "groups": _("May do what these groups may"),
}
HELP = {
    "is_active": _(
        "Untick it to lock the account. Nobody is deleted: orders and money stand behind a person."
    ),
    "is_staff": _("Opens the staff pages; what of them, the groups say."),
    "is_superuser": _("Every staff page and action, without a group. For very few."),
    "groups": _("All that each chosen group may do."),
}


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
    readonly_fields = ["belongings", "stripe_customer_id", "last_login", "date_joined"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["email", "name", "is_active"]}),
        (_("What belongs to this person"), {"fields": ["belongings"]}),
        (_("Staff"), {"fields": ["is_staff", "is_superuser", "groups"]}),
        (_("History"), {"fields": ["stripe_customer_id", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name"]})]

    @admin.display(description=_("open"))
    def belongings(self, row: User) -> SafeString:
        """Links to the tables, each with what is this person's."""
        tables = (
            (_("Orders"), "marketplace_checkout", row.email),
            (_("Payments"), "payments_payment", row.email),
            (_("Wallet"), "wallet_account", f"user:{row.pk}:"),
            (_("Shop"), "marketplace_seller", row.email),
            (_("Emails and notices"), "notifications_notice", row.email),
            (_("API keys"), "developers_apikey", row.email),
            (_("At Stripe, with cards"), "djstripe_customer", row.stripe_customer_id),
        )
        links = (
            (f"{reverse(f'admin:{table}_changelist')}?{urlencode({'q': wanted})}", label)
            for label, table, wanted in tables
            if wanted
        )
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """With our words beside the fields that are Django's."""
        return super().get_form(
            request, obj, change=change, **{**kwargs, "labels": LABELS, "help_texts": HELP}
        )

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
