"""Coupons, which staff give, and carts, which they only look at."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from banibs.core.staff.admin_base import ReadOnly, Undeletable
from marketplace.models import Cart, CartItem, Coupon


class _Moment(forms.DateTimeInput):
    """A day and a time, UTC."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


@admin.register(Coupon)
class CouponAdmin(Undeletable, admin.ModelAdmin[Coupon]):
    """Discounts by code. What a coupon gives stays as it is once it was used."""

    list_display = ["code", "seller", "region", "percent_bps", "amount", "used", "limit", "ends_at", "active"]
    list_filter = ["active"]
    list_select_related = ["seller", "region"]
    search_fields = ["^code"]
    ordering = ["-id"]
    raw_id_fields = ["seller"]
    # one field of the browser's own: Django's two come with a calendar that our CSP does not let style itself
    formfield_overrides = {
        **Undeletable.formfield_overrides,
        models.DateTimeField: {"form_class": forms.DateTimeField, "widget": _Moment},
    }
    fields = [
        *("code", "seller", "region", "percent_bps", "amount", "minimum", "limit", "used"),
        *("starts_at", "ends_at", "active"),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Coupon | None = None) -> list[str]:
        """The terms that buyers had."""
        if obj is None or not obj.used:
            return ["used"]
        return ["code", "seller", "region", "percent_bps", "amount", "minimum", "used", "starts_at"]


class CartItemInline(ReadOnly, admin.TabularInline[CartItem, Cart]):
    """What lies in a cart."""

    model = CartItem
    extra = 0
    fields = ["variant", "quantity"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CartItem]:
        """With what it is of."""
        return super().get_queryset(request).select_related("variant__product")


@admin.register(Cart)
class CartAdmin(ReadOnly, admin.ModelAdmin[Cart]):
    """Carts, to help somebody who asks about theirs."""

    list_display = ["id", "user", "region", "coupon", "updated_at"]
    list_filter = ["region"]
    list_select_related = ["user", "region", "coupon"]
    search_fields = ["^user__email"]
    search_help_text = _("The beginning of an address")
    ordering = ["-id"]
    fields = ["user", "region", "coupon", "updated_at"]
    inlines = [CartItemInline]
